/**
 * `npm run readme`: runs the commands in the transcripts of README.md and docs/, updates their output, and writes docs/errors.md. With `--check` it
 * changes nothing, and exits with 1 if a page is out of date.
 *
 * Samples of TypeScript run as well if a code block of the language `text` follows them: it has their output.
 *
 * A transcript is a code block of the language `console`. Each line that begins with `$ ` is a command: `npx ckpt …`, which runs in this process, or
 * `gdb …`, which is skipped if the machine does not have the gdb release that the documents show. Those that begin with `# ` run in the virtual machine
 * of the tests, one after another, after all others of the document, and are skipped where it cannot run.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../tools/cli/main.js";
import { utf8Text } from "../tools/utf8.js";
import { errorPage } from "./error-page.js";
import { machineSession } from "./machine-session.js";
import { SampleFolder } from "./samples.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const GDB = /\b13\.\d/;

/** Markdown files with transcripts and code samples, by path from the root. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The page that is generated as a whole. */
const ERRORS = "docs/errors.md";

/**
 * Runs the transcripts of a Markdown text. The commands run in an empty temporary folder with a link to `test/`, because the checkout may not be
 * writable.
 *
 * @returns the text with the current output
 */
export async function withTranscripts(text: string): Promise<string> {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-transcripts-"));
  try {
    symlinkSync(join(ROOT, "test"), join(folder, "test"));
    process.chdir(folder);
    return await withOutputs(await withSession(await transcribed(text), folder));
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
    parts.push(/^(?:# .*\n(?:(?!\$ ).*\n)*)?/.exec(block[0])?.[0] ?? "");
    for (const [, command = "", shown = ""] of block[0].matchAll(/^\$ (.*)\n((?:(?![$#] ).*\n)*)/gm))
      parts.push(`$ ${command}\n${(await outputOf(command)) ?? shown}`);
    end = block.index + block[0].length;
  }
  return parts.join("") + text.slice(end);
}

/** A command that runs in the virtual machine, and what it prints. */
const IN_MACHINE = /^# (?<command>.*)\n(?<shown>(?:(?![$#] |```).*\n)*)/gm;

/** The text with the current output of the commands in the virtual machine. */
async function withSession(text: string, folder: string): Promise<string> {
  const blocks = [...text.matchAll(/(?<=^```console\n).*?(?=^```$)/gms)];
  const commands = blocks.flatMap(([block]) =>
    [...block.matchAll(IN_MACHINE)].map(({ groups }) => groups?.command ?? ""),
  );
  const outputs = commands.length === 0 ? undefined : await machineSession(commands, folder);
  if (!outputs) return text;
  return text.replace(/(?<=^```console\n).*?(?=^```$)/gms, (block) =>
    block.replace(IN_MACHINE, (_, command) => `# ${command}\n${wholeLines(outputs.shift() ?? "")}`),
  );
}

/** The text with the current output below its samples. */
async function withOutputs(text: string): Promise<string> {
  const samples = [
    ...text.matchAll(/^```ts\n(?<program>(?:(?!```).*\n)*)```\n\n```text\n(?<output>(?:(?!```).*\n)*)```$/gm),
  ];
  if (samples.length === 0) return text;
  const folder = await SampleFolder.make();
  try {
    const parts: string[] = [];
    let end = 0;
    for (const [index, { 0: block, index: start, groups }] of samples.entries()) {
      const { status, stdout, stderr } = folder.run(folder.write(`sample-${index + 1}`, groups?.program ?? ""));
      if (status !== 0) throw new Error(`a sample ends with ${status}: ${stderr}`);
      const output = start + block.length - "```".length - (groups?.output ?? "").length;
      parts.push(text.slice(end, output), wholeLines(stdout));
      end = start + block.length - "```".length;
    }
    return parts.join("") + text.slice(end);
  } finally {
    folder.remove();
  }
}

/** Output of a command; undefined if this machine cannot run it. */
async function outputOf(command: string): Promise<string | undefined> {
  const [program, ...argv] = words(command);
  if (program === "gdb") return outputOfGdb(argv);
  if (program !== "npx" || argv[0] !== "ckpt") throw new Error(`a transcript runs npx ckpt or gdb, not: ${command}`);
  const lines: string[] = [];
  const out = { write: (data: string | Uint8Array) => lines.push(typeof data === "string" ? data : utf8Text(data)) };
  await run(argv.slice(1), { out, err: out, env: {} }, "");
  return wholeLines(lines.join(""));
}

/** Only with that release, because others print other words. Warnings go to the standard error, which transcripts omit. */
function outputOfGdb(argv: readonly string[]): string | undefined {
  if (!GDB.test(spawnSync("gdb", ["--version"], { encoding: "utf8" }).stdout ?? "")) return undefined;
  const { stdout } = spawnSync(
    "gdb",
    argv.filter((word) => word !== "2>/dev/null"),
    {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", DEBUGINFOD_URLS: "" },
    },
  );
  return wholeLines(stdout);
}

function wholeLines(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of DOCUMENTS)
    renew(name, name === ERRORS ? errorPage() : await withTranscripts(readFileSync(join(ROOT, name), "utf8")));
}

/** Writes the new text of a page; with `--check` it only reports that the page is out of date. */
function renew(page: string, text: string): void {
  const path = join(ROOT, page);
  if (existsSync(path) && readFileSync(path, "utf8") === text) process.stdout.write(`${page}: up to date\n`);
  else if (process.argv.includes("--check")) {
    process.stderr.write(`${page}: out of date; run: npm run readme\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    process.stdout.write(`${page}: renewed\n`);
  }
}
