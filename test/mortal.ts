/**
 * Simulates SIGKILL at a call of the file system: the call is half done, and later calls have no effect, whatever the code under test catches. Used
 * with `vi.mock("node:fs", …)`. The code runs in the test's own process, so that every call can be tested.
 */
import type * as FileSystem from "node:fs";

export class Death extends Error {
  override readonly name = "Death";
}

/** The number of remaining calls that change something, and how often the process has died. */
export const life = { left: Number.POSITIVE_INFINITY };

/** Runs the action, and kills it at its nth change; false when it ended before. */
export async function dies(at: number, action: () => unknown): Promise<boolean> {
  life.left = at;
  try {
    await action();
    return false;
  } catch (error) {
    if (error instanceof Death) return true;
    throw error;
  } finally {
    life.left = Number.POSITIVE_INFINITY;
  }
}

/** A module like `node:fs` whose changes may be cut off. */
export function mortal(fs: typeof FileSystem): typeof FileSystem {
  const step = (halfway: () => void = () => {}) => {
    if (life.left > 0) life.left--;
    else throw new Death();
    if (life.left > 0) return;
    halfway();
    throw new Death();
  };
  const changes: Partial<typeof FileSystem> = {
    rmSync: (path, options) => {
      step(() => {
        if (!fs.existsSync(path) || !fs.statSync(path).isDirectory()) return;
        const names = fs.readdirSync(path);
        for (const name of names.slice(0, Math.ceil(names.length / 2)))
          fs.rmSync(`${String(path)}/${name}`, { recursive: true });
      });
      fs.rmSync(path, options);
    },
    writeSync: ((file: number, bytes: Buffer, offset: number) => {
      step(() => {
        fs.writeSync(file, bytes, offset, (bytes.length - offset) >> 1);
      });
      return fs.writeSync(file, bytes, offset);
    }) as typeof FileSystem.writeSync,
    closeSync: (file) => {
      fs.closeSync(file);
      step();
    },
  };
  for (const name of ["mkdirSync", "openSync", "fsyncSync", "renameSync", "linkSync", "writeFileSync"] as const)
    (changes as Record<string, unknown>)[name] = (...args: unknown[]) => {
      step();
      return (fs[name] as (...args: unknown[]) => unknown)(...args);
    };
  return { ...fs, ...changes, default: { ...fs, ...changes } } as typeof FileSystem;
}
