/** Damaged and malicious images in the page: no error, no markup, and an amount of work that does not depend on the numbers in them. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTrial } from "../../scripts/fuzz/run.js";
import { Corpus } from "../../scripts/fuzz/specimens.js";
import { hasChromium, launch } from "../browser/chromium.js";
import { ckpt } from "../cli/ckpt.js";
import { pathOfReal } from "../opened.js";
import { lookAtAll } from "./look.js";
import { fileOf, openImage, openPage } from "./page.js";

/** The elements as markup. */
const outer = (elements: { outerHTML: string }[]) => elements.map(({ outerHTML }) => outerHTML.slice(0, 200));

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it("damaged images are shown, or refused with a reason", async () => {
    const corpus = new Corpus();
    const opened = await openPage(browser);
    const { page, complaints, close } = opened;
    let shown = 0;
    for (let number = 0; number < 10; number++) {
      await page.setInputFiles("input[type=file]", fileOf(makeTrial(16, number, corpus).bytes));
      const views = page.getByRole("navigation", { name: "Views" });
      await views.or(page.locator(".failure")).first().waitFor();
      if (!(await views.isVisible())) continue;
      shown++;
      await lookAtAll(opened);
      await page.getByRole("button", { name: "Close" }).click();
    }
    expect(complaints).toEqual([]);
    expect(shown).toBeGreaterThan(5);
    await close();
  });

  it("names with markup and controls are text", async () => {
    const path = "/<img src=x onerror=alert(1)>\\x1b[2J\u202e</script><script>alert(2)</script>";
    const { code, bytes } = await ckpt([
      "set",
      pathOfReal("v16-self-mem.img"),
      "task[0].comm=<b>x</b>&lt;",
      `file[5].path="${path}${"y".repeat(3000)}"`,
      "-o",
      "-",
    ]);
    expect(code).toBe(0);
    const opened = await openImage(browser, fileOf(bytes, "<i>name</i>.img"));
    const { page, complaints, close } = opened;
    await lookAtAll(opened);
    expect(await page.locator("img, main script, main b, header i").evaluateAll(outer)).toEqual([]);
    expect(await page.locator("header h1").textContent()).toContain("<i>name</i>.img");
    await opened.show("tree");
    expect(await page.locator("main").innerText()).toContain("<b>x</b>&lt;");
    await opened.show("fds");
    expect(await page.locator("main").innerText()).toMatch(
      /<img src=x onerror=alert\(1\)>\\(?:x1b|u001b)\[2J\\u202e<\/script>/,
    );
    // The same names in a comparison.
    await opened.show("compare");
    const other = fileOf(readFileSync(pathOfReal("v16-self-mem.img")), "other.img");
    await page.setInputFiles("main input[type=file]", other);
    await page.locator(".differences li").first().waitFor();
    expect(await page.locator(".differences").first().innerText()).toContain("<b>x</b>&lt;");
    expect(await page.locator("img, main script, main b").evaluateAll(outer)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});
