/** Every view in light, dark and at the width of a phone: readable, operable, without errors. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launch } from "../browser/chromium.js";
import { pathOfReal } from "../opened.js";
import { fileOf, openImage, openPage } from "./page.js";

/** It is evaluated by the driver of the browser: the policy of the page allows no element with a script. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Each view, with what it shows. */
const VIEWS: readonly (readonly [view: string, parameters?: Readonly<Record<string, string>>])[] = [
  ["overview"],
  ["verify"],
  ["search", { query: "tree" }],
  ["tree", { task: "226" }],
  ["maps", { address: "0x8053000" }],
  ["memory", { task: "226", address: "0x804f000" }],
  ["fds"],
  ["regs", { task: "226" }],
  ["signals", { task: "226" }],
  ["creds", { task: "226" }],
  ["ns"],
  ["ipc"],
  ["sockets"],
  ["records"],
  ["hex", { at: "0x233" }],
  ["compare"],
  ["edit", { task: "226", address: "0x804f000", field: "task[0].comm" }],
  ["save", { task: "226" }],
  ["about"],
];

const SURROUNDINGS = {
  light: { colorScheme: "light", viewport: { width: 1360, height: 860 } },
  dark: { colorScheme: "dark", viewport: { width: 1360, height: 860 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 780 } },
} as const;

/** Marks the element with the focus. Gives its markup, empty if there is none, and whether something shows that it has the focus. */
const FOCUS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return ["", true];
  globalThis.reachedCount = (globalThis.reachedCount ?? 0) + 1;
  if (element.dataset.reached === undefined) element.dataset.reached = String(globalThis.reachedCount);
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return [element.outerHTML.slice(0, 300), outlineStyle !== "none" && parseFloat(outlineWidth) >= 1];
})()`;

/** What can be operated in sight, and was not reached. */
const MISSED = `[...document.querySelectorAll("main a[href], main button, main input, main select, main summary, header button, header input, nav a")]
  .filter((element) => element.checkVisibility() && !element.disabled && element.dataset.reached === undefined)
  .map((element) => element.outerHTML.slice(0, 200))`;

/** Directory for screenshots; none are taken when it is not set. */
const SHOTS = process.env.SCREENSHOTS;

async function findings(page: Page): Promise<string[]> {
  return (await page.evaluate(`axe.run({ preload: false }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.length + " times, first " + nodes[0].html.slice(0, 200)))`)) as string[];
}

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(Object.entries(SURROUNDINGS))("every view can be read, %s", async (name, options) => {
    const { page, complaints, show, close } = await openImage(browser, pathOfReal("v20h-tree-thread.img"), options);
    await page.evaluate(AXE);
    const found: string[] = [];
    for (const [view, parameters] of VIEWS) {
      await show(view, parameters);
      found.push(...(await findings(page)).map((text) => `${view}: ${text}`));
      const [content, window] = (await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")) as number[];
      if ((content as number) > (window as number)) found.push(`${view}: it is wider than the page`);
      if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `inspect-${view}-${name}.png`) });
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(["edit", "save", "compare", "verify", "search", "about", "memory"])(
    "all of %s is reached with the keyboard, and shows that it has the focus",
    async (view) => {
      const { page, show, close } = await openImage(browser, pathOfReal("v20h-tree-thread.img"), SURROUNDINGS.phone);
      await show(view, view === "search" ? { query: "kid-" } : { task: "226" });
      // The page begins with this button; after opening, what is shown has the focus.
      await page.evaluate("document.querySelector('.skip').focus()");
      const reached: string[] = [];
      const hidden: string[] = [];
      for (;;) {
        if (hidden.length + reached.length > 0) await page.keyboard.press("Tab");
        const [mark, isSeen] = (await page.evaluate(FOCUS)) as [string, boolean];
        if (mark === "" || reached.includes(mark)) break;
        reached.push(mark);
        if (!isSeen) hidden.push(mark);
      }
      expect(hidden).toEqual([]);
      const missed = (await page.evaluate(MISSED)) as string[];
      expect(missed).toEqual([]);
      expect(reached.length).toBeGreaterThan(20);
      await close();
    },
  );

  it("the page without an image says that nothing is uploaded, and has no findings", async () => {
    const { page, complaints, close } = await openPage(browser);
    expect(await page.locator("main").textContent()).toContain("Nothing is uploaded; this page makes no request.");
    await page.evaluate(AXE);
    expect(await findings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("says what a file is that is not an image", async () => {
    const { page, close } = await openPage(browser);
    await page.setInputFiles(
      "input[type=file]",
      fileOf(Buffer.from("\x7fELF\x02\x01\x01".padEnd(64, "\0"), "latin1"), "a.out"),
    );
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/^a\.out is not a checkpoint image: .*ELF/);
    await close();
  });

  it("an address names the view, and the history leads back", async () => {
    const { page, show, close } = await openImage(browser, pathOfReal("v20h-tree-thread.img"));
    await show("maps", { task: "229" });
    expect(await page.locator("select option:checked").textContent()).toContain("229");
    await page.getByRole("link", { name: "Registers" }).click();
    expect(page.url()).toMatch(/#view=regs&task=229$/);
    await expect.poll(() => page.locator("main h2").allTextContents()).toEqual(["229 kid-sleeper"]);
    await page.goBack();
    await page.locator("main.view-maps").waitFor();
    await close();
  });
});
