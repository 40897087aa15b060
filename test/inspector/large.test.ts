/** An image of more than 4 GiB in the page: its pages are a hole in a sparse file, but for a few bytes. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launch } from "../browser/chromium.js";
import { makeBytes } from "../make-image/make.js";
import { Altered } from "../verify/altered.js";
import { type OpenedPage, openImage } from "./page.js";

const ABI = "v21/x86_64";
const PAGE = 4096;
const START = 0x7f00_0000_0000;

/** Five records of a little more than 1 GiB. */
const BATCHES = 5;
const PAGES = 2 ** 18;

/** Text in the last page of the last batch. */
const TEXT = "far behind four gigabytes";

interface Large {
  readonly size: number;
  /** Offset of the text in the image, and its address. */
  readonly offset: number;
  readonly address: number;
}

/** Writes an image with a mapping of 5 GiB, with all its pages. */
function writeLarge(path: string): Large {
  const original = makeBytes({ abi: ABI, tasks: 1, pages: 0, plain: true });
  const altered = new Altered(original, ABI);
  const vma = altered
    .records("VMA")
    .filter((node) => altered.value(node, "vma_type") === 2)
    .at(-1);
  if (!vma) throw new Error("no anonymous mapping");
  altered.set(vma, "vm_start", BigInt(START));
  altered.set(vma, "vm_end", BigInt(START + BATCHES * PAGES * PAGE));
  const end = altered.recordBehind(vma.offset, "PGARR");
  const count = altered.bytes.slice(end.offset, end.record?.end);
  const counted = new DataView(count.buffer);
  counted.setBigUint64(8, BigInt(PAGES), true);
  const type = altered.format.kind("BUFFER")?.number ?? 0;
  const file = openSync(path, "w");
  let at = 0;
  const write = (bytes: Uint8Array) => {
    writeSync(file, bytes, 0, bytes.length, at);
    at += bytes.length;
  };
  write(altered.bytes.subarray(0, end.offset));
  let offset = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    write(count);
    const head = new DataView(new ArrayBuffer(8));
    head.setUint32(0, type, true);
    head.setUint32(4, 8 + PAGES * (8 + PAGE), true);
    write(new Uint8Array(head.buffer));
    write(
      new Uint8Array(
        BigUint64Array.from({ length: PAGES }, (_, i) => BigInt(START + (batch * PAGES + i) * PAGE)).buffer,
      ),
    );
    at += PAGES * PAGE;
    offset = at - PAGE;
  }
  writeSync(file, TEXT, offset);
  write(altered.bytes.subarray(end.offset));
  ftruncateSync(file, at);
  closeSync(file);
  return { size: at, offset, address: START + (BATCHES * PAGES - 1) * PAGE };
}

describe.skipIf(!hasChromium)("an image of 5 GiB", () => {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-large-"));
  const path = join(folder, "large.img");
  let browser: Browser;
  let opened: OpenedPage;
  let large: Large;
  beforeAll(async () => {
    large = writeLarge(path);
    browser = await launch();
    opened = await openImage(browser, path);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** The lines in sight as text. */
  const shownText = async () => (await opened.page.locator(".hex .line .ascii").allTextContents()).join("");

  it("is complete, with all its pages", async () => {
    await opened.show("overview");
    const main = await opened.page.locator("main").textContent();
    expect(main).toContain(`(${large.size} bytes)`);
    expect(main).toContain(`${BATCHES * PAGES} pages in the image`);
    expect(await opened.page.locator(".bar .badge").textContent()).toBe("complete");
  });

  it("shows bytes behind 4 GiB by offset", async () => {
    expect(large.offset).toBeGreaterThan(2 ** 32);
    await opened.show("hex", { at: String(large.offset) });
    // The text goes over the end of a line.
    await expect.poll(shownText).toContain(TEXT);
    await opened.page.getByRole("region", { name: "Bytes of the image" }).focus();
    await opened.page.keyboard.press("Control+End");
    await opened.page.getByRole("complementary").getByRole("heading", { name: "TAIL" }).waitFor();
  });

  it("scrolls from end to end, and by lines where it is", async () => {
    await opened.show("hex", { at: String(large.offset) });
    await expect.poll(shownText).toContain(TEXT);
    const first = async () =>
      Number.parseInt((await opened.page.locator(".hex .line .offset").first().textContent()) ?? "", 16);
    const before = await first();
    await opened.page.locator(".hex .virtual").hover();
    // Two lines and a half: smooth scrolling may end a pixel early.
    await opened.page.mouse.wheel(0, 55);
    await expect.poll(first).toBe(before + 32);
    await opened.page.locator(".hex .virtual").evaluate((element) => {
      element.scrollTop = 0;
    });
    await expect.poll(first).toBe(0);
    await opened.page.locator(".hex .virtual").evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    const lastLine = opened.page.locator(".hex .line .offset", {
      hasText: (large.size - 1 - ((large.size - 1) % 16)).toString(16),
    });
    await lastLine.waitFor();
  });

  it("shows the same bytes by address, and their place on the map", async () => {
    await opened.show("memory", { address: `0x${large.address.toString(16)}` });
    await expect.poll(shownText).toContain(TEXT);
    await opened.show("maps", { address: `0x${START.toString(16)}` });
    await opened.page.locator(".mapping.chosen path.present").waitFor({ state: "attached" });
  });

  it("is searched by parts, until it is stopped", async () => {
    await opened.show("memory");
    const field = opened.page.getByRole("searchbox", { name: "Find" });
    await field.fill("nothing like this");
    await field.press("Enter");
    await opened.page.getByRole("button", { name: "Stop" }).click();
    await opened.page.locator("form.go").getByText("stopped").waitFor();
    await opened.show("overview");
  });

  it("has no complaints", () => expect(opened.complaints).toEqual([]));

  it("is changed near its end, in a file that is made of parts of it", async () => {
    const { page, show } = opened;
    await show("edit", { address: `0x${large.address.toString(16)}` });
    await page.getByLabel("Bytes", { exact: true }).fill('"FAR"');
    await page.getByRole("button", { name: "Change the memory" }).click();
    await page.locator(".changes li").waitFor();
    // What is saved is looked at instead of being written to the disk.
    await page.evaluate(`URL.createObjectURL = (blob) => { globalThis.saved = blob; return "#"; };
      HTMLAnchorElement.prototype.click = () => {};`);
    await show("save");
    await page.getByRole("button", { name: "Save: The image" }).click();
    await expect.poll(() => page.evaluate("globalThis.saved !== undefined")).toBe(true);
    expect(await page.evaluate("globalThis.saved.size")).toBe(large.size);
    const part = `globalThis.saved.slice(${large.offset}, ${large.offset + TEXT.length}).text()`;
    expect(await page.evaluate(part)).toBe(`FAR${TEXT.slice(3)}`);
    await page.evaluate("delete globalThis.saved");
  });
});
