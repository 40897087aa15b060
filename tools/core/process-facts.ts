/** What `ps` shows of a process, as far as it stands in a core. */

import { readBytes } from "../memory/read.js";
import { type Credentials, credentialsOf } from "../model/credentials.js";
import { stateOf } from "../model/task-state.js";
import type { CoreProcess } from "./process.js";

export interface ProcessFacts {
  /** Number of the state, and the letter that `ps` shows for it. */
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
  /** Name of the program, cut off as kernels do. */
  readonly name: string;
  /** The arguments of the program with blanks between them, as bytes: nobody knows in which encoding. */
  readonly args: Uint8Array;
}

/** Letters of the states in the order of their numbers: 0 for a running task, otherwise the number of the lowest bit and one more. */
const LETTERS = "RSDTtZX";

/** @param room bytes for the arguments */
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

/** Undefined in versions that save none. */
function credentialsOfTask({ image, threads, leader }: CoreProcess): Credentials | undefined {
  const objref = (leader ?? threads[0]).number("TASK_CREDS", "cred_ref");
  return credentialsOf(image, objref, NO_LABELS);
}

/** A core has no room for them. */
const NO_LABELS = new Map<number, string>();

const BLANK = " ".charCodeAt(0);

/** The program may have written something else there, and may have put a NUL between any two words. */
function argumentsOf({ memory }: CoreProcess, room: number): Uint8Array {
  const start = memory.space.address("arg_start") ?? 0n;
  const end = memory.space.address("arg_end") ?? 0n;
  if (start === 0n || end <= start) return new Uint8Array();
  const size = end - start < BigInt(room - 1) ? Number(end - start) : room - 1;
  const bytes = readBytes(memory, start, size);
  return bytes.map((byte) => (byte === 0 ? BLANK : byte));
}
