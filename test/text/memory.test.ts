import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryDirectoryReader, MemoryDirectoryWriter } from "../../tools/files/index.js";
import { openImage } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import { inlineNeed } from "../../tools/text/index.js";
import { realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { edited, firstDifference, imageOf, mistake, nodesOf, type Parsed, textOf } from "./text.js";

let folder: string;
let memory: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-text-"));
  memory = join(folder, "memory");
});
afterEach(() => rmSync(folder, { recursive: true }));

const { bytes, notes } = realImage("v20h-tree-thread.img");

function decode(image: Uint8Array, abi = notes.abi): string {
  const keeper = new MemoryDirectoryWriter(memory);
  try {
    return textOf(image, { keeper, abi });
  } finally {
    keeper.close();
  }
}

function back(text: string): Uint8Array {
  const files = new MemoryDirectoryReader(memory);
  try {
    return imageOf(text, files);
  } finally {
    files.close();
  }
}

describe("memory in a directory beside the text", () => {
  it("the pages of every address space in one file, and back", () => {
    const text = decode(bytes);
    expect(readdirSync(memory).sort()).toEqual([16, 25, 31, 37, 43, 49].map((objref) => `MM-${objref}.pages`));
    for (const file of readdirSync(memory)) expect(statSync(join(memory, file)).size % 4096).toBe(0);
    for (const { pages } of nodesOf(text)) expect(Object.keys(pages ?? { file: "" })).toContain("file");
    expect(firstDifference(back(text), bytes)).toBeUndefined();
  });

  it("memory of every kind", () => {
    for (const abi of ["v16/x86_32", "v21/powerpc", "v23-rc2/s390x"]) {
      const image = makeBytes({ abi });
      expect([abi, firstDifference(back(decode(image, abi)), image)]).toEqual([abi, undefined]);
      rmSync(memory, { recursive: true });
    }
  });

  it("what is long and no pages, too", () => {
    const image = Buffer.concat([bytes.subarray(0, 40_000), Buffer.alloc(200_000, 0xe7)]);
    const text = decode(image);
    expect(nodesOf(text)[0].remainder).toMatchObject({ file: "remainder.bytes", offset: 0 });
    expect(firstDifference(back(text), image)).toBeUndefined();
  });

  it("a directory that is not empty is left alone", () => {
    mkdirSync(memory);
    writeFileSync(join(memory, "mine"), "");
    expect(() => new MemoryDirectoryWriter(memory)).toThrow(expect.objectContaining({ code: "directory-not-empty" }));
  });

  it("how much would have to stand in the text", () => {
    const image = openImage(new MemorySource(bytes));
    const { total, longest } = inlineNeed(image);
    expect(total).toBeGreaterThan(21 * 4096);
    expect(total).toBeLessThan(bytes.length);
    expect(longest).toBeGreaterThan(4096);
    expect(inlineNeed(openImage(new MemorySource(Buffer.alloc(5000, 0xee))))).toEqual({ total: 5000, longest: 5000 });
  });
});

describe("files that a text may not name", () => {
  const reason = (file: string, change: (pages: Parsed) => void = () => {}) => {
    const text = edited(decode(bytes), { as: "page_batch" }, ({ pages }) => {
      pages.file = file;
      change(pages);
    });
    const files = new MemoryDirectoryReader(memory);
    try {
      return mistake(text, files).reason;
    } finally {
      files.close();
    }
  };

  it.each(["../secret", "/etc/passwd", "a/b", "..", ".", "", ".hidden", "a\\b", "a\0b", "MM-16.pages/"])(
    "%j",
    (file) => {
      writeFileSync(join(folder, "secret"), Buffer.alloc(1 << 20));
      expect(reason(file)).toMatch(/^expected the plain name of a file in the memory directory/);
    },
  );

  it("one that is not there", () => {
    expect(reason("MM-99.pages")).toBe(
      `expected a file in the memory directory ${memory}, found none of the name MM-99.pages`,
    );
  });

  it("a symbolic link, a directory", () => {
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "secret"), Buffer.alloc(1 << 20));
    const text = edited(decode(bytes), { as: "page_batch" }, ({ pages }) => {
      pages.file = "link";
    });
    symlinkSync(join(folder, "secret"), join(memory, "link"));
    mkdirSync(join(memory, "folder"));
    const files = new MemoryDirectoryReader(memory);
    expect(mistake(text, files).reason).toBe(
      `expected a file in the memory directory ${memory}, found a symbolic link of the name link`,
    );
    expect(mistake(text.replace('"link"', '"folder"'), files).reason).toBe(
      "expected a file in the memory directory, found something that is not a regular file",
    );
    files.close();
  });

  it("a part that the file does not have", () => {
    expect(
      reason("MM-16.pages", (pages) => {
        pages.offset = 1e15;
      }),
    ).toMatch(/^expected a part of the 24576 bytes of MM-16.pages, found \d+ bytes at offset 1000000000000000$/);
  });
});
