/** Where commands write what is meant for another program: the standard output, or a file that is replaced as a whole. */
import { statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { CommandContext } from "../context.js";
import type { Output } from "../streams.js";
import { UsageError } from "../usage-error.js";

/** Stands for the standard output. */
const STANDARD_OUTPUT = "-";
/** Characters or bytes that are handed on together. */
const PIECE = 1024 * 1024;

export function goesToOutput(output: string | undefined): output is undefined | typeof STANDARD_OUTPUT {
  return output === undefined || output === STANDARD_OUTPUT;
}

/**
 * @param input name of the file that is being read, which must not be overwritten
 * @param output name of a file; undefined or `-` for the standard output
 */
export async function writeOutput(
  pieces: Iterable<string> | Iterable<Uint8Array>,
  input: string,
  output: string | undefined,
  { streams }: CommandContext,
): Promise<void> {
  if (goesToOutput(output)) return writePieces(pieces, streams.out);
  if (isSameFile(input, output)) throw new UsageError(`${output} is being read; name another file for the output`);
  const { replaceFile } = await import("../../write/replace.js");
  await replaceFile(output, (file) =>
    writePieces(pieces, { write: (data) => file.write(typeof data === "string" ? Buffer.from(data) : data) }),
  );
}

async function writePieces(pieces: Iterable<string> | Iterable<Uint8Array>, to: Pick<Output, "write">): Promise<void> {
  let text = "";
  let written = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else to.write(piece);
    written += piece.length;
    if (written < PIECE) continue;
    to.write(text);
    text = "";
    written = 0;
    // The moment at which signals are heard.
    await setImmediate();
  }
  to.write(text);
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.isFile() && a.dev === b.dev && a.ino === b.ino;
}
