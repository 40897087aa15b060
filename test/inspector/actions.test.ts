/** Comparing, changing and saving in the page, against what the command prints and writes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { serve } from "../../tools/cli/view/serve.js";
import { FileSource } from "../../tools/files/file-source.js";
import { hasChromium, launch } from "../browser/chromium.js";
import { ckpt } from "../cli/ckpt.js";
import { makeBytes } from "../make-image/make.js";
import { pathOfReal } from "../opened.js";
import { type OpenedPage, openImage, openPage, pagePath } from "./page.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "ckpt-actions-"));
const SHOTS = process.env.SCREENSHOTS;

async function axe(page: Page): Promise<unknown> {
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run({ preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html.slice(0, 200)))`,
  );
}

/** The bytes of a file that the page saves. */
async function saved(page: Page, title: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `Save: ${title}` }).click(),
  ]);
  return readFileSync(await download.path());
}

async function setField({ page, show }: OpenedPage, path: string, value: string): Promise<void> {
  const before = await page.locator(".changes li").count();
  await show("edit", { field: path });
  await page.getByLabel("Value", { exact: true }).fill(value);
  await page.getByRole("button", { name: "Change the field" }).click();
  await page.locator(".changes li").nth(before).waitFor();
}

async function setMemory({ page, show }: OpenedPage, address: string, bytes: string): Promise<void> {
  await show("edit", { address });
  const before = await page.locator(".changes li").count();
  await page.getByLabel("Bytes", { exact: true }).fill(bytes);
  await page.getByRole("button", { name: "Change the memory" }).click();
  await page.locator(".changes li").nth(before).waitFor();
}

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("two images: the differences that ckpt diff prints", async () => {
    const changed = join(folder, "changed.img");
    const IMAGE = pathOfReal("v16-self-mem.img");
    const poked = join(folder, "poked.img");
    await ckpt(["poke", IMAGE, '0x8053100="beside each other"', "-o", poked]);
    expect((await ckpt(["set", poked, "task[0].comm=worker", "-o", changed])).code).toBe(0);
    const { page, complaints, close } = await openPage(browser);
    await page.setInputFiles("input[type=file]", [IMAGE, changed]);
    await page.locator(".differences li").first().waitFor();
    const { out } = await ckpt(["diff", IMAGE, changed, "--json", "--limit", "0"]);
    const { differences } = JSON.parse(out) as {
      differences: {
        kind: string;
        change: string;
        what: string;
        fields: { field: string; old?: string; new?: string }[];
      }[];
    };
    expect(differences.map(({ kind }) => kind)).toEqual(["task", "pages"]);
    const rows = (await page.evaluate(`[...document.querySelectorAll(".differences > li")].map((row) => ({
      kind: row.querySelector(".kind").textContent, change: row.className, what: row.querySelector(".what").textContent,
      fields: [...row.querySelectorAll(".changed-fields > div")].map((field) => ({
        field: field.querySelector("dt").textContent,
        old: field.querySelector("del")?.textContent, new: field.querySelector("ins")?.textContent })) }))`)) as unknown;
    expect(rows).toEqual(differences.map(({ kind, change, what, fields }) => ({ kind, change, what, fields })));
    await page.locator(".differences summary").click();
    await page.locator(".runs tbody tr").first().waitFor();
    expect((await page.locator(".runs tbody tr").allTextContents()).join("\n")).toContain("beside e");
    expect(await page.locator(".page-strip rect.changed").count()).toBe(1);
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "compare.png") });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "compare-phone-dark.png"), fullPage: true });
    expect(complaints).toEqual([]);
    await close();
  });

  it("changes, and files with the bytes of the command's", async () => {
    const IMAGE = pathOfReal("v16-self-mem.img");
    const opened = await openImage(browser, IMAGE);
    const { page, show, complaints, close } = opened;
    await setField(opened, "task[0].comm", "worker");
    await setMemory(opened, "0x8053100", '"hello"');
    await setField(opened, "file[9].path", "/a/longer/path/than/before");
    expect(await page.locator(".none.good").textContent()).toBe("Nothing that it did not find before.");
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "edit.png") });

    const [first, second] = [join(folder, "1.img"), join(folder, "2.img")];
    expect(
      (await ckpt(["set", IMAGE, "task[0].comm=worker", "file[9].path=/a/longer/path/than/before", "-o", first])).code,
    ).toBe(0);
    expect((await ckpt(["poke", first, '0x8053100="hello"', "-o", second])).code).toBe(0);
    await show("save");
    expect(await axe(page)).toEqual([]);
    const wanted = readFileSync(second);
    expect((await saved(page, "The image")).equals(wanted)).toBe(true);
    expect((await saved(page, "A core")).equals((await ckpt(["core", second, "-o", "-"])).bytes)).toBe(true);
    expect((await saved(page, "A stripped image")).equals((await ckpt(["strip", second, "-o", "-"])).bytes)).toBe(true);
    const { version } = manifest;
    expect((await saved(page, "A report")).toString()).toBe((await ckpt(["report", second], { version })).out);
    expect((await saved(page, "JSON text")).equals((await ckpt(["decode", second])).bytes)).toBe(true);

    await show("edit");
    await page.getByRole("button", { name: "Undo the last one" }).click();
    await page.locator(".changes li").nth(2).waitFor({ state: "detached" });
    await show("save");
    expect((await saved(page, "The image")).length).toBe(readFileSync(IMAGE).length);
    expect(complaints).toEqual([]);
    await close();
  });

  it("what verify finds in a broken image, and why a change is impossible", async () => {
    const IMAGE = pathOfReal("v16-self-mem.img");
    const opened = await openImage(browser, IMAGE);
    const { page, show, complaints, close } = opened;
    await setField(opened, "mm[6].vma[0].vm_end", "0x8040000");
    await page.locator(".new-findings").waitFor();
    const found = await page.locator(".new-findings .error p:nth-of-type(2)").allTextContents();
    const { err } = await ckpt(["set", IMAGE, "mm[6].vma[0].vm_end=0x8040000", "--dry-run"]);
    expect(found.length).toBeGreaterThan(0);
    expect(err).toContain(found[0]);
    await show("edit", { field: "task[7].comm" });
    await page.locator(".note .bad").waitFor();
    const { err: reason } = await ckpt(["get", IMAGE, "task[7].comm"]);
    expect(reason).toContain(await page.locator(".note .bad").textContent());
    await show("edit", { address: "0x100" });
    await page.getByLabel("Bytes", { exact: true }).fill("00");
    await page.getByRole("button", { name: "Change the memory" }).click();
    expect(await page.locator(".failure").textContent()).toBe("0x100 cannot be written: the task has no memory there");
    expect(complaints).toEqual([]);
    await close();
  });

  it("a second image from the head of the page, and one that is none leaves the first one open", async () => {
    const { page, show, complaints, close } = await openImage(browser, pathOfReal("v16-self-mem.img"));
    await show("hex");
    const second = page.getByLabel("Image to compare with");
    await second.setInputFiles({ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("no image\n") });
    await page.locator("main.view-compare .failure").waitFor();
    expect(await page.locator(".failure").textContent()).toMatch(/^note\.txt is not a checkpoint image: /);
    await second.setInputFiles(pathOfReal("v16-self-min.img"));
    await page.locator(".differences li").first().waitFor();
    expect(await page.locator(".failure").count()).toBe(0);
    expect(await page.locator(".sides h2").allTextContents()).toEqual(["A v16-self-mem.img", "B v16-self-min.img"]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("bytes lead to where they are changed, from the memory and from the image", async () => {
    const { page, show, complaints, close } = await openImage(browser, pathOfReal("v16-self-mem.img"));
    await show("memory", { address: "0x8053100" });
    const region = page.getByRole("region", { name: "Memory by address" });
    await region.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.url()).toMatch(/address=0x8053111$/);
    const place = page.locator(".place");
    const [pairs] = (await place.locator("code").allTextContents()).slice(1);
    await place.getByRole("link", { name: "offset" }).click();
    await page.locator(".record-panel .at-cursor").getByRole("link", { name: "address 0x8053111" }).waitFor();
    await page.locator(".at-cursor").getByRole("link", { name: "edit" }).click();
    expect(await page.getByLabel("Address", { exact: true }).inputValue()).toBe("0x8053111");
    expect(await page.getByLabel("Bytes", { exact: true }).inputValue()).toBe(pairs);
    await page.getByLabel("Bytes", { exact: true }).fill("7f");
    await page.getByRole("button", { name: "Change the memory" }).click();
    await page.locator(".changes li").waitFor();
    await page.goBack();
    await page.goBack();
    await expect.poll(() => place.textContent()).toContain("· 7f ·");
    expect(complaints).toEqual([]);
    await close();
  });

  it("a check that is stopped, while other questions are answered", async () => {
    const path = join(folder, "many.img");
    writeFileSync(path, makeBytes({ abi: "v21/x86_64", tasks: 1, pages: 0, plain: true, vmas: 300_000 }));
    const { page, show, complaints, close } = await openImage(browser, path);
    // Neither the check nor its progress may be waited for here.
    await page.evaluate("location.hash = '#view=verify'");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The check was stopped.").waitFor();
    await page.getByRole("button", { name: "Check again" }).click();
    await page.locator(".checking").waitFor();
    await show("records");
    await page.locator(".records .row strong").first().waitFor();
    await show("verify");
    await page.locator(".none.good").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("About says what happens to an image, and has the licences", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.getByRole("link", { name: "About this page" }).click();
    expect(await page.locator(".about").textContent()).toContain("Nothing is uploaded, and this page makes no request");
    expect(await page.locator(".about summary", { hasText: /^preact \d/ }).count()).toBe(1);
    await page.locator("summary", { hasText: "comlink" }).click();
    expect(await page.locator("details[open] pre").textContent()).toContain("Apache License");
    await page.getByRole("link", { name: "Open an image" }).click();
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("an image that ckpt view serves: read in ranges, changed and saved", async () => {
    const IMAGE = pathOfReal("v20h-tree-thread.img");
    const page = readFileSync(await pagePath(), "utf8");
    const source = new FileSource(IMAGE);
    const served = await serve({ source, page, name: "served.img" }, 0);
    const opened = await openPage(browser);
    try {
      await opened.page.goto(`${served.address}#view=hex&at=0x233`);
      await opened.page.getByRole("navigation", { name: "Views" }).waitFor();
      await opened.page.locator(".record-panel").waitFor();
      expect(await opened.page.locator("header h1").textContent()).toContain("served.img");
      await setField(opened, "task[0].comm", "served");
      await opened.show("save");
      const changed = join(folder, "served.img");
      expect((await ckpt(["set", IMAGE, "task[0].comm=served", "-o", changed])).code).toBe(0);
      expect((await saved(opened.page, "The image")).equals(readFileSync(changed))).toBe(true);
      const asked = opened.complaints.filter((complaint) => !complaint.startsWith(`asked for ${served.address}`));
      expect(asked).toEqual([]);
    } finally {
      await opened.close();
      await served.close();
      source.close();
    }
  });

  it("the views that a report names", async () => {
    const IMAGE = pathOfReal("v16-self-mem.img");
    const views = [...new Set((await ckpt(["report", IMAGE])).out.match(/view=\w+(?:&\w+=\w+)+/g))];
    expect(views).toEqual(["view=maps&space=6"]);
    const { page, show, complaints, close } = await openImage(browser, IMAGE);
    for (const view of [...views, "view=hex&at=0x173"]) {
      const { view: name = "", ...parameters } = Object.fromEntries(new URLSearchParams(view));
      await show(name, parameters);
      expect(await page.locator(".failure").count()).toBe(0);
    }
    expect(await page.locator(".record-panel h2").textContent()).toBe("STRING task_name");
    expect(complaints).toEqual([]);
    await close();
  });
});
