/**
 * `npm run readme`: runs the commands of the README's transcripts and puts what they print in their place, and writes `docs/errors.md`. With
 * `--check` it changes nothing and fails when something differs.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../tools/cli/main.js";
import { errorPage } from "./error-page.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * The text with fresh transcripts: blocks of `console` whose lines begin with `$ npx ckpt`. The commands run in a folder of their own where the
 * images are as in the root of the checkout, which may not be writable.
 */
export async function withTranscripts(text: string): Promise<string> {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-readme-"));
  try {
    symlinkSync(join(ROOT, "test"), join(folder, "test"));
    process.chdir(folder);
    return await transcribed(text);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

async function transcribed(text: string): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const block of text.matchAll(/(?<=^```console\n).*?(?=^```$)/gms)) {
    parts.push(text.slice(end, block.index));
    for (const [, command = ""] of block[0].matchAll(/^\$ (.*)$/gm))
      parts.push(`$ ${command}\n${await outputOf(command)}`);
    end = block.index + block[0].length;
  }
  return parts.join("") + text.slice(end);
}

/** What a command prints. */
async function outputOf(command: string): Promise<string> {
  const [npx, ckpt, ...argv] = words(command);
  if (npx !== "npx" || ckpt !== "ckpt") throw new Error(`README.md: a transcript runs npx ckpt, not ${command}`);
  const lines: string[] = [];
  const out = { write: (data: string | Uint8Array) => lines.push(String(data)) };
  await run(argv, { out, err: out, env: {} }, "");
  const text = lines.join("");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  renew("README.md", await withTranscripts(readFileSync(join(ROOT, "README.md"), "utf8")));
  renew("docs/errors.md", errorPage());
}

/** Writes the new text of a page, or with `--check` says that it is stale. */
function renew(page: string, text: string): void {
  const path = join(ROOT, page);
  if (existsSync(path) && readFileSync(path, "utf8") === text) process.stdout.write(`${page}: up to date\n`);
  else if (process.argv.includes("--check")) {
    process.stderr.write(`${page}: stale; run: npm run readme\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`${page}: renewed\n`);
  }
}
