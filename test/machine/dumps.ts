/** Dumps that Debian's CRIU takes in the machine of the programs in `programs/`, with what `/proc` says about them at the same time. */
import type { Machine } from "./machine.js";
import { compiled } from "./programs.js";

/** A dump to be taken. */
export interface Dump {
  /** Name of the program, and its command line where other programs start it. */
  readonly program: string;
  readonly command?: string;
}

/** The dumps by name. */
export const DUMPS: Readonly<Record<string, Dump>> = {
  threads: { program: "threads" },
  pipes: { program: "pipes" },
  signals: { program: "signals" },
  shared: { program: "shared" },
  sockets: { program: "sockets" },
  terminal: { program: "terminal" },
  events: { program: "events" },
  sysv: { program: "sysv", command: "/usr/bin/unshare --ipc sysv" },
  "pid-namespace": { program: "pipes", command: "busybox unshare -p -f setsid pipes" },
};

/** What a dump consists of, and how it was seen to be complete. */
export interface TakenDump {
  /** Files of CRIU in `dump/`, of `/proc` in `seen/`, with the pid of the root task in `root`. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** What the program said when it went on, after it was restored from the dump. */
  readonly said: string;
}

/**
 * Starts a program, takes a dump of it when it is ready, and restores it, so that it goes on.
 *
 * @throws {Error} when CRIU fails
 */
export async function takeDump(machine: Machine, { program, command = program }: Dump): Promise<TakenDump> {
  const { code, output, files } = await machine.run({
    files: { [`/bin/${program}`]: compiled(program) },
    script: `
      start said ${command}
      until_ready said
      descend ${program}
      echo $pid >out/root
      look_at_tree $pid seen
      dump $pid dump
      restore out/dump
      : >go
      # The first process of a pid namespace takes the others with it; without a namespace they have the numbers of the dump.
      for process in $pid $(cat out/seen/tree); do ended $process; done
      cat said
    `,
  });
  if (code !== 0) throw new Error(`${command}: exit ${code}\n${output}`);
  return { files, said: output };
}

/** What a program says when nothing interrupts it. */
export async function plainRun(machine: Machine, program: string): Promise<string> {
  const { code, output } = await machine.run({
    files: { [`/bin/${program}`]: compiled(program) },
    script: `start said ${program}; until_ready said; : >go; wait $pid; cat said`,
  });
  if (code !== 0) throw new Error(`${program}: exit ${code}\n${output}`);
  return output;
}
