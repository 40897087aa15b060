/** Runs a command of the checkout in the test's own process, which has its modules and the schema already: a new process takes seconds for that. */
import { vi } from "vitest";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command, and takes what it writes to the standard streams. One command at a time: the streams are those of the process.
 *
 * @param command returns the exit code
 */
export async function here(command: () => Promise<number>): Promise<Outcome> {
  const texts = { out: "", err: "" };
  const captured = (["out", "err"] as const).map((name) =>
    vi.spyOn(process[`std${name}`], "write").mockImplementation((text) => {
      texts[name] += text;
      return true;
    }),
  );
  try {
    return { code: await command(), ...texts };
  } finally {
    for (const stream of captured) stream.mockRestore();
  }
}
