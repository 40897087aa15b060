/** `open` in a browser: files in a worker, and the program of docs/programs.md that makes a core runs there, and makes the core that Node makes. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open } from "../../tools/open/index.js";
import { MemorySink } from "../../tools/write/sink.js";
import { documentAt, ROOT } from "../documents/documents.js";
import { HANG } from "../hang.js";
import { realImage } from "../images/fixtures.js";
import { hasChromium, launch } from "./chromium.js";

const { bytes } = realImage("v16-tree-sub.img");
const PID = 179;

const OPTIONS = { bundle: true, write: false, platform: "browser", format: "iife" } as const;

/** A worker that opens the file of its first message, and reads all of it at the second. */
const WORKER = `
  import { open } from "./tools/open/browser.js";
  let image;
  onmessage = async ({ data: { question, file } }) => {
    try {
      if (question === "open") {
        image = await open(file);
        postMessage({ pids: image.tasks().map(({ pid }) => pid), readsParts: image.image.source.reads > 0 });
      } else {
        for (const piece of image.pieces()) void piece;
        postMessage("read");
      }
    } catch (error) {
      postMessage(error.code + ": " + error.message);
    }
  };
`;

const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-browser-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The program as one script that sets `coreFrom`. */
async function script(): Promise<string> {
  const sample = documentAt("docs/programs.md").samples.find((text) => text.includes("coreFrom"));
  const sources = { "ckpt-abi/image": "tools/open/browser.ts", "ckpt-abi/write": "tools/write/index.ts" };
  const { outputFiles } = await build({
    stdin: { contents: `${sample}\nObject.assign(globalThis, { coreFrom });`, loader: "ts", resolveDir: ROOT },
    alias: Object.fromEntries(Object.entries(sources).map(([name, file]) => [name, join(ROOT, file)])),
    ...OPTIONS,
  });
  return outputFiles[0]?.text ?? "";
}

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, HANG);
  afterAll(() => browser?.close());

  it("a worker reads a file a part at a time, and tells when it was changed", async () => {
    const path = join(folder, "app.img");
    writeFileSync(path, bytes);
    const page = await browser.newPage();
    await page.setContent('<input type="file">');
    await page.setInputFiles("input", path);
    const { outputFiles } = await build({ ...OPTIONS, stdin: { contents: WORKER, loader: "ts", resolveDir: ROOT } });
    const address = `URL.createObjectURL(new Blob([${JSON.stringify(outputFiles[0]?.text)}], { type: "text/javascript" }))`;
    await page.evaluate(`worker = new Worker(${address})`);
    const ask = (question: string) =>
      page.evaluate(`new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage({ question: "${question}", file: document.querySelector("input").files[0] });
      })`);
    expect(await ask("open")).toEqual({ pids: [179, 180, 181, 182, 183, 184, 185], readsParts: true });
    writeFileSync(path, bytes.subarray(0, 1000));
    expect(await ask("read")).toMatch(
      /^unreadable-file: the bytes at offset \d+ cannot be read: the file was changed, moved or removed after it was opened; open it again$/,
    );
  });

  it("a chosen file becomes the core that Node makes", async () => {
    const sink = new MemorySink();
    await (await (await open(bytes)).core(PID)).write(sink);
    const page = await browser.newPage();
    await page.addScriptTag({ content: await script() });
    const made = await page.evaluate(
      async ([image, pid]) => {
        const { coreFrom } = globalThis as unknown as { coreFrom(file: Blob, pid: number): Promise<Blob> };
        const file = new File([Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0))], "app.img");
        return Array.from(new Uint8Array(await (await coreFrom(file, pid)).arrayBuffer()));
      },
      [Buffer.from(bytes).toString("base64"), PID] as const,
    );
    const digest = (core: Uint8Array) => createHash("sha256").update(core).digest("hex");
    expect(made.length).toBeGreaterThan(100_000);
    expect(digest(Uint8Array.from(made))).toBe(digest(sink.bytes));
  });
});
