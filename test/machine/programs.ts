/** The programs of `programs/`, compiled for the machine. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** How a program is linked; a dynamic one loads the C library of this machine, which the virtual machine has too. */
export type Linkage = "static" | "dynamic";

const FLAGS = ["-O1", "-Wall", "-Wextra", "-Werror", "-pthread"];

/** Compiles a program, which a test puts where it wants to have it. */
export function compiled(name: string, linkage: Linkage = "static"): Buffer {
  const source = fileURLToPath(new URL(`programs/${name}.c`, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "ckpt-machine-program-"));
  try {
    const program = join(folder, name);
    execFileSync("gcc", [...FLAGS, ...(linkage === "static" ? ["-static"] : []), source, "-o", program]);
    return readFileSync(program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
