/** The page does not pass off one thing for another, takes what the command takes, and loses nothing without a question. */
import { readFileSync } from "node:fs";
import type { Browser, Dialog } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launch } from "../browser/chromium.js";
import { ckpt } from "../cli/ckpt.js";
import { pathOfReal } from "../opened.js";
import { fileOf, openImage, openPage } from "./page.js";

const TREE = pathOfReal("v20h-tree-sub.img");

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it("names what an image does not have, and keeps the task that was chosen", async () => {
    const { page, complaints, show, close } = await openImage(browser, TREE);
    const main = page.locator("main");
    for (const view of ["maps", "memory", "regs", "tree", "fds"]) {
      await show(view, { task: "226" });
      await expect.poll(() => main.innerText()).toContain("There is no task 226 in this image.");
      expect(await main.getByRole("link", { name: "183 kid-reader" }).count()).toBe(1);
    }
    await main.getByRole("link", { name: "183 kid-reader" }).click();
    await main.getByText("file table").first().waitFor();
    await show("memory", { space: "9999" });
    expect(await main.innerText()).toContain("There is no address space 9999 in this image.");

    // A task stays chosen from view to view.
    await show("regs", { task: "186" });
    for (const title of ["Hex", "Registers"])
      await page.getByRole("navigation").getByText(title, { exact: true }).click();
    await page.locator("main.view-regs").waitFor();
    await expect.poll(() => main.locator(".bar select").inputValue()).toBe("186");
    await main.locator(".bar select").selectOption("");
    await page.getByRole("navigation").getByText("Signals").click();
    await page.locator("main.view-signals").waitFor();
    expect(await page.evaluate("location.hash")).toBe("#view=signals");

    // What the panel of a task and its registers name are links.
    await show("tree", { task: "183" });
    const panel = page.getByRole("complementary", { name: "Task 183" });
    expect(await panel.locator("dd a").count()).toBe(3);
    await panel.getByRole("link", { name: "182" }).click();
    await page.getByRole("complementary", { name: "Task 182" }).waitFor();
    await show("regs", { task: "183" });
    const esp = main.locator("tr", { hasText: "esp" });
    expect(await esp.innerText()).toContain("[stack]+0x");
    await esp.getByRole("link").click();
    await page.locator("main.view-memory .place").getByText("0xbff774a8").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("takes addresses as the command does, and says why it does not", async () => {
    const { page, complaints, show, close } = await openImage(browser, TREE);
    const main = page.locator("main");
    await show("memory", { task: "183" });
    const field = page.getByLabel("Address", { exact: true });
    for (const [text, place] of [
      ["$sp", "0xbff774a8"],
      ["$eip", "0x8048f74"],
      ["$sp+0x10", "0xbff774b8"],
    ] as const) {
      await field.fill(text);
      await field.press("Enter");
      await main.locator(".place").getByText(place).waitFor();
    }
    await field.fill("[stack]+0x10");
    await field.press("Enter");
    await expect.poll(() => page.evaluate("location.hash")).toMatch(/address=0xbff[0-9a-f]+10$/);
    for (const text of ["nonsense", "-5", "$nope"]) {
      await field.fill(text);
      await field.press("Enter");
      const { err } = await ckpt(["peek", TREE, text, "--task", "183"]);
      const reason = await main.getByRole("alert").innerText();
      expect(reason).toMatch(/is not an address/);
      expect(err).toContain(reason);
    }
    await show("memory", { task: "183", address: "0xffffffffffffffff" });
    expect(await main.locator(".place").innerText()).toContain("nothing after it is");

    // What is not in this memory may be elsewhere in the image.
    await page.getByPlaceholder("text or de ad be ef").fill("waiting in t");
    await page.getByRole("button", { name: "Next" }).click();
    await main.getByText("not in the memory of 183").waitFor();
    await main.getByRole("link", { name: "search the whole image" }).click();
    await page.locator("main.view-search").waitFor();

    // The meaning of the byte under the pointer.
    await show("hex", { at: "0x0" });
    await page.locator("[data-offset='0'] .bytes [data-place='1']").first().hover();
    const pointed = await page.locator(".pointed").innerText();
    expect(pointed).toContain(await page.locator(".fields .marked .name").innerText());
    expect(complaints).toEqual([]);
    await close();
  });

  it("asks before changes are lost, names the changed image, and speaks of the page", async () => {
    const { page, complaints, show, close } = await openImage(browser, TREE);
    const main = page.locator("main");
    const asked: string[] = [];
    let answer: "accept" | "dismiss" = "dismiss";
    page.on("dialog", (dialog: Dialog) => {
      asked.push(dialog.type());
      void dialog[answer]();
    });
    await show("edit");
    expect(await page.getByLabel("Path", { exact: true }).getAttribute("placeholder")).toBe("task[pid=182].comm");
    await show("edit", { address: "$sp" });
    await page.getByLabel("Bytes", { exact: true }).fill("01");
    await page.getByRole("button", { name: "Change the memory" }).click();
    await main.getByRole("alert").waitFor();
    expect(await main.getByRole("alert").innerText()).not.toContain("--task");
    await show("edit", { field: "task[pid=183].comm" });
    await page.getByLabel("Value", { exact: true }).fill("changed");
    await page.getByRole("button", { name: "Change the field" }).click();
    await page.locator(".changes li").first().waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.setInputFiles("input[type=file] >> nth=0", TREE).catch(() => {});
    expect(asked[0]).toBe("confirm");
    expect(await page.locator(".badge.warning").innerText()).toBe("changed");
    expect(
      await page.evaluate("!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"),
      "leaving the page is held",
    ).toBe(true);
    await show("save");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save: The image" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("v20h-tree-sub.changed.img");
    const before = asked.length;
    answer = "accept";
    await page.getByRole("button", { name: "Close" }).click();
    await main.getByRole("button", { name: "Choose a file" }).waitFor();
    expect(asked.length, "saved changes are not lost").toBe(before);
    expect(complaints).toEqual([]);
    await close();
  });

  it("says of two images what was not compared", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.setInputFiles("input[type=file]", [TREE, pathOfReal("v16-tree-notfrozen.img"), TREE]);
    const main = page.locator("main.view-compare");
    await main.getByText("No differences in what was compared.").waitFor();
    await main.getByText("Not compared, because B has no tasks: task 182, task 183").waitFor();

    // Tasks are paired as ckpt diff --pair does it; images change sides; a third one is named.
    const [one, other] = [TREE, pathOfReal("v16-tree-sub.img")];
    const { out } = await ckpt(["diff", one, other, "--pair", "182=179", "--json", "--limit", "0"]);
    const { total } = (JSON.parse(out) as { summary: { total: number } }).summary;
    await main.getByText("left out: v20h-tree-sub.img").waitFor();
    await page.setInputFiles("input[aria-label='Other image']", other);
    await main.getByRole("region", { name: "Image B" }).getByText("v16-tree-sub.img").waitFor();
    await main.getByLabel("Pair tasks").fill("182=179");
    await main.getByRole("button", { name: "Compare again" }).click();
    const pair = main.locator(".pairs tr", { hasText: "179 tree-root" });
    await expect.poll(() => pair.innerText()).toContain("182 tree-root");
    const kinds = await main.locator(".kinds td.number:not([data-title=bytes])").allInnerTexts();
    expect(kinds.reduce((sum, text) => sum + Number(text.replace(/\D/g, "")), 0)).toBe(total);
    await main.getByLabel("Pair tasks").fill("182");
    await main.getByRole("button", { name: "Compare again" }).click();
    await main.getByText('such as 174=177, not "182"').waitFor();
    await main.getByRole("button", { name: "Swap A and B" }).click();
    await page.locator("h1 .name").getByText("v16-tree-sub.img").waitFor();
    await main.getByRole("region", { name: "Image B" }).getByText("v20h-tree-sub.img").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("finds registers, signed numbers, paths and names of fields, and says whose bytes it found", async () => {
    const { page, complaints, show, close } = await openImage(browser, TREE);
    const found = async (query: string): Promise<string[]> => {
      await show("search", { query });
      await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^\d+ hits?(, stopped)?$/);
      return page.locator(".hits li").allInnerTexts();
    };
    const some = async (query: string, pattern: RegExp) => {
      const hits = await found(query);
      expect(new Set(hits).size, `${query}: no hit twice`).toBe(hits.length);
      expect(
        hits.map((hit) => hit.replaceAll("\n", " ")).filter((hit) => pattern.test(hit)),
        query,
      ).not.toEqual([]);
    };
    await some("esp", /register esp of 183 kid-reader 0xbff774a8/);
    await some("-512", /register eax of 183 kid-reader 0xfffffe00/);
    await some("task[pid=183].comm", /kid-reader, at 0x/);
    await some("comm", /kid-reader, at 0x/);
    await some("task 183", /^task 183 kid-reader/);
    await some("kid-reader", /at 0x[0-9a-f]+, in the part of task 183/);
    expect(complaints).toEqual([]);
    await close();
  });

  it("says what the address means before an image is open, names views that there are not, and is used with keys", async () => {
    const { page, complaints, show, close } = await openPage(browser);
    await page.evaluate("location.hash = '#view=memory&task=183&address=0x8048000'");
    await page.getByText("The address shows Memory, task 183, address 0x8048000 of an image").waitFor();
    await page.setInputFiles("input[type=file]", { name: "passwd", mimeType: "", buffer: Buffer.from("root:x:0:0\n") });
    expect(await page.getByRole("alert").innerText()).toMatch(/^passwd is not a checkpoint image: /);
    await page.evaluate("dispatchEvent(new DragEvent('drop', { cancelable: true, dataTransfer: new DataTransfer() }))");
    await page.getByText("What was dropped is not a file.").waitFor();
    await page.setInputFiles("input[type=file]", TREE);
    await page.locator("main.view-memory").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("main");
    await page.keyboard.press("/");
    await page.keyboard.type("grandkid");
    await page.keyboard.press("Enter");
    await page.locator("main.view-search").waitFor();
    await page.evaluate("location.hash = '#view=nope'");
    await page.getByText('There is no view "nope"').waitFor();
    await show("tree");
    const box = page.locator(".node", { hasText: "kid-spin" });
    expect(await box.textContent()).toContain("in user mode");
    await show("fds", { task: "183" });
    await page.getByRole("link", { name: "184", exact: true }).first().click();
    await page.getByRole("heading", { name: /of 184/ }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("does not show pages as absent before it has read which there are", async () => {
    const { page, show, close } = await openImage(browser, TREE);
    await page.evaluate(`new MutationObserver(() => {
      if (document.querySelector(".strip .pages.pending")) globalThis.wasPending = true;
    }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
    await show("maps");
    await page.locator(".strip path.present").first().waitFor({ state: "attached" });
    expect(await page.evaluate("globalThis.wasPending")).toBe(true);
    expect(await page.locator(".strip .pages.pending").count()).toBe(0);
    await close();
  });

  it("says that nothing after damage was checked", async () => {
    const bytes = readFileSync(TREE);
    const cut = bytes.slice(0, Math.floor(bytes.length / 2));
    const { page, show, close } = await openImage(browser, fileOf(cut));
    await show("verify");
    await page.getByText("nothing after the damage was checked").waitFor();
    await close();
  });
});
