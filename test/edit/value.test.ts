import { describe, expect, it } from "vitest";
import { openedMade } from "../opened.js";
import { refusal, set, value } from "./images.js";

describe("values", () => {
  const image = openedMade("v21/powerpc", { tasks: 3 });
  const as = (path: string, text: string) => value(set(image, [`${path}=${text}`], { force: true }).image, path);

  it.each([
    ["10", "10"],
    ["0x10", "16"],
    ["0b11", "3"],
    ["0o17", "15"],
    ["017", "15"],
    ["1_000", "1000"],
    [" +7 ", "7"],
  ])("number %s is %s", (text, shown) => {
    expect(as("header.time", text)).toBe(shown);
  });

  it("64 bits are exact", () => {
    expect(as("mm[0].brk", "0xfedcba9876543211")).toBe("0xfedcba9876543211");
    expect(as("file[0].f_pos", "9007199254740993")).toBe("9007199254740993");
  });

  it("bits are set, added and removed by name", () => {
    const path = "mm[0].vma[0].vm_flags";
    expect(as(path, "VM_READ|VM_WRITE")).toBe("VM_READ|VM_WRITE");
    expect(as(path, "0x3")).toBe("VM_READ|VM_WRITE");
    const plain = set(image, [`${path}=VM_READ|VM_WRITE`], { force: true }).image;
    const change = (text: string) => value(set(plain, [`${path}=${text}`], { force: true }).image, path);
    expect(change("+VM_EXEC")).toBe("VM_READ|VM_WRITE|VM_EXEC");
    expect(change("-VM_WRITE")).toBe("VM_READ");
    expect(change("+VM_EXEC|VM_SHARED-VM_READ|VM_WRITE")).toBe("VM_EXEC|VM_SHARED");
    expect(change("0")).toBe("0");
  });

  it("enumerators by name", () => {
    expect(as("mm[0].vma[0].vma_type", "CKPT_VMA_ANON")).toBe("CKPT_VMA_ANON");
    expect(refusal(() => as("mm[0].vma[0].vma_type", "CKPT_VMA_ANNON"))).toMatch(/did you mean CKPT_VMA_ANON/);
  });

  it.each([
    ["plain", "plain"],
    ['"in quotes"', "in quotes"],
    ['"a\\tb"', '"a\\tb"'],
    ['"\\xff\\u{1f600}"', '"\\xff😀"'],
    ["größe", "größe"],
    ["with=sign", "with=sign"],
    ["back\\slash", "back\\slash"],
  ])("text %s is %s", (text, shown) => {
    expect(as("task[0].comm", text)).toBe(shown);
  });

  it("texts with mistakes", () => {
    expect(refusal(() => as("task[0].comm", '"open'))).toMatch(/quotes around the text are not closed/);
    expect(refusal(() => as("task[0].comm", '"\\q"'))).toMatch(/\\q has no meaning/);
    expect(refusal(() => as("task[0].comm", '"\\u{d800}"'))).toMatch(/lone surrogate/);
  });

  it("an element of an array, and the array", () => {
    expect(as("task[0].cpu.evr[3]", "7")).toMatch(/^(7|0x7)$/);
    const floats = "task[0].cpu.fpr[2]";
    expect(as(floats, "[1.5]")).toBe("[0x3ff8000000000000]");
    expect(refusal(() => as(floats, "[1, 2]"))).toMatch(/it takes 1 numbers, not 2/);
    expect(refusal(() => as(floats, "1"))).toMatch(/expected a list of 1 numbers/);
  });

  it("bytes in hexadecimal, as numbers or as a text", () => {
    const path = "sighand[0].action[0].sa_mask.sigset";
    expect(as(path, "00112233 44556677")).toBe("0011223344556677");
    expect(as(path, "[0, 1, 2, 3, 4, 5, 6, 0xff]")).toBe("00010203040506ff");
    expect(as(path, '"12345678"')).toBe("3132333435363738");
  });

  it("floating point numbers", () => {
    const s390 = openedMade("v21/s390x", { tasks: 1, plain: true });
    const name = "task[0].cpu.fprs[1].d";
    const change = (text: string) => value(set(s390, [`${name}=${text}`]).image, name);
    expect(change("1.5")).toBe("1.5");
    expect(change("-0.0")).toBe("-0.0");
    expect(change("3.0")).toBe("3.0");
    expect(change("0x7ff8000000000001")).toBe("0x7ff8000000000001");
    expect(change("1e300")).toBe("1e+300");
  });
});
