/** Programs of this machine, with the shared libraries that they load. */
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Files } from "./cpio.js";

/**
 * Collects programs and their libraries under the paths that they have here. Names that lead to a library are links, as here.
 *
 * @param programs paths of programs, which are dynamically linked
 */
export function installed(programs: readonly string[]): Files {
  const files: Record<string, Files[string]> = {};
  const add = (path: string) => {
    const real = realpathSync(path);
    files[real] ??= readFileSync(real);
    const name = join(realpathSync(dirname(path)), basename(path));
    if (name !== real) files[name] ??= { link: real };
  };
  for (const program of programs) {
    files[program] = readFileSync(program);
    const libraries = execFileSync("ldd", [program], { encoding: "utf8" });
    for (const [, path = ""] of libraries.matchAll(/(?:^\s*|=> )(\/\S+) \(0x/gm)) {
      add(path);
      // The loader has its name in every program.
      if (path.startsWith("/lib64/")) files[path] = { link: realpathSync(path) };
    }
  }
  return files;
}
