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

/** What the accessibility checker finds on a page. */
async function violationsIn(page: Page, rules: object): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  // The checker describes every node that passes, with a selector, unless only violations are asked for. The rules run the same.
  const chosen = JSON.stringify({ preload: false, reporter: "no-passes", selectors: false, ...rules });
  return (await page.evaluate(`axe.run(${chosen}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.length + " times, first " + nodes[0].html.slice(0, 160)))`)) as string[];
}

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
      expect(await violationsIn(page, rules)).toEqual([]);
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

  const chooser = (page: Page, name: "version" | "architecture" | "version-beside" | "architecture-beside") =>
    page.locator(`form.selection select[name=${name}]`);

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

  describe("two layouts side by side", () => {
    const ADDRESS = "structs/ckpt_hdr_task.html#v17/x86_32...v23-rc2/x86_64";
    const cell = (page: Page, section: string, field: string) =>
      page.locator(`section[aria-labelledby="${section}"] tr[data-field="${field}"] > td:nth-child(3)`);

    it("are chosen on the page, and the address names them", async () => {
      const { page, complaints } = await open(browser, "structs/ckpt_hdr_task.html#v17/x86_32");
      await chooser(page, "version-beside").selectOption("v23-rc2");
      expect(await chooser(page, "architecture-beside").inputValue()).toBe("x86_32");
      await chooser(page, "architecture-beside").selectOption("x86_64");
      expect(new URL(page.url()).hash).toBe("#v17/x86_32...v23-rc2/x86_64");
      expect((await shown(page)).sort()).toEqual(["layout-v17_x86_32", "layout-v23_rc2"]);
      await chooser(page, "version-beside").selectOption("");
      expect(await shown(page)).toEqual(["layout-v17_x86_32"]);
      expect(new URL(page.url()).hash).toBe("#v17/x86_32");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it("are beside each other in the order of the address, below each other on a phone", async () => {
      const places = async (options: Parameters<typeof open>[2]) => {
        const { page } = await open(browser, ADDRESS, options);
        const box = (id: string) => page.locator(`section[aria-labelledby="${id}"]`).boundingBox();
        const [one, other] = [await box("layout-v17_x86_32"), await box("layout-v23_rc2")];
        await page.context().close();
        if (!one || !other) throw new Error("a layout is not visible");
        return { one, other };
      };
      const wide = await places({ viewport: { width: 1280, height: 900 } });
      expect(wide.one.x + wide.one.width).toBeLessThan(wide.other.x);
      expect(wide.one.y).toBe(wide.other.y);
      const narrow = await places({ viewport: { width: 390, height: 844 } });
      expect(narrow.one.x).toBe(narrow.other.x);
      expect(narrow.one.y + narrow.one.height).toBeLessThan(narrow.other.y);
    });

    it("say what differs", async () => {
      const { page } = await open(browser, ADDRESS);
      expect(await page.getByRole("status").textContent()).toBe("14 fields differ.");
      expect(await cell(page, "layout-v17_x86_32", "set_child_tid").textContent()).toBe("set_child_tid there at 32");
      expect(await cell(page, "layout-v23_rc2", "set_child_tid").textContent()).toBe("set_child_tid there at 28");
      expect(await cell(page, "layout-v23_rc2", "sas_ss_sp").textContent()).toBe("sas_ss_sp only here");
      expect(await cell(page, "layout-v23_rc2", "h").textContent()).toBe("h");
      await chooser(page, "version-beside").selectOption("");
      expect(await page.locator(".difference").count()).toBe(0);
      await page.context().close();
    });

    it.each([
      ["structs/ckpt_hdr_vma.html#v17/x86_32...v18/x86_64", "The same in v17 on x86_32 and v18 on x86_64.", 1],
      ["structs/ckpt_hdr_fs.html#v17/x86_64...v21/x86_64", "Not in v17 on x86_64.", 1],
    ])("%s: %s", async (address, text, count) => {
      const { page } = await open(browser, address);
      expect(await page.getByRole("status").textContent()).toBe(text);
      expect(await page.locator("section[data-abis]:visible").count()).toBe(count);
      await page.context().close();
    });

    it.each(["v17/x86_32...v17/none", "v17/x86_32...", "...v17/x86_32", "v16/x86_32...v17/x86_32...v18/x86_32"])(
      "an address without two of them does no harm: %s",
      async (hash) => {
        const { page, complaints } = await open(browser, `structs/ckpt_hdr_vma.html#${hash}`);
        expect(await shown(page)).toEqual(["layout-v23_rc2"]);
        expect(complaints).toEqual([]);
        await page.context().close();
      },
    );

    it("can be read", async () => {
      for (const { options, rules } of Object.values(SURROUNDINGS)) {
        const { page } = await open(browser, ADDRESS, options);
        expect(await violationsIn(page, rules)).toEqual([]);
        await page.context().close();
      }
    });
  });

  describe("what shows the same bytes is highlighted together", () => {
    const lit = (page: Page) =>
      page.locator(".lit").evaluateAll((all) => all.map(({ tagName, textContent }) => [tagName, textContent]));

    it("a box of the diagram and its row", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_vma.html#v21/x86_64");
      const box = page.locator("section:visible .bytes a", { hasText: "vm_pgoff" });
      await box.hover();
      const both = [
        ["A", "vm_pgoff"],
        ["TR", expect.stringContaining("vm_pgoff")],
      ];
      expect(await lit(page)).toEqual(both);
      await page.locator("h1").hover();
      expect(await lit(page)).toEqual([]);
      await page.locator('section:visible tr[data-field="vm_pgoff"]').hover();
      expect(await lit(page)).toEqual(both);
      await page.locator("h1").hover();
      await box.focus();
      expect(await lit(page)).toEqual(both);
      await page.locator('section:visible tr[data-field="vm_start"] button').first().focus();
      expect(await lit(page)).toEqual([
        ["A", "vm_start"],
        ["TR", expect.stringContaining("vm_start")],
      ]);
      await page.context().close();
    });

    it("an aggregate and its parts, padding, and the same field beside it", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_task.html#v17/x86_32...v23-rc2/x86_64");
      await page.locator('section[aria-labelledby="layout-v23_rc2"] tr[data-field="exit_code"]').hover();
      expect((await lit(page)).map(([tag]) => tag)).toEqual(["A", "TR", "A", "TR"]);
      await page.goto(page.url().replace(/ckpt_hdr_task.*/, "ckpt_hdr_vma.html#v23-rc2/x86_64"));
      await page.locator("section:visible tr.padding").hover();
      expect(await lit(page)).toEqual([
        ["B", "padding"],
        ["TR", expect.stringContaining("Padding that no field names.")],
      ]);
      await page.context().close();
    });

    it("bytes of the example, their field and its meaning", async () => {
      const { page, complaints } = await open(browser, "example.html");
      const bytes = page.locator(".hex a", { hasText: "00 d2 a2 c0 0c ed fe 00" });
      await bytes.hover();
      expect(await lit(page)).toEqual([
        ["A", "00 d2 a2 c0 0c ed fe 00"],
        ["TR", expect.stringMatching(/magic.*0xfeed0cc0a2d200.*Marks the file/)],
      ]);
      await page.locator("h1").hover();
      await page.locator("#byte-16 a").first().focus();
      expect((await lit(page))[0]).toEqual(["A", "01 00"]);
      await bytes.click();
      expect(new URL(page.url()).hash).toBe("#byte-8");
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });

  describe("copying", () => {
    const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };
    const copied = (page: Page) => page.evaluate("navigator.clipboard.readText()");

    it("works for the name in C, offsets, names of fields, and the import of the chosen version", async () => {
      const { page, complaints } = await open(browser, "structs/ckpt_hdr_vma.html#v21/powerpc", CLIPBOARD);
      const row = page.locator('section:visible tr[data-field="vm_pgoff"]');
      for (const [button, text] of [
        [page.locator("dd button", { hasText: "struct" }), "struct ckpt_hdr_vma"],
        [row.getByRole("button", { name: "64" }), "64"],
        [row.getByRole("button", { name: "vm_pgoff" }), "vm_pgoff"],
        [page.locator("section:visible pre button").first(), 'import { ckptHdrVma } from "ckpt-abi/v21/powerpc";'],
      ] as const) {
        await button.focus();
        await page.keyboard.press("Enter");
        await expect.poll(() => copied(page)).toBe(text);
      }
      expect(await page.locator(".told").textContent()).toBe("Copied");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it("selects the text where the browser refuses", async () => {
      const { page, complaints } = await open(browser, "structs/ckpt_hdr_vma.html#v21/powerpc");
      await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))");
      await page.locator("section:visible pre button").first().click();
      await expect.poll(() => page.evaluate("getSelection().toString().trim()")).toContain("ckptHdrVma");
      expect(await page.locator(".told").textContent()).toBe("Selected, not copied");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it("is not offered without scripts", async () => {
      const { page } = await open(browser, "structs/ckpt_hdr_vma.html", { javaScriptEnabled: false });
      expect(await page.locator("main button").count()).toBe(0);
      await page.context().close();
    });
  });

  it.each([
    "structs/ckpt_hdr_socket.html",
    "structs/x86/ckpt_hdr_cpu.html",
    "structs/index.html",
    "example.html",
    "enums/vma_type.html",
  ])("diagrams and tables fit the width of a phone: %s", async (path) => {
    const { page } = await open(browser, path, SURROUNDINGS.phone.options);
    const wide = await page
      .locator("main .table, main .bytes, main .hex, main dl")
      .evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute("aria-label")),
      );
    expect(wide).toEqual([]);
    await page.context().close();
  });

  it("on a phone the meaning is under the name", async () => {
    const { page } = await open(browser, "structs/ckpt_hdr_vma.html", SURROUNDINGS.phone.options);
    const box = (n: number) => page.locator(`section:visible #vm_flags > td:nth-child(${n})`).boundingBox();
    const [name, meaning] = [await box(3), await box(5)];
    expect(meaning?.y).toBeGreaterThanOrEqual((name?.y ?? 0) + (name?.height ?? 0));
    expect(meaning?.width).toBeGreaterThan(300);
    await page.context().close();
  });

  describe("search", () => {
    it.each([
      ["402", "CKPT_HDR_VMA", "record, number 402"],
      ["0x192", "CKPT_HDR_VMA", "record, number 0x192"],
      ["offset 72", "ckpt_hdr_vma.hugetlb_shift", "field, offset 72"],
      ["72 bytes", "ckpt_hdr_vma", "struct, 72 bytes"],
    ])("finds %s: %s, %s", async (typed, name, reason) => {
      const { page } = await open(browser, "index.html");
      await page.getByRole("combobox").fill(typed);
      await expect.poll(() => page.getByRole("option").allTextContents()).toContain(`${name}${reason}`);
      await page.context().close();
    });

    it("says when it finds nothing", async () => {
      const { page, complaints } = await open(browser, "index.html");
      const field = page.getByRole("combobox");
      await field.fill("<b>vmfl");
      const words = page.locator("#results + p");
      await expect.poll(() => words.textContent()).toBe("Nothing has the name or number “<b>vmfl”.");
      expect(await page.getByRole("option").count()).toBe(0);
      await field.press("Enter");
      await field.fill("vm_fl");
      await expect.poll(() => page.getByRole("option").count()).toBeGreaterThan(0);
      expect(await words.textContent()).toBe("");
      await field.press("Escape");
      await field.fill("vmfl");
      await field.press("Escape");
      expect(await words.textContent()).toBe("");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

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
    await page.locator("section:visible .bytes a", { hasText: "vm_pgoff" }).first().click();
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
