/** Compiles what the package consists of into dist/: JavaScript, type declarations, and the command. Plain JavaScript, which needs no build. */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

// What an earlier build left behind would be packed.
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (status === 0) {
  await bundleCommand();
  // Descriptions of the format for other tools go as they are.
  for (const format of ["c", "kaitai", "imhex", "json-schema"])
    cpSync(new URL(`../generated/${format}`, import.meta.url), new URL(`../dist/formats/${format}`, import.meta.url), {
      recursive: true,
    });
} else process.exitCode = status ?? 1;
