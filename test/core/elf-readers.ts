/** Runs ELF readers on cores, and collects their complaints. */
import { spawnSync } from "node:child_process";

const READERS = {
  readelf: ["readelf", "--all", "--wide"],
  "eu-readelf": ["eu-readelf", "--all"],
  "eu-elflint": ["eu-elflint", "--gnu-ld"],
} as const;

export type Reader = keyof typeof READERS;
export const READER_NAMES = Object.keys(READERS) as Reader[];

/** Note types by their numbers in elf.h; eu-elflint knows only the oldest. */
const NEWER_NOTES: ReadonlyMap<number, string> = new Map([
  [0x46494c45, "NT_FILE"],
  [0x53494749, "NT_SIGINFO"],
  [0x46e62b7f, "NT_PRXFPREG"],
  [0x100, "NT_PPC_VMX"],
  [0x101, "NT_PPC_SPE"],
  [0x102, "NT_PPC_VSX"],
  [0x200, "NT_386_TLS"],
  [0x202, "NT_X86_XSTATE"],
  [0x307, "NT_S390_SYSTEM_CALL"],
]);
const MOST = 256 * 1024 * 1024;

export interface Finding {
  /** Complaints, except those about notes. */
  readonly complaints: readonly string[];
  /** Note types that the reader does not know. */
  readonly unknownNotes: readonly string[];
}

export function read(reader: Reader, files: readonly string[]): Finding {
  const [command, ...options] = READERS[reader];
  const { stdout, stderr, error } = spawnSync(command, [...options, ...files], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", DEBUGINFOD_URLS: "" },
    maxBuffer: MOST,
  });
  if (error) throw error;
  // eu-elflint prints complaints to stdout, after the name of the file, and "No errors" when there are none.
  const text = reader === "eu-elflint" ? `${stdout}${stderr}` : stderr;
  const lines = text.split("\n").filter((line) => line !== "" && line !== "No errors" && !/^\/.*:$/.test(line));
  const notes = lines.map((line) =>
    NEWER_NOTES.get(Number(/unknown core file note type (\d+) at offset/.exec(line)?.[1])),
  );
  return {
    complaints: lines.filter((_, i) => notes[i] === undefined),
    unknownNotes: [...new Set(notes.filter((note) => note !== undefined))].sort(),
  };
}
