/** `open` in a browser: the program of docs/programs.md that makes a core runs there, and makes the core that Node makes. */
import { createHash } from "node:crypto";
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

/** The program as one script that sets `coreFrom`. */
async function script(): Promise<string> {
  const sample = documentAt("docs/programs.md").samples.find((text) => text.includes("coreFrom"));
  const sources = { "ckpt-abi/image": "tools/open/browser.ts", "ckpt-abi/write": "tools/write/index.ts" };
  const { outputFiles } = await build({
    stdin: { contents: `${sample}\nObject.assign(globalThis, { coreFrom });`, loader: "ts", resolveDir: ROOT },
    alias: Object.fromEntries(Object.entries(sources).map(([name, file]) => [name, join(ROOT, file)])),
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
  });
  return outputFiles[0]?.text ?? "";
}

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, HANG);
  afterAll(() => browser?.close());

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
