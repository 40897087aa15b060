/**
 * The TypeScript samples of README.md and docs/: they run in a folder with images, from the sources in place of the package. What a sample prints is in
 * a code block of the language `text` directly below it.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../package.json" with { type: "json" };
import { open } from "../tools/open/index.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const IMAGE = join(ROOT, "test/fixtures/images/v16-tree-sub.img");

/** The images that samples read, by file name, with what is changed in them. */
const IMAGES: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  "app.img": {},
  "tree.img": {},
  "changed.img": { "task[0].comm": "changed", "task[2].exit_signal": 10 },
  "run-1.img": { "file[5].f_pos": 4096 },
  "run-2.img": { "file[5].f_pos": 8192 },
  "run-3.img": { "file[5].f_pos": 8192 },
};

export class SampleFolder {
  readonly path = mkdtempSync(join(tmpdir(), "ckpt-abi-samples-"));

  /** Makes a folder with the images. */
  static async make(): Promise<SampleFolder> {
    const folder = new SampleFolder();
    writeFileSync(join(folder.path, "package.json"), JSON.stringify({ type: "module" }));
    for (const [name, values] of Object.entries(IMAGES)) {
      copyFileSync(IMAGE, join(folder.path, name));
      const image = await open(join(folder.path, name));
      await image.set(values);
      if (image.changes) await image.save();
      image.close();
    }
    return folder;
  }

  /**
   * Writes a sample as a program that imports the sources.
   *
   * @returns the path of the program
   */
  write(name: string, text: string): string {
    const path = join(this.path, `${name}.ts`);
    writeFileSync(
      path,
      text.replace(/(?<= from ")ckpt-abi(?:\/([^"]*))?(?=")/g, (_, module) => sourceOf(module)),
    );
    return path;
  }

  /** Runs a program in the folder. */
  run(path: string): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), path], {
      cwd: this.path,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The source of a module of the package, by the rules of package.json. */
function sourceOf(module: string | undefined): string {
  const key = module === undefined ? "." : /^v\d/.test(module) ? "./v*" : `./${module}`;
  const target = Object.entries(manifest.exports).find(([name]) => name === key)?.[1];
  if (typeof target !== "object") throw new Error(`package.json exports no ${key}`);
  return join(ROOT, target.default.replace("./dist/", "").replace("*", module?.slice(1) ?? ""));
}
