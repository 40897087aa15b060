/**
 * Builds the package: `npm run build` puts JavaScript, type declarations and the command into dist/; `node scripts/build.mjs DIR` puts the whole
 * package into another directory. Plain JavaScript, which needs no build.
 *
 * It is built in a temporary directory that is then renamed, so that programs using the old build always find all of its files.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./bundle.mjs";
import { bundleCodecs } from "./bundle-codecs.mjs";
import { bundleInspector } from "./bundle-inspector.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
/** Followed by the process id, so that two simultaneous builds do not use the same directory. */
const NEXT = ".dist-next-";
const OLD = ".dist-old-";

const [to] = process.argv.slice(2);
const target = to === undefined ? root : resolve(to);
if (target !== root) copyPackage();
removeAbandoned();
process.exitCode = await build();

/** Copies the parts of the package outside dist/. */
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
    await bundleCodecs(next);
    writeFileSync(join(next, "inspect.html"), (await bundleInspector()).text);
    // Descriptions of the format for other tools are copied unchanged.
    for (const format of ["c", "kaitai", "imhex", "json-schema"])
      cpSync(join(root, "generated", format), join(next, "formats", format), { recursive: true });
    replace(join(target, "dist"), next);
    return 0;
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** Replaces the old directory by the new one; restores the old one if that fails. */
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

/** Removes what killed builds left. */
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
