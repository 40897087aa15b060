/** Real images in the page, compared with what their guests noted. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launch } from "../browser/chromium.js";
import { realImage } from "../images/fixtures.js";
import { pathOfReal } from "../opened.js";
import { type OpenedPage, openImage } from "./page.js";

/** A tree of both kinds: of the oldest version, and of a later one on another architecture. */
const TREES = ["v16-tree-thread.img", "x86_64-tree-thread.img"] as const;

describe.skipIf(!hasChromium)("in the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  describe.each(TREES)("%s", (name) => {
    const { notes, truth } = realImage(name);
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await openImage(browser, pathOfReal(name));
    });
    afterAll(async () => {
      expect(opened.complaints).toEqual([]);
      await opened.close();
    });

    it("the overview has the ABI, the size and the number of tasks", async () => {
      await opened.show("overview");
      const tiles = await opened.page.locator(".tiles strong").allTextContents();
      expect(tiles.slice(0, 2)).toEqual([notes.abi, String(notes.pids.length)]);
      expect(await opened.page.locator("main").textContent()).toContain(`(${notes.size} bytes)`);
    });

    it("the tree has every task once, by pid and name, below its parent", async () => {
      await opened.show("tree");
      const nodes = await opened.page.locator("svg .node").evaluateAll((links) =>
        links.map((link) => {
          const [pid, name] = [...link.querySelectorAll("tspan")].map((span) => span.textContent);
          return `${pid} ${name} ${link.classList.contains("thread") ? "thread" : "process"}`;
        }),
      );
      const expected = notes.pids.map(
        ([pid, , tgid], i) => `${pid} ${notes.tasks[i]} ${pid === tgid ? "process" : "thread"}`,
      );
      expect(nodes.sort()).toEqual(expected.sort());
      expect(await opened.page.locator("svg .edge").count()).toBe(notes.pids.length - 1);
    });

    it("the address space of a task is that of /proc/PID/maps", async () => {
      const [[pid, { maps }] = [0, { maps: [] }]] = truth?.tasks ?? [];
      await opened.show("maps", { task: String(pid) });
      const rows = await opened.page
        .locator(".mappings tbody tr")
        .evaluateAll((lines) =>
          lines.map((line) => [...line.querySelectorAll("td")].map((cell) => cell.textContent ?? "")),
        );
      const hex = (address: number) => `0x${address.toString(16)}`;
      expect(rows.map(([addresses]) => addresses)).toEqual(maps.map(({ start, end }) => `${hex(start)}–${hex(end)}`));
      expect(rows.map((cells) => cells[3])).toEqual(maps.map(({ permissions }) => permissions));
      for (const [i, { path }] of maps.entries())
        if (path.startsWith("/bin/") || path === "[stack]" || path === "[heap]") expect(rows[i]?.[5]).toContain(path);
    });

    it("all tasks share the descriptor that the root opened before it forked", async () => {
      await opened.show("fds");
      const first = opened.page.locator("tbody tr", { hasText: "/data/file1" }).first();
      const shared = await first.locator("[data-title='shared by']").textContent();
      const processes = notes.pids.filter(([pid, , tgid]) => pid === tgid).map(([pid]) => pid);
      // Some processes share the whole table.
      expect(shared?.match(/\d+/g)?.slice(1).map(Number).sort()).toEqual([...processes].sort());
      expect(await first.locator("[data-title=position]").textContent()).toBe("77");
    });

    it("the memory has the pages that the program filled", async () => {
      const page = truth?.pages.find(({ region }) => region === "data");
      const [pid] = truth?.tasks.keys() ?? [];
      if (!page) throw new Error("no page was noted");
      await opened.show("memory", { task: String(pid), address: `0x${page.address.toString(16)}` });
      // The program fills a page with words that have tag, index and their position.
      const words = [0, 1].flatMap((i) => [i, 0, page.index & 0xff, page.tag]);
      const text = words.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const line = opened.page.locator(".hex .line", { hasText: text }).first();
      expect(await line.locator(".offset").textContent()).toMatch(new RegExp(`^0*${page.address.toString(16)}$`));
    });
  });

  it("registers of a task that checkpointed itself", async () => {
    const { truth } = realImage("x86_64-self-full.img");
    const opened = await openImage(browser, pathOfReal("x86_64-self-full.img"));
    await opened.show("regs");
    const registers = new Map(
      await opened.page
        .locator(".grid tr")
        .evaluateAll((rows) =>
          rows
            .map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""))
            .map(([name, value]) => [name, value] as [string, string]),
        ),
    );
    expect(truth?.registers.size).toBeGreaterThan(5);
    for (const [name, value] of truth?.registers ?? [])
      expect([name, BigInt(registers.get(name) ?? -1)]).toEqual([name, value]);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  it("an image of another byte order", async () => {
    const { notes } = realImage("s390x-self-full.img");
    const opened = await openImage(browser, pathOfReal("s390x-self-full.img"));
    await opened.show("overview");
    expect(await opened.page.locator(".tiles strong").first().textContent()).toBe(notes.abi);
    await opened.show("verify");
    expect(await opened.page.locator(".findings li.error").count()).toBe(0);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });
});
