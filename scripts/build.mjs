/**
 * Builds the package: `npm run build` puts JavaScript, type declarations and the command into dist/; `node scripts/build.mjs DIR` puts the
 * whole package into another directory. Plain JavaScript, which needs no build.
 *
 * It is built aside and takes its place by a rename, so that others who use the old one meanwhile find all of it.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
/** Followed by the process id, so that two builds at a time do not use one place. */
const NEXT = ".dist-next-";
const OLD = ".dist-old-";

const [to] = process.argv.slice(2);
const target = to === undefined ? root : resolve(to);
if (target !== root) copyPackage();
removeAbandoned();
process.exitCode = await build();

/** What the package has beside dist/. */
function copyPackage() {
  mkdirSync(target, { recursive: true });
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const file of ["package.json", ...files])
    if (file !== "dist/") cpSync(join(root, file), join(target, file), { recursive: true });
}

async function build() {
  const next = join(target, NEXT + process.pid);
  try {
    const options = ["-p", "tsconfig.build.json", "--outDir", next];
    const { status } = spawnSync(process.execPath, [tsc, ...options], { cwd: root, stdio: "inherit" });
    if (status !== 0) return status ?? 1;
    await bundleCommand(next);
    // Descriptions of the format for other tools go as they are.
    for (const format of ["c", "kaitai", "imhex", "json-schema"])
      cpSync(join(root, "generated", format), join(next, "formats", format), { recursive: true });
    replace(join(target, "dist"), next);
    return 0;
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** The new directory for the old one; the old one again when that fails. */
function replace(directory, next) {
  const old = join(target, OLD + process.pid);
  if (existsSync(directory)) renameSync(directory, old);
  try {
    renameSync(next, directory);
  } catch (error) {
    if (existsSync(old)) renameSync(old, directory);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Removes what builds that were killed left behind. */
function removeAbandoned() {
  for (const name of readdirSync(target)) {
    const [, pid] = /^\.dist-(?:next|old)-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(target, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
