/** New values of fields: what `get` gives, `set` stores again unchanged, and what `set` stores, `get` gives. */
import { assert, asyncProperty, oneof, string, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { listFields } from "../../tools/edit/list.js";
import { type NewValue, open } from "../../tools/open/index.js";
import { IMAGES, realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { BYTES } from "./files.js";

const BYTES_BUFFER = Buffer.from(BYTES);

describe("texts", () => {
  it.each(['"q"', '"', '"a', "\\", "\\n", '"\\q"', " spaces ", "", "größe", "a=b", "[1]", "0x1", "\u001b[m"])(
    "%j is literal",
    async (text) => {
      const image = await open(BYTES);
      await image.set({ "task[0].comm": text, "file[5].path": text });
      expect([await image.get("task[0].comm"), await image.get("file[5].path")]).toEqual([text, text]);
      expect(image.tasks()[0]?.name).toBe(text);
    },
  );

  it("are given by get as they were set", async () => {
    const image = await open(BYTES);
    const texts = oneof(string({ unit: "grapheme", maxLength: 20 }), string({ unit: "binary", maxLength: 20 }));
    let refused = 0;
    await assert(
      asyncProperty(texts, async (text) => {
        for (const path of ["task[1].comm", "file[5].path"]) {
          const before = await image.get(path);
          const isKept = await image.set({ [path]: text }).then(
            () => true,
            (error) => {
              expect(error).toMatchObject({ code: "bad-value", place: { path } });
              return false;
            },
          );
          if (!isKept) refused++;
          expect(await image.get(path)).toBe(isKept ? text : before);
        }
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it("are bytes as well", async () => {
    const image = await open(BYTES);
    await image.set({ "task[0].comm": Buffer.from("as-bytes"), "file[5].path": Uint8Array.of(0x2f, 0xff, 0x22) });
    expect([await image.get("task[0].comm"), await image.get("file[5].path")]).toEqual(["as-bytes", '/\udcff"']);
    // The array as it is in the image, filled up.
    const array = new Uint8Array(16);
    array.set(Buffer.from("filled"));
    await image.set({ "task[0].comm": array });
    expect(await image.get("task[0].comm")).toBe("filled");
    await assert(
      asyncProperty(uint8Array({ min: 1, maxLength: 15 }), async (bytes) => {
        await image.set({ "task[2].comm": bytes });
        const [field] = await image.fields("task[2].comm");
        const at = field?.offset ?? 0;
        expect(image.bytes().subarray(at, at + bytes.length + 1)).toEqual(Uint8Array.of(...bytes, 0));
      }),
      { numRuns: 50 },
    );
  });
});

describe("a NUL", () => {
  it.each([
    ["task[0].comm", "a\0b"],
    ["task[0].comm", "\0b"],
    ["task[0].comm", "a\0"],
    ["file[5].path", "/a\0b"],
    ["file[5].path", "\0"],
    ["machine", "i686\0x"],
  ])("in %s is refused: %j", async (path, text) => {
    const image = await open(BYTES);
    await expect(image.set({ [path]: text }, { force: true })).rejects.toMatchObject({
      code: "bad-value",
      place: { path },
      message: expect.stringMatching(/byte \d+ of the text is a NUL, which ends the text in the image/),
    });
    expect(BYTES_BUFFER.equals(image.bytes())).toBe(true);
  });

  it("and an older name after it are not part of the name", async () => {
    const { bytes } = realImage("v16-self-full.img");
    const image = await open(bytes);
    expect(await image.get("task[0].comm")).toBe("ck");
    expect((await image.set({ "task[0].comm": "ck" })).edits[0]?.changes).toEqual([]);
    await image.set({ "task[0].comm": "x" });
    expect(await image.get("task[0].comm")).toBe("x");
  });

  it("begins the names of some sockets, which may have more of them", async () => {
    const image = await open(makeBytes({ abi: "v21/x86_64" }));
    const field = [...listFields(image.image)].find(({ path }) => path.endsWith("laddr.sun_path"));
    const path = field?.path ?? "no socket";
    await image.set({ [path]: "\0a\0b" }, { force: true });
    expect(await image.get(path)).toBe("\0a\0b");
    await expect(image.set({ [path]: "\0a\0" }, { force: true })).rejects.toThrow("the last byte of the text is a NUL");
    await expect(image.set({ [path]: "/a\0b" }, { force: true })).rejects.toThrow("byte 2 of the text is a NUL");
  });
});

it.each(IMAGES.filter(({ bytes }) => bytes.length < 300_000))(
  "get and set leave $name as it is",
  async ({ bytes, notes: { abi } }) => {
    const image = await open(bytes, { abi: abi as string });
    const values: Record<string, NewValue> = {};
    for (const { path, field } of listFields(image.image)) values[path] = field.read();
    const { edits } = await image.set(values, { force: true });
    expect(edits.length).toBeGreaterThan(0);
    expect(edits.filter(({ changes }) => changes.length > 0).map(({ path }) => path)).toEqual([]);
    expect(Buffer.compare(image.bytes(), bytes)).toBe(0);
  },
);

describe("numbers", () => {
  it("of floating point are no bits", async () => {
    const image = await open(makeBytes({ abi: "v21/s390x", tasks: 1, plain: true }));
    const path = "task[0].cpu.fprs[1].d";
    for (const value of [5, -0, 1.5, Number.POSITIVE_INFINITY, Number.NaN]) {
      await image.set({ [path]: value });
      expect(await image.get(path)).toBe(value);
    }
  });

  it.each<[string, unknown, string]>([
    ["task[1].exit_signal", 1.5, "it takes an integer from 0 to 4294967295, not 1.5"],
    ["task[1].exit_signal", Number.NaN, "not NaN"],
    ["task[1].exit_signal", 2 ** 32, "not 4294967296"],
    ["task[1].exit_signal", null, "not null"],
    ["task[1].exit_signal", undefined, "not undefined"],
    ["task[1].exit_signal", {}, "not an object"],
    ["task[1].exit_signal", Uint8Array.of(1), "not 1 bytes"],
    ["task[1].exit_signal", "many", 'expected a number, found "many"'],
    ["header.time", -1, "not -1"],
    ["task[0].comm", 5, "it takes a string, or a Uint8Array with its bytes, not 5"],
    ["task[0].comm", null, "not null"],
    ["task[0].comm", ["a"], "not an array of 1"],
    ["task[0].comm", "\ud800", "lone surrogate"],
    ["task[0].comm", new Uint8Array(17).fill(65), "the text takes 17 bytes"],
  ])("%s = %j is refused", async (path, value, message) => {
    const image = await open(BYTES);
    const refused = image.set({ [path]: value as string }, { force: true });
    await expect(refused).rejects.toMatchObject({ code: "bad-value", place: { path } });
    await expect(refused).rejects.toThrow(message);
    expect(BYTES_BUFFER.equals(image.bytes())).toBe(true);
  });
});

it("bytes are given as bytes or as numbers, not as a text", async () => {
  const image = await open(makeBytes({ abi: "v21/powerpc", tasks: 3 }));
  const path = "sighand[0].action[0].sa_mask.sigset";
  const value = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  await image.set({ [path]: value });
  expect(await image.get(path)).toEqual(value);
  await image.set({ [path]: [8, 7, 6, 5, 4, 3, 2, 1] });
  expect(await image.get(path)).toEqual(value.slice().reverse());
  for (const wrong of ["0102030405060708", Uint8Array.of(1), [1, 2], [256, 0, 0, 0, 0, 0, 0, 0], 7])
    await expect(image.set({ [path]: wrong })).rejects.toMatchObject({ code: "bad-value", place: { path } });
});
