/** Process information of a core that `ps` shows. */

import { readBytes } from "../memory/read.js";
import { type Credentials, credentialsOf } from "../model/credentials.js";
import { stateOf } from "../model/task-state.js";
import type { CoreProcess } from "./process.js";

interface ProcessFacts {
  /** Number of the state. `letter` is the letter that `ps` shows for it. */
  readonly state: number;
  readonly letter: string;
  readonly isZombie: boolean;
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly sid: number;
  /** Name of the program, truncated as by kernels. */
  readonly name: string;
  /** Arguments of the program separated by spaces, as bytes, because their encoding is not known. */
  readonly args: Uint8Array;
}

/** Letters of the states by number: 0 for a running task, otherwise the index of the lowest set bit plus one. */
const LETTERS = "RSDTtZX";

/**
 * Collects the facts about a process that `ps` shows of a core.
 *
 * @param room maximum number of bytes for the arguments
 */
export function processFacts(process: CoreProcess, room: number): ProcessFacts {
  const { image, threads, leader, pid } = process;
  const task = leader ?? threads[0];
  const { letter } = stateOf(image, task);
  const credentials = credentialsOfTask(process);
  return {
    state: Math.max(0, LETTERS.indexOf(letter)),
    letter: letter === "?" ? "." : letter.toUpperCase(),
    isZombie: task.isZombie,
    flags: task.number("TASK", "flags") ?? 0,
    uid: credentials?.uids.real ?? 0,
    gid: credentials?.gids.real ?? 0,
    pid,
    ppid: task.ppid,
    pgrp: task.pgid,
    sid: task.sid,
    name: task.name ?? "",
    args: argumentsOf(process, room),
  };
}

/** Credentials of the process; undefined in versions that save none. */
function credentialsOfTask({ image, threads, leader }: CoreProcess): Credentials | undefined {
  const objref = (leader ?? threads[0]).number("TASK_CREDS", "cred_ref");
  return credentialsOf(image, objref, NO_LABELS);
}

/** A core has no labels. */
const NO_LABELS = new Map<number, string>();

const BLANK = " ".charCodeAt(0);

/** Reads the arguments from memory. The program may have overwritten them, and may have put a NUL between any two words. */
function argumentsOf({ memory }: CoreProcess, room: number): Uint8Array {
  const start = memory.space.address("arg_start") ?? 0n;
  const end = memory.space.address("arg_end") ?? 0n;
  if (start === 0n || end <= start) return new Uint8Array();
  const size = end - start < BigInt(room - 1) ? Number(end - start) : room - 1;
  const bytes = readBytes(memory, start, size);
  return bytes.map((byte) => (byte === 0 ? BLANK : byte));
}
