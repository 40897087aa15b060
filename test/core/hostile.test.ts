/** Images that no kernel wrote yield a typed error or a correct core. work.test.ts bounds the cost. */
import { describe, expect, it } from "vitest";
import { CkptError } from "../../runtime/errors.js";
import { coreOf, processesOf, processOfTask } from "../../tools/core/index.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { made, nodesOf, setField } from "../memory/subjects.js";
import { ABI, nested, PAGE, reopened, setMappings, subject } from "./absurd.js";
import { write } from "./written.js";

function codeOf(work: () => unknown): string {
  try {
    work();
    return "no error";
  } catch (error) {
    return error instanceof CkptError ? error.code : String(error);
  }
}

describe("a damaged image", () => {
  it("has no cores", () => {
    const { bytes } = made(ABI);
    const image = openImage(new MemorySource(bytes.subarray(0, bytes.length - 1000)));
    expect(codeOf(() => processesOf(image))).toBe("damaged-image");
    expect(() => processOfTask(image, "1000")).toThrow(
      /the image is damaged; nothing after the damage can be interpreted: /,
    );
  });
});

describe("mappings", () => {
  it("that are not made of pages are refused", () => {
    const one = subject();
    setMappings(one, 2, [{ vm_start: 0x1000_0010n }]);
    expect(codeOf(() => coreOf(processOfTask(reopened(one), undefined)))).toBe("bad-mapping");
  });

  it("that take the whole address space cost no more than others", async () => {
    const one = subject();
    setMappings(one, 2, [{ vm_end: 2n ** 64n - PAGE }]);
    const { report, bytes } = await write(reopened(one));
    const last = [...report.segments].at(-1);
    expect([last?.end, last?.fileSize]).toEqual([2n ** 64n - PAGE, 0]);
    expect(report.remarks.map(({ code }) => code)).toContain("zeros-without-bytes");
    expect(bytes.length).toBeLessThan(one.bytes.length * 2);
  });

  it("that overlap share no address", async () => {
    const one = subject();
    setMappings(one, 0, [{ vm_end: 0x60_1000n }]);
    const { report } = await write(reopened(one));
    let behind = 0n;
    for (const { start, end } of report.segments) {
      expect(start).toBeGreaterThanOrEqual(behind);
      behind = end;
    }
  });

  it("that all begin at the same address have a segment each", async () => {
    const one = subject({ vmas: 20_000, pages: 1 });
    setMappings(one, 0, nested(20_000));
    const { report } = await write(reopened(one));
    // Three map a file that the image does not contain.
    expect(report.memory.segments).toBe(19_997);
  });

  it("of a 32-bit program lie within 4 GiB", () => {
    const one = made("v21/x86_32", { tasks: 1, plain: true });
    const vma = nodesOf(one.image, "VMA").at(-1);
    if (vma) setField(one, vma, "vm_end", 2n ** 40n);
    const image = openImage(new MemorySource(one.bytes), { abi: "v21/x86_32" });
    expect(() => coreOf(processOfTask(image, undefined))).toThrow(
      "a mapping ends at 0x10000000000, but addresses here have 32 bits",
    );
  });
});

describe("pages", () => {
  it("that come twice are written once, the later one", async () => {
    const one = subject({ pages: 12 });
    const batch = nodesOf(one.image, "page_batch").find(
      ({ record }) => record && record.payload.end - record.payload.start === 8 * (8 + 4096),
    );
    const start = batch?.record?.payload.start ?? 0;
    const view = new DataView(one.bytes.buffer, one.bytes.byteOffset);
    const pages = start + 8 * 8;
    const [earlier, later] = [0, 1].map((n) => Buffer.from(one.bytes.slice(pages + n * 4096, pages + (n + 1) * 4096)));
    view.setBigUint64(start + 8, view.getBigUint64(start, true), true);
    const { report, bytes } = await write(reopened(one));
    expect(bytes.length).toBe(report.size);
    expect([earlier, later].map((page) => page && Buffer.from(bytes).includes(page))).toEqual([false, true]);
  });
});
