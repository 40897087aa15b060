import { describe, expect, it } from "vitest";
import { AbiError } from "../../runtime/index.js";
import {
  decodeRecord,
  encodeRecord,
  ImageError,
  type ImageFormat,
  type ImageTree,
  MAX_DEPTH,
  MAX_PROBLEMS,
  MemorySource,
  readTree,
  records,
} from "../../tools/image/index.js";
import { IMAGES, type RealImage, realImage } from "./fixtures.js";
import { bare, object, record } from "./made.js";

const image = realImage("v20h-self-files.img");

/** The image with one field of the first record of a name changed. */
function changed({ format, source, bytes }: RealImage, name: string, field: string, value: number): ImageTree {
  const copy = Uint8Array.from(bytes);
  const target = [...records(format, source)].find((record) => record.name === name);
  if (!target?.kind) throw new Error(`no ${name}`);
  const decoded = decodeRecord(format, source, target);
  decoded.value[field] = typeof decoded.value[field] === "bigint" ? BigInt(value) : value;
  copy.set(encodeRecord(format, decoded, bytes.subarray(target.offset, target.end)), target.offset);
  return readTree(format, new MemorySource(copy));
}

const told = ({ problems }: ImageTree) => problems.map(({ code, message }) => `${code}: ${message}`);

describe("counts are not trusted", () => {
  it("a huge number of tasks", () => {
    const tree = changed(image, "TREE", "nr_tasks", 0x7fffffff);
    expect(told(tree)).toEqual([
      "record-size: BUFFER at offset 363 (in image): expected 51539607528 bytes of pids, found 24 bytes",
      "unexpected-record: TAIL at offset 22580 (in task): expected TASK (102), found TAIL (9001) of 16 bytes",
    ]);
  });

  it("a negative number of tasks", () => {
    const tree = changed(image, "TREE", "nr_tasks", -1);
    expect(told(tree)).toEqual([
      "bad-count: BUFFER at offset 363 (in image): expected a number of ckpt_task_pids that is not negative, found -1",
      "bad-count: at offset 395 (in image): expected a number of TASK (102) that is not negative, found -1",
      "unexpected-record: TASK at offset 395 (in image): expected TAIL (9001), found TASK (102) of 64 bytes",
    ]);
  });

  it("a huge number of descriptors", () => {
    const tree = changed(image, "FILE_TABLE", "fdt_nfds", 0x7fffffff);
    expect(told(tree)).toEqual([
      "unexpected-record: TASK_OBJS at offset 22156 (in FILE_TABLE): expected FILE_DESC (302), found TASK_OBJS (104) of 32 bytes",
    ]);
    expect(tree.end).toBe("damaged");
    // Everything up to there was read: objects may begin before any record, so these began before the missing descriptor.
    const types = [...tree.objects.values()].map((node) => node.object?.type);
    expect(types).toEqual(expect.arrayContaining(["CRED", "FILE_TABLE", "MM", "SIGHAND"]));
  });

  it("a huge number of mappings", () => {
    expect(told(changed(image, "MM", "map_count", 0xffffffff))).toEqual([
      "unexpected-record: MM_CONTEXT at offset 20008 (in mapping): expected VMA (402), found MM_CONTEXT (404) of 24 bytes",
    ]);
  });

  it("a huge number of pages", () => {
    expect(told(changed(image, "PGARR", "nr_pages", 2 ** 62))).toEqual([
      "unexpected-record: VMA at offset 3200 (in contents): expected BUFFER (4), found VMA (402) of 72 bytes",
    ]);
  });

  it("a huge number of groups, and of pending signals", () => {
    expect(told(changed(image, "GROUPINFO", "ngroups", 0xffffffff))[0]).toBe(
      "record-size: GROUPINFO at offset 803 (in GROUPINFO): expected 17179869196 bytes, found 16 bytes",
    );
    expect(told(changed(image, "SIGPENDING", "nr_pending", 0xffffffff))[0]).toBe(
      "record-size: SIGPENDING at offset 22516 (in process_signals): expected 206158430184 bytes, found 24 bytes",
    );
  });
});

it("an image full of unknown records is given up", () => {
  const junk = Buffer.concat(Array.from({ length: 5 * MAX_PROBLEMS }, () => bare(4242)));
  const { end, problems, root } = readTree(image.format, new MemorySource(junk));
  expect(end).toBe("damaged");
  expect(problems).toHaveLength(MAX_PROBLEMS);
  expect(root.children).toHaveLength(MAX_PROBLEMS - 1);
});

describe("objects", () => {
  const { format } = image;

  it("end at a depth that no kernel reaches", () => {
    const chain = Array.from({ length: 5 * MAX_DEPTH }, (_, i) => object(format, "USER", i + 1));
    const tree = readTree(format, new MemorySource(Buffer.concat(chain)));
    expect(tree.end).toBe("damaged");
    expect(told(tree)).toEqual([
      `nesting: at offset ${16 * (MAX_DEPTH - 1)} (in USER): expected at most ${MAX_DEPTH} objects and rules within each other, found another USER`,
    ]);
  });

  it("have positive numbers, each one its own", () => {
    const group = (objref: number) => object(format, "GROUPINFO", objref, record(format, "GROUPINFO", { tail: [] }));
    const tree = readTree(
      format,
      new MemorySource(Buffer.concat([group(7), group(7), group(0), group(-3), image.bytes])),
    );
    expect(told(tree).slice(0, 3)).toEqual([
      "object-number: OBJREF at offset 32 (in image): expected a positive number that no object has yet, found 7",
      "object-number: OBJREF at offset 64 (in image): expected a positive number that no object has yet, found 0",
      "object-number: OBJREF at offset 96 (in image): expected a positive number that no object has yet, found -3",
    ]);
    // The image has an object 7 of its own.
    expect(told(tree)).toHaveLength(4);
    expect(tree.end).toBe("complete");
  });

  it("are of a type that an OBJREF introduces", () => {
    const read = (objtype: number) =>
      readTree(format, new MemorySource(record(format, "OBJREF", { value: { objtype, objref: 1 } })));
    expect(told(read(1))).toEqual([
      "object-type: OBJREF at offset 0 (in image): expected the type of an object that begins with such a record, found 1 (INODE)",
    ]);
    expect(told(read(77))).toEqual([
      "object-type: OBJREF at offset 0 (in image): expected the type of an object that begins with such a record, found 77",
    ]);
  });
});

/** A small generator of numbers below 2^32, equal in every run. */
function* randomNumbers(seed: number): Generator<number, never, void> {
  for (let state = seed >>> 0; ; ) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

describe.each(IMAGES)("$name with bytes changed at random", ({ format, source, bytes }) => {
  const structs = [...records(format, source)];

  it("is read without any but the errors that are meant for it", () => {
    const random = randomNumbers(bytes.length);
    const next = (below: number) => random.next().value % below;
    for (let round = 0; round < 100; round++) {
      const copy = Uint8Array.from(bytes);
      for (let change = 0; change <= round % 4; change++) {
        // Contents of pages have no influence, so records are damaged.
        const { offset, length } = structs[next(structs.length)] ?? { offset: 0, length: 8 };
        copy[offset + next(Math.min(length, 72))] = next(256);
      }
      expectOnlyImageErrors(format, copy);
    }
  });
});

function expectOnlyImageErrors(format: ImageFormat, bytes: Uint8Array): void {
  const source = new MemorySource(bytes);
  const { root, end, problems } = readTree(format, source);
  expect(problems.every((problem) => problem instanceof ImageError)).toBe(true);
  if (end === "damaged") expect(problems.length).toBeGreaterThan(0);
  for (const { record, contains } of root) {
    if (!record) continue;
    try {
      decodeRecord(format, source, record, contains);
    } catch (error) {
      expect(error).toBeInstanceOf(AbiError);
    }
  }
}
