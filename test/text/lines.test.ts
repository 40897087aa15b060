import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { BoundStruct } from "../../runtime/index.js";
import { formatOf } from "../../tools/image/detect.js";
import { value as jsonText } from "../../tools/text/line.js";
import { OTHER } from "../../tools/text/lines/line-form.js";
import { isLossless, Lines, type SizedLine } from "../../tools/text/lines/lines.js";
import { Shapes } from "../../tools/text/shapes.js";
import type { StructForm } from "../../tools/text/struct-form.js";
import { TextBuffer } from "../../tools/text-buffer.js";
import { IMAGES } from "../images/fixtures.js";
import { ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { firstDifference, imageOf, mistake, textOf } from "./text.js";

/** Numbers from 0 up to but not including 1, the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Bytes of several kinds: zeros, letters, and any. */
function randomBytes(size: number, random: () => number): Uint8Array {
  const kind = random();
  return Uint8Array.from({ length: size }, () => {
    if (kind < 0.2) return 0;
    if (kind < 0.4) return random() < 0.3 ? 0 : 0x20 + Math.floor(random() * 95);
    return random() < 0.5 ? 0 : Math.floor(random() * 256);
  });
}

/** All structs with a layout and byte order that no earlier one has. */
function structs(): { shapes: Shapes; struct: BoundStruct }[] {
  const seen = new Set<string>();
  return ABIS.flatMap((name) => {
    const [version = "", arch = ""] = name.split("/");
    const abi = registry.abi(version, arch);
    const shapes = new Shapes(formatOf(abi));
    return abi.structs.flatMap((struct) => {
      const key = `${struct.name} ${struct.layout.id} ${abi.target.littleEndian} ${version}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return { shapes, struct };
    });
  });
}

function written({ line }: SizedLine, view: DataView): string | undefined {
  const out = new TextBuffer();
  out.reserve(line.longest);
  return line.write(out, view, 0) ? out.toString() : undefined;
}

/** The bytes that an encoder makes of a text; as the line form has it, and as any JSON. */
function restored({ line, size }: SizedLine, text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  const end = line.read(Buffer.from(`${text} `), 0, new DataView(bytes.buffer), 0);
  return end === OTHER ? undefined : end === text.length ? bytes : new Uint8Array();
}

function encoded(form: StructForm, codec: { toBytes(value: unknown): Uint8Array }, text: string): Uint8Array {
  return codec.toBytes(form.read(JSON.parse(text)));
}

describe("the line form of a struct", () => {
  const random = randomNumbers(15);
  const without = new Set<string>();
  const counts = { structs: 0, texts: 0, lossless: 0 };

  it("is the text of its values, and says from the layout whether that text is lossless", () => {
    for (const { shapes, struct } of structs()) {
      const name = `${struct.abi.name} ${struct.name}`;
      const { form, codec } = shapes.of(struct);
      const line = new Lines(shapes).record(struct);
      if (!line) {
        without.add(struct.name);
        continue;
      }
      const whole = line.own;
      counts.structs++;
      for (let round = 0; round < 2; round++) {
        const bytes = randomBytes(codec.size, random);
        if (round < 1) for (const { start, end } of whole.gaps) bytes.fill(0, start, end);
        // The bytes of the record header are those of the record.
        if (shapes.named(struct.name)) bytes.fill(0, 0, 8);
        const view = new DataView(bytes.buffer);
        const json = jsonText(form.show(codec.fromBytes(bytes)));
        const text = written(whole, view);
        if (text === undefined) continue;
        counts.texts++;
        expect([name, text]).toEqual([name, json]);
        if (line.tail) continue;
        const same = Buffer.from(encoded(form, codec, json)).equals(bytes);
        expect([name, json, isLossless(whole, view, 0)]).toEqual([name, json, same]);
        if (!same) continue;
        counts.lossless++;
        const back = restored(whole, text);
        if (back) expect([name, text, Buffer.from(back).toString("hex")]).toEqual([name, text, toHex(bytes)]);
      }
    }
    expect(counts.texts).toBeGreaterThan(counts.structs);
    expect(counts.lossless).toBeGreaterThan(counts.structs);
  }, 120_000);

  it("is missing only for structs whose text depends on their values, and for addresses of the network", () => {
    expect([...without].sort()).toEqual([
      "ckpt_hdr_netdev",
      "ckpt_hdr_sigpending",
      "ckpt_hdr_socket_inet",
      "ckpt_hdr_task",
      "ckpt_siginfo",
      "in6_addr",
    ]);
  });
});

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The same text in a form that the reader of lines does not know: with one more space in each object. */
function loosened(text: string): string {
  return text.replaceAll("{ ", "{  ");
}

describe("a text in another form", () => {
  it("gives the same images as lines", () => {
    for (const { name, bytes } of IMAGES)
      expect([name, firstDifference(imageOf(loosened(textOf(bytes))), bytes)]).toEqual([name, undefined]);
  });

  const text = textOf(makeBytes({ abi: "v21/x86_64", pages: 1 }));
  const swap = (before: string, after: string) => {
    expect(text).toContain(before);
    return text.replace(before, after);
  };
  const MISTAKES: readonly (readonly [string, string])[] = [
    ['"nr_tasks": ', '"nr_tasks": 99999999999'],
    ['"nr_pages": 1', '"nr_pages": 4294967296000000000000'],
    ['"nr_pages": 1', '"nr_pages": 1.5'],
    ['"nr_pages": 1', '"nr_pages": 01'],
    ['"nr_pages": 1', '"nr_pages": true'],
    ['"nr_pages": 1', '"pages": 1'],
    ['"nr_pages": 1', '"nr_pages": 1, "nr_pages": 1'],
    ['"vma_type": "CKPT_VMA_ANON"', '"vma_type": "CKPT_VMA_ANOM"'],
    ['"vm_start": "0x', '"vm_start": "0xffffffffffffffffffff'],
    ['"vm_flags": "VM_READ', '"vm_flags": "VM_RED'],
    ['"record": "VMA"', '"record": "VM"'],
    ['"record": "PGARR"', '"record": "PGARR", "record": "PGARR"'],
    ['"vpid": ', '"vpid": 9999999999'],
    ['"elements": [{', '"elements": {'],
    ["]},", "},"],
    ['"records": [', '"records": [,'],
  ];
  for (const [before, after] of MISTAKES)
    it(`has the same mistake as lines: ${after}`, () => {
      const wrong = swap(before, after);
      const found = mistake(wrong);
      expect(found).toEqual(mistake(loosened(wrong)));
      expect(found.line).toBeGreaterThan(0);
    });
});

describe("a text with changed characters", () => {
  /** The image, or the place and the text of the mistake. */
  function outcome(text: string): unknown {
    try {
      return toHex(imageOf(text));
    } catch (error) {
      const { message, place } = error as { message: string; place?: unknown };
      return { message, place };
    }
  }

  it("gives what it gives in another form", () => {
    const random = randomNumbers(4);
    const text = textOf(makeBytes({ abi: "v23-rc2/s390x", tasks: 1, pages: 0, plain: true }));
    const characters = '0123456789abcdefx"|{}[],: -.A\\';
    let images = 0;
    for (let round = 0; round < 60; round++) {
      const at = Math.floor(random() * text.length);
      const by = characters[Math.floor(random() * characters.length)] ?? "";
      const changed = text.slice(0, at) + by + text.slice(at + (random() < 0.7 ? 1 : 0));
      // A space within a string would be another change.
      if (/"[^"\n]*\{ [^"\n]*"/.test(changed.slice(Math.max(0, at - 20), at + 20))) continue;
      const result = outcome(changed);
      if (typeof result === "string") images++;
      else if (by === "{") continue;
      expect([changed.slice(at - 40, at + 40), result]).toEqual([
        changed.slice(at - 40, at + 40),
        outcome(loosened(changed)),
      ]);
    }
    expect(images).toBeGreaterThan(1);
  }, 120_000);
});
