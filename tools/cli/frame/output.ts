/** Output for other programs: the standard output, or a file that is replaced as a whole. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { oneLine } from "../../control-characters.js";
import { UsageError } from "../../errors/usage-error.js";
import type { Replaced } from "../../files/replace.js";
import { counted } from "../../words.js";
import { toJson } from "../output/json.js";
import type { Output, Streams } from "../output/streams.js";
import type { CommandContext } from "./context.js";

/** Name of the standard output. */
export const STANDARD_OUTPUT = "-";

/** Number of characters or bytes that are written together. */
const PIECE_LENGTH = 1024 * 1024;

/** Parses the name of an output. The names that Linux has for the standard output become `-`, so that they are not replaced as files. */
export function outputName(name: string): string {
  return NAMES_OF_OUTPUT.includes(resolve(name)) ? STANDARD_OUTPUT : name;
}

const NAMES_OF_OUTPUT = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", `/proc/${process.pid}/fd/1`];

export function goesToOutput(output: string | undefined): output is undefined | typeof STANDARD_OUTPUT {
  return output === undefined || output === STANDARD_OUTPUT;
}

/**
 * Refuses to write bytes to a terminal.
 *
 * @throws {UsageError} when bytes would go to a terminal
 */
export function refuseTerminal(output: string | undefined, { out }: Streams, what = "an image"): void {
  if (goesToOutput(output) && out.isTTY)
    throw new UsageError("wrong-usage", `${what} is not for a terminal; write it to a file with -o, or into a pipe`);
}

/** Where a command prints what it did: the standard error if the output goes to the standard output, else the standard output. */
export function besideOutput(output: string | undefined, { out, err }: Streams): Output {
  return goesToOutput(output) ? err : out;
}

/**
 * Writes pieces to a file, which is replaced as a whole, or to the standard output.
 *
 * @param input name of the file that is being read, which must not be overwritten
 * @param output name of a file; undefined or `-` for the standard output
 * @returns number of bytes written
 * @throws {UsageError} when input and output are the same file
 */
export async function writeOutput(
  pieces: Iterable<string> | Iterable<Uint8Array>,
  input: string,
  output: string | undefined,
  { streams }: CommandContext,
): Promise<number> {
  let size = 0;
  const measured = (write: (bytes: Uint8Array) => unknown) => (data: string | Uint8Array) => {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    size += bytes.length;
    write(bytes);
  };
  if (goesToOutput(output)) {
    await writePieces(pieces, { write: measured((bytes) => streams.out.write(bytes)) });
    return size;
  }
  if (isSameFile(input, output))
    throw new UsageError("wrong-usage", `${output} is being read; name another file for the output`);
  const { replaceFile } = await import("../../files/replace.js");
  await replaceFile(output, (file) => writePieces(pieces, { write: measured((bytes) => file.write(bytes)) }));
  return size;
}

/** Prints what changed about a replaced file besides its contents. */
export function tellReplaced({ path, otherNames, attributesMissing }: Replaced, { err }: Streams): void {
  if (attributesMissing !== undefined)
    err.write(
      `ckpt: extended attributes and access control lists of ${oneLine(path)} may be missing now: ${oneLine(attributesMissing)}\n`,
    );
  if (otherNames === 0) return;
  err.write(
    `ckpt: ${oneLine(path)} has ${counted(otherNames, "more name")} (hard links), under which the old image remains\n`,
  );
}

/** Prints facts about what was written as JSON, to the stream that the output does not use. */
export function tellWritten(output: string | undefined, facts: object, { streams }: CommandContext): void {
  besideOutput(output, streams).write(toJson({ output: output ?? STANDARD_OUTPUT, ...facts }));
}

async function writePieces(pieces: Iterable<string> | Iterable<Uint8Array>, to: Pick<Output, "write">): Promise<void> {
  let text = "";
  let written = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else to.write(piece);
    written += piece.length;
    if (written < PIECE_LENGTH) continue;
    to.write(text);
    text = "";
    written = 0;
    // Lets pending signals be handled.
    await setImmediate();
  }
  to.write(text);
}

/** State of a file; undefined if it cannot be read: opening it will report the error. */
function stateOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true });
  } catch {
    return undefined;
  }
}

export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map(stateOf);
  return a !== undefined && b !== undefined && a.isFile() && a.dev === b.dev && a.ino === b.ino;
}
