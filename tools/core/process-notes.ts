/** The notes about a whole process, and all notes of a core in the order of the kernel. */
import { decodeEscaped } from "../../runtime/index.js";
import { RefusalError } from "../errors/refusal-error.js";
import { textBytes } from "../model/text-bytes.js";
import { auxiliaryVector } from "../start/auxiliary-vector.js";
import { mappedFiles } from "./mapped-files.js";
import type { CoreMapping } from "./mappings.js";
import type { ElfNote } from "./note.js";
import type { CoreProcess } from "./process.js";
import { processFacts } from "./process-facts.js";
import { signalNote } from "./signal-note.js";
import type { CoreStructs } from "./structs.js";
import { type CoreThread, coreThread } from "./thread-notes.js";

interface CoreNotes {
  readonly threads: readonly CoreThread[];
  readonly notes: readonly ElfNote[];
}

/**
 * All notes of a core, in the order of the kernel.
 *
 * @param rename returns the path to use for the path of a file
 * @throws {RefusalError} when a thread has no registers
 */
export function notesOf(
  process: CoreProcess,
  structs: CoreStructs,
  mappings: Iterable<CoreMapping>,
  rename: (path: string) => string,
): CoreNotes {
  const [interesting, ...rest] = process.threads;
  const first = coreThread(process, interesting, structs);
  const others = rest.map((task) => coreThread(process, task, structs, first));
  const vector = auxiliaryVector(process.image, process.memory.space, structs.program);
  return {
    threads: [first, ...others],
    notes: [
      first.status,
      processNote(process, structs),
      signalNote(structs, first.signals.next),
      ...(vector ? [vectorNote(structs, vector)] : []),
      ...filesNote(process, structs, mappings, rename),
      ...first.registers,
      ...others.flatMap(({ status, registers }) => [status, ...registers]),
    ],
  };
}

function processNote(process: CoreProcess, structs: CoreStructs): ElfNote {
  const room = structs.constant("ELF_PRARGSZ");
  const facts = processFacts(process, room);
  const most = 2 ** (structs.fieldSize("elf_prpsinfo", "pr_uid") * 8) - 1;
  const id = (value: number) => (value <= most ? value : OVERFLOW_ID);
  return {
    type: "NT_PRPSINFO",
    contents: structs.bytes("elf_prpsinfo", {
      pr_state: facts.state,
      pr_sname: facts.letter.charCodeAt(0),
      pr_zomb: facts.isZombie ? 1 : 0,
      pr_flag: facts.flags,
      pr_uid: id(facts.uid),
      pr_gid: id(facts.gid),
      pr_pid: facts.pid,
      pr_ppid: facts.ppid,
      pr_pgrp: facts.pgrp,
      pr_sid: facts.sid,
      pr_fname: decodeEscaped(textBytes(facts.name).subarray(0, MAX_NAME_BYTES)),
      pr_psargs: decodeEscaped(facts.args),
    }),
  };
}

/** Value of kernels for an id that does not fit. */
const OVERFLOW_ID = 65534;

/** Maximum length of the name in bytes, without its NUL. */
const MAX_NAME_BYTES = 15;

function vectorNote(structs: CoreStructs, words: readonly bigint[]): ElfNote {
  const size = structs.size("elf_auxv");
  const contents = new Uint8Array((words.length / 2) * size);
  const view = new DataView(contents.buffer);
  for (let i = 0; i < words.length; i += 2)
    structs.put("elf_auxv", { a_type: words[i], a_val: words[i + 1] }, view, (i / 2) * size);
  return { type: "NT_AUXV", contents };
}

/** Maximum size of the note in bytes. Kernels write at most 4 MiB, and readers keep it in memory. */
const MAX_FILE_NOTE_BYTES = 64 * 1024 * 1024;

/** The note with the mapped files; empty if the process maps none. */
function filesNote(
  { image }: CoreProcess,
  structs: CoreStructs,
  mappings: Iterable<CoreMapping>,
  rename: (path: string) => string,
): ElfNote[] {
  const { pageSize } = image.format;
  const headSize = structs.size("nt_file");
  const entrySize = structs.size("nt_file_entry");
  const names = new Map<string, Uint8Array>();
  let count = 0;
  let size = headSize;
  for (const { path } of mappedFiles(mappings, pageSize)) {
    const name = names.get(path) ?? textBytes(`${rename(path)}\0`);
    names.set(path, name);
    count++;
    size += entrySize + name.length;
    if (size > MAX_FILE_NOTE_BYTES)
      throw new RefusalError("too-large", `the paths of more than ${count} mapped files take more than debuggers read`);
  }
  if (count === 0) return [];
  const contents = new Uint8Array(size);
  const view = new DataView(contents.buffer);
  structs.put("nt_file", { count, page_size: pageSize }, view, 0);
  let entryAt = headSize;
  let nameAt = headSize + count * entrySize;
  for (const { start, end, offset, path } of mappedFiles(mappings, pageSize)) {
    const fields = { start, end, file_ofs: structs.word(offset / BigInt(pageSize)) };
    structs.put("nt_file_entry", fields, view, entryAt);
    entryAt += entrySize;
    const name = names.get(path) as Uint8Array;
    contents.set(name, nameAt);
    nameAt += name.length;
  }
  return [{ type: "NT_FILE", contents }];
}
