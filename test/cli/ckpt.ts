/** Runs the command line in this process and captures its output. */
import { run } from "../../tools/cli/main.js";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  /** Bytes written to `out`, including binary output. */
  readonly bytes: Uint8Array;
  readonly err: string;
}

export interface Surroundings {
  /** Width of `out` as a terminal, in columns; undefined for a file or a pipe. */
  readonly terminal?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Version of the package. */
  readonly version?: string;
}

export const VERSION = "1.2.3-test";

export async function ckpt(
  argv: readonly string[],
  { terminal, env = {}, version = VERSION }: Surroundings = {},
): Promise<Outcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const code = await run(
    argv,
    {
      out: {
        write: (text) => out.push(Buffer.from(text as string)),
        ...(terminal !== undefined && { isTTY: true, columns: terminal }),
      },
      err: { write: (text) => err.push(Buffer.from(text as string)) },
      env,
    },
    version,
  );
  const bytes = Buffer.concat(out);
  return { code, out: bytes.toString(), bytes, err: Buffer.concat(err).toString() };
}

/** Parsed JSON output of a command that must succeed. */
export async function json<T>(...argv: string[]): Promise<T> {
  const { code, out, err } = await ckpt([...argv, "--json"]);
  if (code !== 0 || err !== "") throw new Error(`ckpt ${argv.join(" ")}: exit ${code}: ${err}`);
  return JSON.parse(out) as T;
}

/** Text output of a command that must succeed. */
export async function text(...argv: string[]): Promise<string> {
  const { code, out, err } = await ckpt(argv);
  if (code !== 0 || err !== "") throw new Error(`ckpt ${argv.join(" ")}: exit ${code}: ${err}`);
  return out;
}
