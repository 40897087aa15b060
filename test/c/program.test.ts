/** A C program reads real images with the emitted headers, on a machine of another architecture than the one that wrote them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { decodeRecord, type Image, type ImageRecord } from "../../tools/image/index.js";
import { REAL } from "../formats/compare.js";
import { runs, smallProgram } from "../programs.js";
import { COMPILERS, works as compiles, complaints, GENERATED } from "./compilers.js";

const place = mkdtempSync(join(tmpdir(), "ckpt-abi-c-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const program = smallProgram("this machine", ["gcc"]);
const works = program !== undefined && runs("this machine", program);
/** Only compiles: needs neither a library nor permission to run the result. */
const gcc = COMPILERS.find(({ arch, command: [name] }) => name === "gcc" && arch === "x86_64");

describe.skipIf(!works)("on this machine", () => {
  // The program reads numbers in the byte order of its own machine.
  const isNative = ({ image }: (typeof REAL)[number]) => image.format.littleEndian === (endianness() === "LE");
  test.each(REAL.filter((one) => one.image.end === "complete" && isNative(one)))("$file", ({ file, image }) => {
    const { version, arch } = image.format.abi.target;
    const program = join(place, `${version}-${arch}`);
    const choice = [`-DCKPT_ABI_ARCH_${arch.toUpperCase()}`, `-DHEADER="${version}.h"`, "-I", GENERATED];
    const source = fileURLToPath(new URL("dump.c", import.meta.url));
    run("gcc", "-std=gnu11", "-Wall", "-Werror", ...choice, "-o", program, source);
    const path = fileURLToPath(new URL(`../fixtures/images/${file}`, import.meta.url));
    expect(run(program, path)).toBe(expected(image));
  });
});

test.skipIf(!gcc || !compiles(gcc))("one compiler checks the layouts of all architectures", () => {
  for (const { arch } of COMPILERS) {
    const version = arch === "arm" ? "v22-arm" : "v21";
    const source = `#define CKPT_ABI_ARCH_${arch.toUpperCase()} 1\n#include "${version}_assert.c"\n`;
    expect(gcc && complaints(gcc, source), arch).toBe("");
  }
});

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  expect([status, stderr], command).toEqual([0, ""]);
  return stdout;
}

/** Expected output of the program. */
function expected(image: Image): string {
  const lines: string[] = [];
  for (let index = 0; index < image.size; index++) {
    const { record } = image.node(index);
    if (record) lines.push(`${record.type} ${record.length}${facts(image, record)}\n`);
  }
  return lines.join("");
}

function facts({ format, source }: Image, record: ImageRecord): string {
  const { value } = decodeRecord(format, source, record);
  switch (record.name) {
    case "HEADER":
      return ` rev=${value.rev} magic=1`;
    case "VMA":
      return ` vm_start=${value.vm_start.toString(16)} vm_end=${value.vm_end.toString(16)}`;
    case "CPU":
      return ` ip=${value.ip.toString(16)}`;
    default:
      return "";
  }
}
