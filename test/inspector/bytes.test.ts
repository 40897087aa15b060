/** Bytes in the page: the record and field of each, by pointer and by keyboard, and the way to the reference. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launch } from "../browser/chromium.js";
import { realImage } from "../images/fixtures.js";
import { pathOfReal } from "../opened.js";
import { ROOT } from "../reference/site.js";
import { Altered } from "../verify/altered.js";
import { fileOf, type OpenedPage, openImage } from "./page.js";

const NAME = "v20h-tree-thread.img";

describe.skipIf(!hasChromium)("bytes in the page", () => {
  const { notes, bytes } = realImage(NAME);
  let browser: Browser;
  let opened: OpenedPage;
  beforeAll(async () => {
    browser = await launch();
    opened = await openImage(browser, pathOfReal(NAME));
  });
  afterAll(async () => {
    expect(opened.complaints).toEqual([]);
    await browser?.close();
  });

  const panel = () => opened.page.getByRole("complementary", { name: "Record at the cursor" });
  const current = () => opened.page.getByRole("status").last();

  it("each record of the image is at its offset", async () => {
    const { page, show } = opened;
    const records = notes.walk.filter((entry) => typeof entry[0] === "number").slice(0, 40);
    for (const [type, offset, length] of records) {
      await show("hex", { at: String(offset) });
      await expect.poll(() => panel().textContent()).toContain(`0x${offset?.toString(16)}, ${length} bytes`);
      await expect.poll(() => current().textContent()).toContain("Type of the record");
      expect(await panel().textContent()).toContain(`type ${type}, ${length} bytes`);
    }
    const lines = await page.locator(".hex .line .bytes").allTextContents();
    expect(lines.length).toBeGreaterThan(10);
  });

  it("a line has the bytes of the image, as numbers and as text", async () => {
    const { page, show } = opened;
    await show("hex", { at: "0x270" });
    const line = page.locator(".hex .line", { hasText: "00270" });
    await line.locator(".bytes span").first().waitFor();
    const part = bytes.subarray(0x270, 0x280);
    expect((await line.locator(".bytes").textContent())?.trim()).toBe(
      Buffer.from(part)
        .toString("hex")
        .replace(/..(?=.)/g, "$& "),
    );
    expect(await line.locator(".ascii").textContent()).toBe(
      Buffer.from(part)
        .toString("latin1")
        .replace(/[^ -~]/g, "·"),
    );
  });

  it("the pointer marks a field in the bytes, in the text and in the list", async () => {
    const { page, show } = opened;
    await show("hex", { at: "0x233" });
    await panel().getByText("TASK", { exact: true }).waitFor();
    await panel()
      .getByRole("button", { name: /^exit_signal/ })
      .hover();
    const marked = page.locator(".hex .bytes .marked");
    // SIGCHLD.
    await expect.poll(async () => (await marked.allTextContents()).join("").trim()).toBe("11 00 00 00");
    await page.locator(".hex .bytes .tint1").first().hover();
    expect(await panel().locator(".field.marked").count()).toBe(1);
  });

  it("the keyboard moves the cursor over fields, lines and pages", async () => {
    const { page, show } = opened;
    await show("hex", { at: "0" });
    await page.getByRole("region", { name: "Bytes of the image" }).focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"]) await page.keyboard.press(key);
    await expect.poll(() => page.url()).toMatch(/at=0x20$/);
    await page.keyboard.press("Control+End");
    await expect.poll(() => panel().textContent()).toContain("TAIL");
    await expect.poll(() => page.locator(".hex .bytes .cursor").count()).toBe(1);
    await page.keyboard.press("Control+Home");
    await expect.poll(() => panel().textContent()).toContain("HEADER");
    await expect.poll(() => page.locator(".hex .bytes .cursor").count()).toBe(1);
  });

  it("a click goes to a byte", async () => {
    const { page, show } = opened;
    await show("hex", { at: "0x280" });
    const line = page.locator(".hex .line", { hasText: "00280" });
    await line.locator(".bytes span").first().waitFor();
    const box = await line.locator(".bytes").boundingBox();
    if (!box) throw new Error("the line is not in sight");
    // The third of 16 bytes, in its middle.
    await page.mouse.click(box.x + (box.width / 48) * 7, box.y + box.height / 2);
    await expect.poll(() => page.url()).toMatch(/at=0x282$/);
  });

  it("fields lead to the page of their struct in this version and architecture", async () => {
    const { page, show } = opened;
    await show("hex", { at: "0x233" });
    await panel()
      .getByRole("button", { name: /^exit_signal/ })
      .click();
    await current().getByRole("link", { name: "exit_signal" }).waitFor();
    const links = await panel()
      .locator("a[href*='.html']")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(links).toContain("./structs/ckpt_hdr_task.html#v19/x86_32/exit_signal");
    for (const link of links) {
      const [path = "", anchor = ""] = link.split("#");
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
      const field = anchor.split("/")[2];
      if (field !== undefined) expect(readFileSync(join(ROOT, path), "utf8")).toContain(`data-field="${field}"`);
    }
    expect(page.url()).toMatch(/at=0x247$/);
  });

  it("a finding leads to the wrong bytes", async () => {
    const altered = new Altered(bytes, notes.abi);
    const vma = altered.record("VMA");
    const at = altered.set(vma, "vma_type", 77);
    const page = await openImage(browser, fileOf(altered.bytes));
    await page.show("verify");
    const finding = page.page.locator(".findings li", { hasText: "vma_type" }).first();
    await finding.getByRole("link").first().click();
    await expect.poll(() => page.page.getByRole("status").last().textContent()).toContain("vma_type");
    expect(page.page.url()).toContain(`at=0x${Number(at).toString(16)}`);
    expect(page.complaints).toEqual([]);
    await page.close();
  });

  it("a search finds names, numbers, addresses and bytes, each with its place", async () => {
    const { page, show } = opened;
    const found = async (query: string) => {
      await show("search", { query });
      await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^\d+ hits?$/);
      return page
        .locator(".hits li")
        .evaluateAll((items) =>
          items.map((item) => [...item.querySelectorAll("span, strong")].map((part) => part.textContent).join("|")),
        );
    };
    expect(await found("kid-poll")).toContain("task|230 kid-poll|task");
    expect(await found("0x804f010")).toContain("address|0x804f010|/bin/ck of 226 tree-root");
    expect((await found("230")).filter((text) => text.startsWith("task|"))).toEqual(["task|230 kid-poll|task"]);
    expect((await found("root-to-child")).some((text) => /^bytes\|.*root-to-child.*\|PIPE_BUF/.test(text))).toBe(true);
    expect((await found("u32:0xd7010007")).filter((text) => text.startsWith("bytes|"))).not.toEqual([]);
  });

  it("memory is searched from address to address", async () => {
    const { page, show } = opened;
    await show("memory", { task: "226" });
    const field = page.getByRole("searchbox", { name: "Find" });
    await field.fill("CKENV=");
    await field.press("Enter");
    // It goes over the end of a line.
    await expect
      .poll(async () => (await page.locator(".hex .bytes mark").allTextContents()).join(""))
      .toBe("43 4b 45 4e 56 3d ");
    const first = page.url();
    await field.press("Enter");
    await expect.poll(() => page.getByText("from the start again").count()).toBe(1);
    expect(page.url()).toBe(first);
  });
});
