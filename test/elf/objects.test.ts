/** Codecs read what compilers write: the header of a real file, its sections, and bit fields. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Abi, abi, registry } from "../../generated/elf/codecs/index.js";
import type { Compiler } from "../c/compilers.js";
import { compile, HOSTED, works } from "./compilers.js";

const [VERSION = ""] = registry.versions;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ckpt-abi-elf-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(HOSTED.map((compiler) => [compiler.arch, compiler] as const))("%s", (arch, compiler) => {
  const target = abi(VERSION, arch);

  describe.skipIf(!works(compiler))("by its compiler", () => {
    test("the header says what the schema says of the architecture", () => {
      const file = objectOf(compiler, "int nothing;\n");
      const codec = target.struct("elfhdr");
      const header = codec.decode(file);
      const number = (name: string) => Number(target.constant(name));
      const identification = [
        "ELFMAG0",
        "ELFMAG1",
        "ELFMAG2",
        "ELFMAG3",
        "ELF_CLASS",
        "ELF_DATA",
        "EV_CURRENT",
        "ELF_OSABI",
      ];
      expect([...header.e_ident.subarray(0, identification.length)]).toEqual(identification.map(number));
      expect(header).toMatchObject({
        e_type: number("ET_REL"),
        e_machine: number("ELF_ARCH"),
        e_version: number("EV_CURRENT"),
        e_ehsize: codec.size,
        e_shentsize: target.struct("elf_shdr").size,
      });
      expect(number("ELF_ARCH")).toBe(target.target.archId);
    });

    test("headers are encoded as the compiler encodes them", () => {
      const file = objectOf(compiler, "int nothing;\n");
      const sections = sectionsOf(target, file);
      expect(sections.length).toBeGreaterThan(3);
      expect(sections[0]).toMatchObject({ header: { sh_type: Number(target.constant("SHT_NULL")) } });
      for (const { name, at } of [{ name: "elfhdr", at: 0 }, ...sections.map(({ at }) => ({ name: "elf_shdr", at }))]) {
        const codec = target.struct(name);
        const copy = new Uint8Array(codec.size);
        codec.encode(codec.decode(file, at), new DataView(copy.buffer));
        expect(copy).toEqual(new Uint8Array(file.buffer, at, codec.size));
      }
    });

    if (target.target.family !== "x86") return;
    test("the bits of a segment are those of C", () => {
      const bits: Readonly<Record<string, string>> = {
        USER_DESC_SEG_32BIT: ".seg_32bit = 1",
        USER_DESC_CONTENTS_EXPAND_DOWN: ".contents = MODIFY_LDT_CONTENTS_STACK",
        USER_DESC_CONTENTS_CODE: ".contents = MODIFY_LDT_CONTENTS_CODE",
        USER_DESC_READ_EXEC_ONLY: ".read_exec_only = 1",
        USER_DESC_LIMIT_IN_PAGES: ".limit_in_pages = 1",
        USER_DESC_SEG_NOT_PRESENT: ".seg_not_present = 1",
        USER_DESC_USEABLE: ".useable = 1",
        // 32-bit programs cannot set it.
        ...(target.target.bits === 64 && { USER_DESC_LM: ".lm = 1" }),
      };
      const values = Object.values(bits).map(
        (bit) => `{ .entry_number = 12, .base_addr = 0x12345678, .limit = 9, ${bit} },`,
      );
      const file = objectOf(
        compiler,
        `#include <asm/ldt.h>\nstruct user_desc segments[] = {\n${values.join("\n")}\n};\n`,
      );
      const codec = target.struct("user_desc");
      const data = sectionsOf(target, file).find(
        ({ header }) =>
          header.sh_type === Number(target.constant("SHT_PROGBITS")) &&
          Number(header.sh_size) === codec.size * values.length,
      );
      const start = Number(data?.header.sh_offset);
      expect(values.map((_, index) => codec.decode(file, start + index * codec.size))).toEqual(
        Object.keys(bits).map((name) => ({
          entry_number: 12,
          base_addr: 0x12345678,
          limit: 9,
          flags: Number(target.constant(name)),
        })),
      );
    });
  });
});

function objectOf(compiler: Compiler, source: string): DataView {
  const path = join(directory, `${compiler.arch}.o`);
  compile(compiler, source, path);
  const bytes = readFileSync(path);
  return new DataView(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function sectionsOf(target: Abi, file: DataView) {
  const { e_shoff, e_shentsize, e_shnum } = target.struct("elfhdr").decode(file);
  return Array.from({ length: e_shnum }, (_, index) => {
    const at = Number(e_shoff) + index * e_shentsize;
    return { at, header: target.struct("elf_shdr").decode(file, at) };
  });
}
