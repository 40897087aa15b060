/** Images in the page that no kernel writes: counts and lengths without bounds, tasks that descend from themselves, very many tasks and records, every cut. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openImage as read } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import { hasChromium, launch } from "../browser/chromium.js";
import { makeBytes } from "../make-image/make.js";
import { pathOfReal } from "../opened.js";
import { Altered } from "../verify/altered.js";
import { lookAt, lookAtAll } from "./look.js";
import { fileOf, openImage, openPage } from "./page.js";

const ABI = "v21/x86_64";

const MAX_U32 = 0xffff_ffff;
const HIGHEST_BIT = 2n ** 63n;

/** Fields that count or measure something, with values that nothing can have; each in the first record of its name. */
const COUNTS: readonly (readonly [record: string, field: string, value: number | bigint])[] = [
  ["HEADER", "h.len", MAX_U32],
  ["HEADER", "constants.uts_release_len", 0xffff],
  ["TREE", "nr_tasks", MAX_U32],
  ["TASK", "h.len", MAX_U32],
  ["FILE_TABLE", "fdt_nfds", MAX_U32],
  ["MM", "map_count", MAX_U32],
  ["VMA", "vm_end", HIGHEST_BIT],
  ["VMA", "vm_start", HIGHEST_BIT],
  ["VMA", "vm_pgoff", HIGHEST_BIT],
  ["PGARR", "nr_pages", HIGHEST_BIT],
  ["PGARR", "nr_pages", 2n ** 32n - 1n],
  ["VMA", "h.len", MAX_U32],
  ["IPC", "ipc_count", MAX_U32],
  ["TASK_OBJS", "mm_objref", 0x7fff_ffff],
  ["SIGPENDING", "nr_pending", MAX_U32],
];

/** Pid of the first task of a made image. */
const FIRST_PID = 1000;

/** Writes an image with the last task of a small one so many times. Its objects are those of the first one. */
function writeTasks(path: string, count: number): void {
  const abi = "v16/x86_32";
  const original = makeBytes({ abi, tasks: 2, pages: 0, plain: true });
  const image = read(new MemorySource(original), { abi });
  const last = image.root.rules("task").at(-1);
  const pids = image.root.find("BUFFER", "pids");
  if (!last || !pids?.record) throw new Error("no task");
  const altered = new Altered(original, abi);
  altered.set(altered.record("TREE"), "nr_tasks", count);
  const end = image.node(last.endIndex).offset;
  const kept: Uint8Array[] = [];
  for (let row = last.index + 1; row < last.endIndex; ) {
    const node = image.node(row);
    const next = node.object ? node.endIndex : row + 1;
    if (!node.object && node.record) kept.push(original.subarray(node.record.offset, node.record.next));
    row = next;
  }
  const section = Buffer.concat(kept);
  const size = pids.record.payload.end - pids.record.payload.start;
  const entry = size / 2;
  const array = Buffer.alloc(entry * count);
  for (let i = 0; i < count; i++) {
    array.set(
      original.subarray(pids.record.payload.start + (i === 0 ? 0 : entry), pids.record.payload.end).subarray(0, entry),
      i * entry,
    );
    // Its pid and that of its process. The parent of all is the first task.
    array.writeInt32LE(FIRST_PID + i, i * entry);
    array.writeInt32LE(FIRST_PID + i, i * entry + 8);
  }
  const head = Buffer.from(altered.bytes.subarray(0, pids.record.payload.start));
  head.writeUInt32LE(8 + array.length, pids.record.offset + 4);
  const rest = altered.bytes.subarray(pids.record.payload.end, end);
  writeFileSync(
    path,
    Buffer.concat([head, array, rest, ...new Array<Buffer>(count - 2).fill(section), altered.bytes.subarray(end)]),
  );
}

describe.skipIf(!hasChromium)("in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-extremes-"));
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("counts and lengths that nothing can have", async () => {
    const original = makeBytes({ abi: ABI, tasks: 3, pages: 4 });
    const opened = await openPage(browser);
    let shown = 0;
    const views = opened.page.getByRole("navigation", { name: "Views" });
    for (const [record, field, value] of COUNTS) {
      const altered = new Altered(original, ABI);
      altered.set(altered.record(record), field, value);
      await opened.page.setInputFiles("input[type=file]", fileOf(altered.bytes));
      await views.or(opened.page.locator(".failure")).first().waitFor();
      if (!(await views.isVisible())) continue;
      shown++;
      await lookAtAll(opened);
      expect([record, field, opened.complaints]).toEqual([record, field, []]);
      await opened.page.getByRole("button", { name: "Close", exact: true }).click();
    }
    expect(shown).toBeGreaterThan(10);
    await opened.close();
  });

  it("a task that is its own parent, and parents in a circle", async () => {
    const original = makeBytes({ abi: ABI, tasks: 4, pages: 0, plain: true });
    const altered = new Altered(original, ABI);
    const pids = altered.record("BUFFER", { label: "pids" });
    const set = (index: number, ppid: number) => altered.setElement(pids, "ckpt_task_pids", index, "vppid", ppid);
    const pid = (index: number) => altered.element(pids, "ckpt_task_pids", index, "vpid");
    set(0, pid(0));
    set(1, pid(2));
    set(2, pid(3));
    set(3, pid(1));
    const opened = await openImage(browser, fileOf(altered.bytes));
    await lookAtAll(opened);
    await opened.show("tree");
    expect(await opened.page.locator(".tasks li").count()).toBe(4);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  it("cut at every record", async () => {
    const bytes = readFileSync(pathOfReal("v16-self-min.img"));
    const image = read(new MemorySource(bytes));
    const cuts = [...new Set([...image.root].map(({ offset }) => offset))].filter((offset) => offset > 0);
    expect(cuts.length).toBeGreaterThan(40);
    const opened = await openPage(browser);
    const views = opened.page.getByRole("navigation", { name: "Views" });
    for (const cut of cuts) {
      await opened.page.setInputFiles("input[type=file]", fileOf(bytes.subarray(0, cut)));
      await views.or(opened.page.locator(".failure")).first().waitFor();
      if (!(await views.isVisible())) continue;
      await lookAt(opened, ["overview", "verify", "maps", "hex"]);
      expect(await opened.page.locator("main .failure").allTextContents()).toEqual([]);
      expect([cut, opened.complaints]).toEqual([cut, []]);
      await opened.page.getByRole("button", { name: "Close", exact: true }).click();
    }
    await opened.close();
  });

  it("100,000 tasks", async () => {
    const path = join(folder, "tasks.img");
    writeTasks(path, 100_000);
    const opened = await openImage(browser, path);
    await opened.show("overview");
    expect(await opened.page.locator(".tiles").textContent()).toContain("100\u2009000 tasks");
    await lookAtAll(opened);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  it("a million records", async () => {
    const path = join(folder, "records.img");
    writeFileSync(path, makeBytes({ abi: ABI, tasks: 1, pages: 0, plain: true, vmas: 510_000 }));
    const opened = await openImage(browser, path);
    await lookAtAll(opened);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });
});
