/** Files of a folder on this machine, and where they are to be in the virtual one. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "./cpio.js";

/** Reads all files of a folder and of its subfolders; in the machine they are below `to`, an absolute path. */
export function folderTo(to: string, folder: string): Files {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [join(to, name), readFileSync(join(folder, name))]));
}
