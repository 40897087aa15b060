import { describe, expect, it } from "vitest";
import { readBytes } from "../../tools/memory/read.js";
import { registerOf } from "../../tools/memory/registers.js";
import { isTree, pidNamed } from "../images/expectations.js";
import { WITNESSED, type WitnessedImage } from "../images/fixtures.js";
import type { FilledPage } from "../images/truth.js";
import { memoryOf, real, type Subject } from "./subjects.js";

const PAGE = 4096;

/** The bytes that the test program wrote to a page. */
function filled({ format }: WitnessedImage, { tag, index }: FilledPage): Buffer {
  const bytes = Buffer.alloc(PAGE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE);
  for (let i = 0; i < PAGE / 4; i++)
    view.setUint32(4 * i, ((tag << 24) | ((index & 0xff) << 16) | i) >>> 0, format.littleEndian);
  return bytes;
}

function pageAt(subject: Subject, pid: number, address: number): Buffer {
  return Buffer.from(readBytes(memoryOf(subject, pid), BigInt(address), PAGE));
}

function pidOf(subject: Subject): number {
  return subject.tasks[0]?.pid as number;
}

const MARKER = "ANON-TEXT-MARKER: the quick brown fox";

describe.each(WITNESSED)("$name", (image) => {
  const { name, truth } = image;
  const subject = real(name);
  // The truth file has threads, which a v16 kernel does not save.
  const tasks = [...truth.tasks].filter(([pid]) => subject.tasks.some((task) => task.pid === pid));

  it("has the pages that the program filled, at their addresses", () => {
    for (const page of truth.pages) {
      // In a tree, the first child has another page at the same address.
      const pid = page.tag === 0xc1 ? pidNamed(image, "kid-reader") : pidOf(subject);
      const found = pageAt(subject, pid, page.address);
      if (page.region === "fileshared") {
        expect(found.length).toBe(0);
        continue;
      }
      const expected = filled(image, page);
      // The program wrote a text over one of them.
      if (page.region === "anon" && page.index === 1) expected.write(MARKER, 0xf00);
      expect(Buffer.compare(found, expected), `${page.region} ${page.index}`).toBe(0);
    }
    if (!isTree(image)) return;
    // The grandchild inherited the page of its parent, the others that of the root.
    const inherited = truth.pages.filter(({ region }) => region === "data");
    const [ofRoot, ofChild] = inherited as [FilledPage, FilledPage];
    expect(Buffer.compare(pageAt(subject, pidNamed(image, "grandkid"), ofRoot.address), filled(image, ofChild))).toBe(
      0,
    );
    expect(Buffer.compare(pageAt(subject, pidNamed(image, "kid-sleeper"), ofRoot.address), filled(image, ofRoot))).toBe(
      0,
    );
  });

  it("finds shared anonymous memory in every task", () => {
    const [page] = truth.pages.filter(({ region }) => region === "shmanon");
    if (!page) return;
    for (const { sharedBy } of subject.chosen)
      for (const { pid } of sharedBy)
        expect(Buffer.compare(pageAt(subject, pid, page.address), filled(image, page)), `${pid}`).toBe(0);
  });

  it("names the file and the place in it for what is not in the image, as /proc/PID/maps does", () => {
    for (const [pid, { maps }] of tasks)
      for (const line of maps) {
        const memory = memoryOf(subject, pid);
        const extents = [...memory.extents(BigInt(line.start), BigInt(line.end))];
        // The kernel's names for shared anonymous memory and for System V segments.
        if (line.path.startsWith("/dev/zero") || line.path.startsWith("/SYSV"))
          expect(extents.every(({ backing }) => backing.kind !== "file")).toBe(true);
        else if (line.path.startsWith("/"))
          for (const { backing, start } of extents) {
            if (backing.kind === "image") continue;
            const offset = BigInt(line.offset) + start - BigInt(line.start);
            expect(backing).toEqual({ kind: "file", path: line.path, offset });
          }
        else if (line.path === "[vdso]") expect(extents.map(({ backing }) => backing.kind)).toEqual(["unknown"]);
        else for (const { backing } of extents) expect(["image", "zero"]).toContain(backing.kind);
      }
  });

  it("has nothing mapped between the lines of /proc/PID/maps", () => {
    for (const [pid, { maps }] of tasks) {
      const memory = memoryOf(subject, pid);
      let end = 0n;
      for (const line of [...maps, { start: 2 ** 47, end: 2 ** 47 }]) {
        const between = [...memory.extents(end, BigInt(line.start))];
        expect(between.every(({ backing }) => backing.kind === "unmapped")).toBe(true);
        end = BigInt(line.end);
      }
    }
  });

  it("has the registers that the truth has", () => {
    for (const [pid, { syscall, registers }] of tasks) {
      const task = subject.tasks.find((one) => one.pid === pid);
      if (!task || !isTree(image)) continue;
      const [sp, ip] = syscall.length > 2 ? syscall.slice(-2) : [registers.get("r15"), registers.get("pswa")];
      if (sp === undefined || ip === undefined) continue;
      expect(registerOf(subject.image, task, "sp")).toBe(BigInt(sp));
      expect(registerOf(subject.image, task, "ip")).toBe(BigInt(ip));
    }
  });
});

describe("what a task never touched", () => {
  it("is zero, page by page between pages that it did touch", () => {
    const subject = real("v16-self-full.img");
    const memory = memoryOf(subject, pidOf(subject));
    const kinds = [...memory.extents(0x50000000n, 0x50008000n)].map(({ start, backing }) => [start, backing.kind]);
    expect(kinds).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [0x50000000n + BigInt(i * PAGE), i % 2 === 0 ? "zero" : "image"]),
    );
    expect(pageAt(subject, pidOf(subject), 0x50002000)).toEqual(Buffer.alloc(PAGE));
    const across = readBytes(memory, 0x50002ffen, 6);
    expect([...across]).toEqual([0, 0, 0, 0, 3, 0xa1]);
  });
});
