import { describe, expect, it } from "vitest";
import { type Image, type TreeNode, windowBytes } from "../../tools/image/index.js";
import type { StripOptions } from "../../tools/strip/options.js";
import { type StripReport, stripImage } from "../../tools/strip/strip.js";
import { verify } from "../../tools/verify/verify.js";
import { MemorySink } from "../../tools/write/sink.js";
import { machineOf } from "../images/expectations.js";
import { COMPLETE, IMAGES } from "../images/fixtures.js";
import { ABIS } from "../make-image/abis.js";
import { made, nodesOf, real, type Subject } from "../memory/subjects.js";
import { opened } from "../opened.js";

interface Outcome {
  readonly bytes: Uint8Array;
  readonly report: StripReport;
}

async function strip(image: Image, options?: StripOptions): Promise<Outcome> {
  const sink = new MemorySink();
  const report = await stripImage(image, sink, options);
  return { bytes: sink.bytes, report };
}

/** Contents of an image in bytes, enough to identify them. */
function contentsOf(image: Image, labels: readonly string[]): Buffer[] {
  const { source, format } = image;
  const found: Buffer[] = [];
  const keep = (start: number, end: number, arePages: boolean) => {
    const bytes = Buffer.from(windowBytes(source, start, end - start));
    for (
      let at = 0;
      at < bytes.length && (!arePages || found.length < MOST);
      at += Math.max(PIECE, format.pageSize / 2)
    ) {
      const piece = bytes.subarray(at, at + PIECE);
      // Zeros, and addresses in pages that are also in registers, occur everywhere.
      const values = new Set(piece);
      if (arePages ? values.size > piece.length / 2 : !values.has(0)) found.push(Buffer.from(piece));
    }
  };
  for (const { label, record } of image.root) {
    if (!record) continue;
    if (labels.includes(label ?? "")) {
      const positions = label === "page_batch" ? positionsOf(image, record.payload) : 0;
      keep(record.payload.start + positions, record.payload.end, label === "page_batch");
    }
    if (labels.includes(record.name)) keep(record.raw.start, record.raw.end, false);
  }
  return found;
}

const PIECE = 16;
const MOST = 80;

function positionsOf({ format }: Image, { start, end }: { start: number; end: number }): number {
  return ((end - start) / (format.wordSize + format.pageSize)) * format.wordSize;
}

const PIPES = ["pipe_contents", "FILE_PIPE"];
const SOCKETS = ["socket_data", "SOCKET_FRAG"];
const ALL = ["page_batch", "message_text", "tty_input", ...PIPES, ...SOCKETS];

function expectGone(bytes: Uint8Array, pieces: readonly Buffer[]): void {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  expect(pieces.filter((piece) => all.includes(piece)).map((piece) => piece.toString("hex"))).toEqual([]);
}

function findings(image: Image): string[] {
  return verify(image.format, image.source).findings.map(({ rule }) => rule);
}

const OPTIONS: readonly StripOptions[] = [
  { zero: true },
  { registers: true, paths: true },
  { registers: true, zero: true },
];

describe("a stripped image", () => {
  it.each(ABIS.map((abi, i) => [abi, OPTIONS[i % OPTIONS.length] as StripOptions] as const))(
    "of %s is sound and has no contents, as usual and with %o",
    async (abi, options) => {
      const subject = made(abi, { tasks: 4, pages: 12 });
      const secrets = contentsOf(subject.image, ALL);
      expect(secrets.length).toBeGreaterThan(20);
      for (const given of [{}, options]) {
        const { bytes, report } = await strip(subject.image, given);
        expectGone(bytes, secrets);
        const image = opened(bytes, abi);
        expect([image.end, image.problems.length, findings(image)]).toEqual(["complete", 0, []]);
        expect(report).toMatchObject({ before: subject.bytes.length, after: bytes.length });
        expect(report.stripped.memory).toBeGreaterThanOrEqual(12 * image.format.pageSize);
        expect(Buffer.compare((await strip(image, given)).bytes, bytes)).toBe(0);
        if (given.zero) expect(bytes.length).toBe(subject.bytes.length);
        else expect(bytes.length).toBeLessThan(subject.bytes.length - report.stripped.memory);
      }
    },
  );
});

describe("detection", () => {
  it.each(["v16/x86_32", "v18/x86_64", "v19/s390", "v21/powerpc", "v22-arm/arm", "v23-rc2/s390x"])(
    "takes a stripped image of %s for the same ABIs as before",
    async (abi) => {
      const subject = made(abi, { tasks: 4 });
      const { bytes } = await strip(subject.image, { registers: true, paths: true });
      const equal = (all: Uint8Array) => opened(all).detection.equal;
      expect(equal(bytes)).toEqual(equal(subject.bytes));
      expect(equal(bytes)).toContain(abi);
    },
  );
});

describe.each(IMAGES.map(({ name, notes }) => ({ name, abi: notes.abi })))("$name", ({ name, abi }) => {
  it("is sound without contents", async () => {
    const { image } = real(name);
    const secrets = contentsOf(image, ALL);
    const { bytes } = await strip(image);
    expectGone(bytes, secrets);
    for (const text of ["CKENV", "environment-marker", "PIPE-CONTENT", "root-to-child", "ANON-TEXT-MARKER"])
      expect(Buffer.from(bytes).includes(text), text).toBe(false);
    const stripped = opened(bytes, abi);
    expect(stripped.end).toBe(image.end);
    expect(findings(stripped)).toEqual(findings(image));
    expect(Buffer.compare((await strip(stripped)).bytes, bytes)).toBe(0);
    const bare = opened((await strip(image, { registers: true, paths: true, zero: true })).bytes, abi);
    expect(findings(bare)).toEqual(findings(image));
  });
});

describe("what is kept", () => {
  const ABI = "v21/x86_64";
  const subject = made(ABI, { tasks: 4, pages: 12 });

  it.each([
    ["pipes", PIPES],
    ["sockets", SOCKETS],
    ["messages", ["message_text"]],
    ["tty", ["tty_input"]],
  ] as const)("is %s and nothing else, when that is asked for", async (kind, labels) => {
    const { bytes, report } = await strip(subject.image, { keep: new Set([kind]) });
    const all = Buffer.from(bytes);
    const kept = contentsOf(subject.image, labels);
    expect(kept.length).toBeGreaterThan(0);
    for (const piece of kept) expect(all.includes(piece)).toBe(true);
    const others = ALL.filter((label) => !(labels as readonly string[]).includes(label));
    expectGone(bytes, contentsOf(subject.image, others));
    expect(report.stripped[kind]).toBe(0);
  });

  it("is memory but for the environment, which becomes zero, and nothing else of it", async () => {
    const { image, bytes: before, chosen } = real("v20h-tree-sub.img");
    const { bytes } = await strip(image, { keep: new Set(["memory", "pipes", "values"]) });
    const expected = before.slice();
    for (const { memory } of chosen) {
      const { space } = memory;
      for (const extent of memory.extents(space.address("env_start") ?? 0n, space.address("env_end") ?? 0n))
        if (extent.backing.kind === "image")
          expected.fill(0, extent.backing.offset, extent.backing.offset + Number(extent.end - extent.start));
    }
    // The size of a robust futex list, which no task has.
    for (const node of image.root) {
      const { record } = node;
      if (record?.name !== "TASK") continue;
      expect(image.fields(node).number("robust_futex_list")).toBe(0);
      const { offset = 0, size = 0 } = record.kind?.place(record.kind.struct, "robust_futex_head_len") ?? {};
      expected.fill(0, record.offset + offset, record.offset + offset + size);
    }
    expect(Buffer.from(before).includes("CKENV=environment-marker")).toBe(true);
    expect(Buffer.from(bytes).includes("environment-marker")).toBe(false);
    expect(Buffer.compare(bytes, expected)).toBe(0);
  });

  it("is everything, when everything is asked for", async () => {
    const keep = new Set(["memory", "environment", "pipes", "sockets", "messages", "tty", "kernel", "values"] as const);
    const { bytes } = await strip(subject.image, { keep });
    expect(Buffer.compare(bytes, subject.bytes)).toBe(0);
  });
});

describe("names", () => {
  it.each(COMPLETE.map(({ name, notes }) => [name, notes] as const))(
    "of %s are masked with --paths",
    async (name, notes) => {
      const { image } = real(name);
      const { bytes } = await strip(image, { paths: true });
      const all = Buffer.from(bytes);
      for (const word of [
        ...notes.files.filter((file) => file.length > 1),
        ...notes.tasks.filter(({ length }) => length > 2),
      ])
        expect(all.includes(word), word).toBe(false);
      expect(all.includes("/xxx/xx")).toBe(true);
      // The kernel and the machine stay, so that the image can be read.
      expect(all.includes(machineOf({ notes }))).toBe(true);
    },
  );

  it("lose what stands behind their end", async () => {
    const subject = made("v21/x86_64", { tasks: 1 });
    const payload = nodesOf(subject.image, "task_name")[0]?.record?.payload;
    if (!payload) throw new Error("no name");
    Buffer.from(subject.bytes.buffer, subject.bytes.byteOffset).write("sh\0older-name", payload.start);
    const { bytes } = await strip(subject.image);
    const name = nodesOf(opened(bytes, "v21/x86_64"), "task_name")[0] as TreeNode;
    expect(Buffer.from(namedBytes(bytes, name)).toString("latin1")).toBe("sh".padEnd(16, "\0"));
  });
});

function namedBytes(bytes: Uint8Array, { record }: TreeNode): Uint8Array {
  return bytes.subarray(record?.payload.start, record?.payload.end);
}

describe("what nobody knows", () => {
  it("behind the end of an image is left out", async () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 2 });
    const first = subject.image.root.find("HEADER")?.record?.length ?? 0;
    const trailing = subject.bytes.slice(0, first);
    const longer = opened(Buffer.concat([subject.bytes, trailing]), "v21/x86_64");
    expect(longer.problems.length).toBeGreaterThan(0);
    expect(Buffer.compare((await strip(longer)).bytes, (await strip(subject.image)).bytes)).toBe(0);
  });

  it("in records of unknown types becomes zero", async () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 2 });
    const tail = nodesOf(subject.image, "TAIL")[0]?.record?.offset ?? 0;
    const unknown = Buffer.alloc(24, "secret");
    unknown.writeUInt32LE(7777, 0);
    unknown.writeUInt32LE(24, 4);
    const bytes = Buffer.concat([subject.bytes.subarray(0, tail), unknown, subject.bytes.subarray(tail)]);
    const { bytes: stripped } = await strip(opened(bytes, "v21/x86_64"));
    expect(Buffer.from(stripped).includes("secret")).toBe(false);
    expect(stripped.length).toBe((await strip(subject.image)).bytes.length + 24);
  });

  it("behind damage is not written at all", async () => {
    const subject: Subject = made("v21/x86_64", { tasks: 1, pages: 2 });
    const image = opened(subject.bytes.slice(0, subject.bytes.length - 100), "v21/x86_64");
    await expect(strip(image)).rejects.toMatchObject({ code: "damaged-image" });
  });
});

describe("an image that ends with an error", () => {
  it("keeps the message", async () => {
    const subject = made("v21/x86_64", { tasks: 2, error: "[err -16] busy" });
    const { bytes } = await strip(subject.image);
    expect(opened(bytes, "v21/x86_64").end).toBe("error");
    expect(Buffer.from(bytes).includes("[err -16] busy")).toBe(true);
  });
});
