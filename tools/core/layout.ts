/** Layout of a core: file header, segment headers, notes, and from a page boundary on the contents. */

import { RefusalError } from "../errors/refusal-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Mapping } from "../model/address-space.js";
import type { ImageSink } from "../write/sink.js";
import type { CoreMappings } from "./mappings.js";
import { type ElfNote, noteBytes } from "./note.js";
import type { SegmentPlan } from "./segments.js";
import type { CoreStructs } from "./structs.js";

const EHDR = "elfhdr";
const PHDR = "elf_phdr";
const SHDR = "elf_shdr";

interface CoreLayout {
  /** Bytes of the whole core. */
  readonly size: number;
  /** Writes everything before the contents. */
  writeHead(sink: ImageSink): void;
}

/**
 * Lays out a core file: headers, notes, and the contents of the segments.
 *
 * @throws {RefusalError} when the contents exceed the size of a 32-bit core
 */
export function layOutCore(
  structs: CoreStructs,
  plan: SegmentPlan,
  mappings: CoreMappings,
  notes: readonly ElfNote[],
  format: ImageFormat,
): CoreLayout {
  const { program } = structs;
  const { pageSize } = format;
  const noteParts = notes.map((note) => noteBytes(structs, note));
  const noteSize = noteParts.reduce((size, { length }) => size + length, 0);
  const headers = plan.segments.length + 1;
  // If there are more segments than the file header can count, the first section header has their number.
  const isMany = headers >= structs.constant("PN_XNUM");
  const segmentsAt = structs.size(EHDR);
  const sectionsAt = segmentsAt + headers * structs.size(PHDR);
  const notesAt = sectionsAt + (isMany ? structs.size(SHDR) : 0);
  const contentsAt = Math.ceil((notesAt + noteSize) / pageSize) * pageSize;
  const size = contentsAt + plan.contents;
  if (program.bits === 32 && size >= 2 ** 32)
    throw new RefusalError(
      "too-large",
      `the core would have ${size} bytes, and a 32-bit one has at most ${2 ** 32 - 1}`,
    );

  const fileHeader = () =>
    structs.bytes(EHDR, {
      e_ident: identification(structs),
      e_type: structs.constant("ET_CORE"),
      e_machine: structs.constant("ELF_ARCH"),
      e_version: structs.constant("EV_CURRENT"),
      e_flags: structs.constant("ELF_CORE_EFLAGS"),
      e_phoff: segmentsAt,
      e_shoff: isMany ? sectionsAt : 0,
      e_ehsize: structs.size(EHDR),
      e_phentsize: structs.size(PHDR),
      e_phnum: isMany ? structs.constant("PN_XNUM") : headers,
      e_shentsize: isMany ? structs.size(SHDR) : 0,
      e_shnum: isMany ? 1 : 0,
    });

  return {
    size,
    writeHead(sink) {
      sink.write(fileHeader());
      sink.write(structs.bytes(PHDR, { p_type: structs.constant("PT_NOTE"), p_offset: notesAt, p_filesz: noteSize }));
      const flags = new Uint8Array(mappings.length);
      let index = 0;
      for (const { mapping } of mappings) flags[index++] = segmentFlags(structs, mapping, format);
      const type = structs.constant("PT_LOAD");
      let offset = contentsAt;
      for (const { start, memorySize, fileSize, mapping } of plan.segments) {
        sink.write(
          structs.bytes(PHDR, {
            p_type: type,
            p_offset: offset,
            p_vaddr: start,
            p_filesz: fileSize,
            p_memsz: memorySize,
            p_flags: flags[mapping],
            p_align: pageSize,
          }),
        );
        offset += fileSize;
      }
      if (isMany)
        sink.write(structs.bytes(SHDR, { sh_type: structs.constant("SHT_NULL"), sh_size: 1, sh_info: headers }));
      for (const bytes of noteParts) sink.write(bytes);
      sink.write(new Uint8Array(contentsAt - notesAt - noteSize));
    },
  };
}

function identification(structs: CoreStructs): Uint8Array {
  const constant = (name: string) => structs.constant(name);
  const bytes = new Uint8Array(constant("EI_NIDENT"));
  bytes.set(["ELFMAG0", "ELFMAG1", "ELFMAG2", "ELFMAG3"].map(constant), constant("EI_MAG0"));
  bytes[constant("EI_CLASS")] = constant("ELF_CLASS");
  bytes[constant("EI_DATA")] = constant("ELF_DATA");
  bytes[constant("EI_VERSION")] = constant("EV_CURRENT");
  bytes[constant("EI_OSABI")] = constant(namesLinux(structs) ? "ELFOSABI_LINUX" : "ELF_OSABI");
  return bytes;
}

/**
 * Whether the file header names Linux as the system (EI_OSABI). Kernels name none, and on these architectures a core may lack notes of owner LINUX;
 * then lldb 14 refuses it ("Unsupported OS"), while gdb 13 accepts both. PowerPC cores stay as kernels write them: lldb 14 crashes on 32-bit ones
 * that name Linux.
 */
function namesLinux({ program }: CoreStructs): boolean {
  return program.arch.startsWith("x86") || program.arch === "arm";
}

const ACCESS = [
  ["VM_READ", "PF_R"],
  ["VM_WRITE", "PF_W"],
  ["VM_EXEC", "PF_X"],
] as const;

function segmentFlags(structs: CoreStructs, { flags }: Mapping, format: ImageFormat): number {
  return ACCESS.reduce(
    (all, [bit, flag]) => ((flags & BigInt(format.constant(bit))) === 0n ? all : all | structs.constant(flag)),
    0,
  );
}
