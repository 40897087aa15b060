/** The reference in a browser, from the file system: selection of layouts, search, and accessibility. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launch, open } from "./chromium.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** One page of every kind. */
const PAGES = [
  "index.html",
  "structs/index.html",
  "structs/ckpt_hdr_vma.html",
  "structs/ckpt_hdr_socket.html",
  "structs/x86/ckpt_hdr_cpu.html",
  "records/index.html",
  "records/FILE.html",
  "enums/index.html",
  "enums/vma_type.html",
  "enums/constants.html",
  "objects.html",
  "grammar/index.html",
  "grammar/image.html",
  "grammar/object-FILE.html",
  "versions/index.html",
  "versions/v19-rc3.html",
  "versions/compare.html",
  "architectures.html",
  "immunity.html",
  "example.html",
  "names.html",
  "regenerate.html",
];

/** Axe rules for colours. Contrast takes most of the time and depends only on the colours. */
const COLORS = { runOnly: { type: "tag", values: ["cat.color"] } };
const FORM = { rules: { "color-contrast": { enabled: false }, "link-in-text-block": { enabled: false } } };

const SURROUNDINGS = {
  light: { options: { colorScheme: "light", viewport: { width: 1280, height: 900 } }, rules: {} },
  dark: { options: { colorScheme: "dark", viewport: { width: 1280, height: 900 } }, rules: COLORS },
  phone: { options: { colorScheme: "light", viewport: { width: 390, height: 844 } }, rules: FORM },
} as const;

/** Directory for screenshots; none are taken when it is not set. */
const SHOTS = process.env.SCREENSHOTS;

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
    browser = await launch();
  });
  afterAll(() => browser?.close());

  describe.each(PAGES)("%s", (path) => {
    it.each(Object.entries(SURROUNDINGS))("can be read, %s", async (name, { options, rules }) => {
      const { page, complaints } = await open(browser, path, options);
      // Requests of the checker itself are not errors of the page.
      const before = [...complaints];
      await page.addScriptTag({ path: AXE });
      // The checker describes every node that passes, with a selector, unless only violations are asked for. The rules run the same.
      const chosen = JSON.stringify({ preload: false, reporter: "no-passes", selectors: false, ...rules });
      const violations = (await page.evaluate(`axe.run(${chosen}).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ": " + nodes.length + " times, first " + nodes[0].html.slice(0, 160)))`)) as string[];
      expect(violations).toEqual([]);
      expect(before).toEqual([]);
      // Wide content scrolls within the page; the page itself does not scroll.
      const [content, window] = (await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")) as [
        number,
        number,
      ];
      expect(content).toBeLessThanOrEqual(window);
      const file = `${path.replace(/\.html$/, "").replaceAll("/", "-")}-${name}.png`;
      if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, file) });
      await page.context().close();
    });
  });

  const chooser = (page: Page, name: "version" | "architecture") => page.locator(`form.selection select[name=${name}]`);

  /** Titles of the visible layouts. */
  const shown = (page: Page) =>
    page
      .locator("section[data-abis]:visible")
      .evaluateAll((sections) => sections.map((section) => section.querySelector("h3")?.id));

  describe("a struct", () => {
    it("shows the layout of the version and the architecture that are chosen", async () => {
      const { page, complaints } = await open(browser, "structs/ckpt_hdr_vma.html");
      expect(await shown(page)).toEqual(["layout-v23_rc2"]);
      await chooser(page, "version").selectOption("v21");
      expect(await shown(page)).toEqual(["layout-v16"]);
      await chooser(page, "architecture").selectOption("powerpc");
      expect(await shown(page)).toEqual(["layout-v16"]);
      expect(new URL(page.url()).hash).toBe("#v21/powerpc");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it("says when there is none", async () => {
      const { page } = await open(browser, "structs/arm/ckpt_hdr_cpu.html#v21/x86_64");
      expect(await shown(page)).toEqual([]);
      expect(await page.getByRole("status").textContent()).toBe("Not in v21 on x86_64.");
      await page.context().close();
    });

    it("is shown as the address says, with a field", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_task.html#v17/x86_32/exit_code");
      expect(await chooser(page, "version").inputValue()).toBe("v17");
      expect(await chooser(page, "architecture").inputValue()).toBe("x86_32");
      await expect.poll(() => page.locator("tr.marked").getAttribute("data-field")).toBe("exit_code");
      await page.context().close();
    });

    it("shows the layout that has a field when only the field is asked for", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_header.html#uts_release_len");
      expect(await shown(page)).toEqual(["layout-v16"]);
      await page.context().close();
    });

    it("remembers the choice for the next page", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_vma.html");
      await chooser(page, "version").selectOption("v17");
      await chooser(page, "architecture").selectOption("s390x");
      await page.goto(page.url().replace(/ckpt_hdr_vma.*/, "ckpt_hdr_mm.html"));
      expect(await chooser(page, "version").inputValue()).toBe("v17");
      expect(await chooser(page, "architecture").inputValue()).toBe("s390x");
      await page.context().close();
    });

    it("is there without scripts", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_vma.html", { javaScriptEnabled: false });
      expect(await page.locator("section[data-abis]:visible").count()).toBe(2);
      expect(await page.locator("form.selection").count()).toBe(0);
      await page.context().close();
    });

    it("is there on paper with all its layouts", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_vma.html");
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      await page.emulateMedia({ media: "print" });
      expect(await shown(page)).toEqual(["layout-v23_rc2", "layout-v16"]);
      expect(await page.locator("nav:visible, form.selection:visible").count()).toBe(0);
      await page.context().close();
    });
  });

  describe("search", () => {
    it("is reached, used and left by keyboard", async () => {
      const { page, complaints } = await open(browser, "index.html");
      await page.keyboard.press("/");
      await page.keyboard.type("vm_fl");
      const first = page.getByRole("option").first();
      await expect.poll(() => first.textContent()).toContain("vm_flags");
      await page.keyboard.press("Escape");
      expect(await page.getByRole("option").count()).toBe(0);
      await page.keyboard.press("/");
      await page.keyboard.type("ckpt_hdr_vma.vm_flags");
      await page.keyboard.press("Enter");
      await page.waitForURL(/structs\/ckpt_hdr_vma\.html#vm_flags$/);
      await expect.poll(() => page.locator("tr.marked").getAttribute("data-field")).toBe("vm_flags");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it.each([
      ["ckpt_hdr_task", /structs\/ckpt_hdr_task\.html$/],
      ["CKPT_VMA_ANON", /enums\/vma_type\.html#CKPT_VMA_ANON$/],
      ["CKPT_HDR_VMA", /records\/VMA\.html$/],
      ["v19-rc3", /versions\/v19-rc3\.html$/],
    ])("finds %s", async (name, address) => {
      const { page } = await open(browser, "enums/index.html");
      await page.getByRole("combobox").fill(name);
      await page.keyboard.press("Enter");
      await page.waitForURL(address);
      await page.context().close();
    });
  });

  it("a click in a diagram leads to the field", async () => {
    const { page } = await open(browser, "structs/ckpt_hdr_vma.html");
    await page.locator("section:visible svg a", { hasText: "vm_pgoff" }).first().click();
    expect(new URL(page.url()).hash).toBe("#vm_pgoff");
    await page.context().close();
  });

  it.each(["structs/ckpt_hdr_vma.html#%zz", "versions/compare.html#%zz", "versions/compare.html#%E0%A4%A"])(
    "an address that is no text does no harm: %s",
    async (address) => {
      const { page, complaints } = await open(browser, address);
      await expect.poll(() => page.locator("main").textContent()).toContain("v23-rc2");
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it("tells what changed between any two versions", async () => {
    const { page, complaints } = await open(browser, "versions/compare.html#v19...v21/x86_64");
    await expect.poll(() => page.locator("main").textContent()).toContain("net_objref");
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
