/**
 * Everything that walks the members of a struct uses the meaning that the schema gives each of them, in every version on every architecture. The
 * expected meanings are derived here from the descriptors alone: the plain members of each layout with the meaning of their version, those of
 * anonymous aggregates by the fields of the aggregate.
 */
import { describe, expect, it } from "vitest";
import type { Abi, BoundStruct } from "../../generated/codecs/index.js";
import { abi, registry, valueAt } from "../../generated/codecs/index.js";
import type { FieldDescriptor, FieldMeaning, MemberDescriptor } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { type ShownMember, showBound } from "../../tools/abi/show.js";
import { compareFields } from "../../tools/diff/fields.js";
import { comparedMembers } from "../../tools/diff/leaves.js";
import { UnknownParts } from "../../tools/diff/unknown.js";
import { fieldsOfRecord } from "../../tools/edit/field.js";
import { leavesOf as listed } from "../../tools/edit/list.js";
import { encodeValue, fieldText } from "../../tools/edit/value.js";
import type { Image } from "../../tools/image/image.js";
import {
  ImageFormat,
  type ImageRecord,
  type ImageSource,
  MemorySource,
  type TreeNode,
} from "../../tools/image/index.js";
import { fieldsOfStruct, type RecordField, valueText as shownText } from "../../tools/records/index.js";
import { Forms } from "../../tools/text/struct-form.js";
import { structBytes } from "../../tools/verify/struct-bytes.js";
import { KeyedCodec } from "../../tools/write/keyed-codec.js";
import { ABIS } from "../make-image/abis.js";

/** A member of a plain type, at one place of a struct. */
interface Plain {
  /** Keys of the schema without those of anonymous aggregates, e.g. `address.inet4_local` or `rlim[3].rlim_cur`. */
  readonly path: string;
  readonly cPath: string;
  readonly offset: number;
  readonly size: number;
  /** Width of the number, or of each element of an array. */
  readonly type: string;
  readonly isArray: boolean;
  readonly meaning: FieldMeaning;
  readonly union: boolean;
}

function* plainMembers(own: Abi, { entry, name }: BoundStruct): Generator<Plain> {
  const { descriptor } = entry;
  const index = descriptor.layouts.findIndex(({ id }) => id === own.describe(name).layout.id);
  const { members } = descriptor.layouts[index] as (typeof descriptor.layouts)[number];
  yield* within(own, members, descriptor.fields, { path: "", cPath: "", offset: 0, union: false });
}

function* within(
  own: Abi,
  members: readonly MemberDescriptor[],
  fields: Readonly<Record<string, FieldDescriptor>>,
  around: Pick<Plain, "path" | "cPath" | "offset" | "union">,
): Generator<Plain> {
  for (const member of members) {
    if (member.flexible) continue;
    const { name, type, size } = member;
    const field = fields[member.key ?? (name as string)] as FieldDescriptor;
    const { version, arch, family } = own.target;
    const meaning = valueAt(field.meaning, registry.order, version, arch, family) as FieldMeaning;
    const join = (path: string, own: string | null) => (own === null ? path : path === "" ? own : `${path}.${own}`);
    const path = join(around.path, name === null ? null : (member.key ?? name));
    const cPath = join(around.cPath, name);
    const offset = around.offset + member.offset;
    if (scalar(type)) {
      yield { path, cPath, offset, size, type, isArray: member.dims !== undefined, meaning, union: around.union };
      continue;
    }
    const key = type.replace("struct ", "");
    const inner = member.members ? undefined : (own.structOfKey(key) as BoundStruct);
    const raw = inner?.entry.descriptor.layouts.find(({ id }) => id === inner.layout.id);
    const count = (member.dims ?? []).reduce((product, dim) => product * dim, 1);
    for (let i = 0; i < count; i++)
      yield* within(own, member.members ?? raw?.members ?? [], inner?.entry.descriptor.fields ?? field.fields ?? {}, {
        path: member.dims ? `${path}[${i}]` : path,
        cPath: member.dims ? `${cPath}[${i}]` : cPath,
        offset: offset + (i * size) / count,
        union: around.union || type === "union",
      });
  }
}

interface Found {
  readonly path: string;
  readonly offset: number;
  readonly meaning?: FieldMeaning | undefined;
}

/** The last name of a path: walks differ in its prefix, and in whether they list the elements of arrays. */
const lastName = (path: string) => (path.split(".").at(-1) as string).replace(/\[.*$/, "");

/**
 * Checks that everything found is a member with its meaning.
 *
 * @returns the members that were found
 */
function agree(struct: BoundStruct, plain: readonly Plain[], found: Iterable<Found>): Set<Plain> {
  const seen = new Set<Plain>();
  for (const { path, offset, meaning } of found) {
    const name = lastName(path);
    const own = plain.find(
      (one) =>
        (lastName(one.path) === name || lastName(one.cPath) === name) &&
        one.offset <= offset &&
        offset < one.offset + Math.max(one.size, 1),
    );
    expect(own, `${struct.name}.${path} at ${offset}`).toBeDefined();
    expect(meaning, `${struct.name}.${path}`).toEqual(own?.meaning);
    if (own) seen.add(own);
  }
  return seen;
}

function agreeOnAll(struct: BoundStruct, plain: readonly Plain[], found: Iterable<Found>): void {
  const seen = agree(struct, plain, found);
  expect(plain.filter((one) => !seen.has(one)).map(({ path }) => `${struct.name}.${path}`)).toEqual([]);
}

/** Whether the member is in the record header, which comparisons ignore. */
function isHeader({ path }: Plain): boolean {
  return path.split(".").length > 1 && /\b(type|len)$/.test(path) && /(^|\.)h\./.test(path);
}

/** Bytes that differ at each place, so that the texts of values differ. */
function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + 10) & 0x7f);
}

/** The bytes with arrays of characters that are texts up to their last byte: bytes after a NUL are ignored. */
function withTexts(bytes: Uint8Array, plain: readonly Plain[]): Uint8Array {
  for (const { type, offset, size } of plain) {
    if (type !== "char" || size === 0) continue;
    for (let at = offset; at < offset + size - 1; at++) bytes[at] ||= 1;
    bytes[offset + size - 1] = 0;
  }
  return bytes;
}

/** Numbers of a member as texts, read without code of this package. Characters are read as numbers. */
function numbersIn(bytes: Uint8Array, { offset, size, type }: Plain, littleEndian: boolean): string[] {
  const bits = Number(/\d+$/.exec(type)?.[0] ?? 8);
  const length = (size * 8) / bits;
  return Array.from({ length }, (_, i) => {
    const at = offset + (i * bits) / 8;
    const own = [...bytes.subarray(at, at + bits / 8)];
    const isReversed = type.startsWith("le") || (littleEndian && !type.startsWith("be"));
    const digits = isReversed ? own.reverse() : own;
    if (/^f\d/.test(type)) {
      const view = new DataView(Uint8Array.from(digits).buffer);
      return `${bits === 32 ? view.getFloat32(0) : view.getFloat64(0)}`;
    }
    const number = digits.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return `${type.startsWith("s") ? BigInt.asIntN(bits, number) : number}`;
  });
}

/** A number, an array of any dimensions, or a text with or without trailing NULs, as numbers. */
function numbersOf(value: unknown, plain: Pick<Plain, "size" | "type">): string[] {
  if (typeof value === "string") {
    const texts = [...Buffer.from(value, "latin1")].map(String);
    return plain.type === "char" ? [...texts, ...Array<string>(plain.size - texts.length).fill("0")] : texts;
  }
  if (ArrayBuffer.isView(value)) return [...(value as Uint8Array)].map(String);
  return Array.isArray(value) ? value.flatMap((one) => numbersOf(one, plain)) : [`${value}`];
}

/** The value at a path such as `rlim[3].rlim_cur` in a decoded value. */
function atPath(value: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value);
}

/** Fields of a struct that is the whole content of an image. */
function listedFields(image: Image, struct: BoundStruct) {
  const { size } = struct.layout;
  const bounds = { offset: 0, end: size, length: size, raw: { start: size, end: size } };
  const record = { ...bounds, kind: {}, structIn: () => struct } as unknown as ImageRecord;
  return listed(fieldsOfRecord(image, { record } as TreeNode), "", true);
}

const numbersAsTexts = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

/** Layouts, with their meanings, whose values were compared. */
const compared = new Set<string>();

describe.each(ABIS)("%s", (name) => {
  const [version = "", arch = ""] = name.split("/");
  const own = abi(version, arch);
  const format = new ImageFormat(own);
  const structs = own.structs.filter(({ layout }) => layout.size > 0);
  const all = structs.map((struct) => ({ struct, plain: [...plainMembers(own, struct)] }));

  it("is complete: every struct has members, and every member a meaning", () => {
    expect(all.flatMap(({ struct, plain }) => (plain.length > 0 ? [] : [struct.name]))).toEqual([]);
    for (const { plain } of all) for (const { meaning } of plain) expect(meaning.doc).not.toBe("");
    expect(all.length).toBeGreaterThan(20);
  });

  it("records and their fields beside bytes", () => {
    for (const { struct, plain } of all) {
      const view = new DataView(pattern(struct.layout.size).buffer);
      agreeOnAll(
        struct,
        plain,
        [...fieldsOfStruct(format, struct, view)].filter(({ path }) => path !== ""),
      );
    }
  });

  it("get, and set, which takes every text that get prints", () => {
    for (const { struct, plain } of all) {
      // An array at the end of the struct has no elements here.
      const fields = [...fieldsIn(struct)].filter(({ field }) => field.size > 0);
      agreeOnAll(
        struct,
        plain,
        fields.map(({ path, field: { offset, meaning } }) => ({ path, offset, meaning })),
      );
      for (const { path, field } of fields) {
        const text = fieldText(field);
        expect([path, ...encodeValue(field, text).bytes]).toEqual([path, ...field.bytes()]);
        if (field.meaning?.format === "ipv4") expect(text).toMatch(/^\d+(\.\d+){3}$/);
      }
    }
  });

  function fieldsIn(struct: BoundStruct) {
    const source: ImageSource = new MemorySource(pattern(struct.layout.size));
    return listedFields({ format, source } as Image, struct);
  }

  it("the comparison of images", () => {
    for (const { struct, plain } of all) {
      const seen = agree(struct, plain, comparedMembers(struct));
      const overlooked = plain.filter(
        (one) => !seen.has(one) && !one.union && !one.meaning.reserved && !one.meaning.refers && !isHeader(one),
      );
      expect(overlooked.map(({ path }) => `${struct.name}.${path}`)).toEqual([]);
    }
  });

  it("one value, whether decoded, shown, listed, set or compared", () => {
    for (const { struct, plain } of all) {
      const form = `${struct.entry.key} ${struct.layout.id} ${format.littleEndian} ${JSON.stringify(plain, numbersAsTexts)}`;
      if (compared.has(form)) continue;
      compared.add(form);
      const { size } = struct.layout;
      const bytes = withTexts(pattern(size), plain);
      const other = withTexts(
        pattern(size).map((byte) => byte ^ 0x55),
        plain,
      );
      const [before, after] = [bytes, other].map(
        (each) => ({ format, source: new MemorySource(each) as ImageSource }) as Image,
      ) as [Image, Image];
      const right = (one: Plain) => numbersIn(bytes, one, format.littleEndian);

      const decoded = own.struct(struct.name).fromBytes(bytes);
      for (const one of plain.filter(({ union }) => !union))
        expect([one.cPath, numbersOf(atPath(decoded, one.cPath), one)]).toEqual([one.cPath, right(one)]);

      const [shown, shownAfter] = [bytes, other].map((each) =>
        [...fieldsOfStruct(format, struct, new DataView(each.buffer))].filter(({ path }) => path !== ""),
      ) as [RecordField[], RecordField[]];
      expect(shown.map(({ path, value }, i) => [path, numbersOf(value, plain[i] as Plain)])).toEqual(
        plain.map((one) => [one.cPath, right(one)]),
      );

      const copy = bytes.slice();
      const set = new Map([...listedFields(after, struct)].map(({ path, field }) => [path, field]));
      for (const { path, field } of listedFields(before, struct)) {
        const one = plain.find(({ path: own }) => own === path || path.startsWith(`${own}[`));
        if (one && path === one.path) expect([path, numbersOf(field.read(), one)]).toEqual([path, right(one)]);
        copy.set(encodeValue(field, fieldText(set.get(path) as typeof field)).bytes, field.offset);
      }
      for (const one of plain)
        expect([one.path, numbersIn(copy, one, format.littleEndian)]).toEqual([
          one.path,
          numbersIn(other, one, format.littleEndian),
        ]);

      const at = (image: Image) => ({ image, struct, offset: 0, end: size });
      const changes = new Map(
        compareFields(at(before), at(after), new UnknownParts(), { of: "" }).map((change) => [change.field, change]),
      );
      for (const leaf of comparedMembers(struct)) {
        const index = plain.findIndex(({ path }) => path === leaf.path);
        const [old, current] = [shown[index], shownAfter[index]];
        // Elements of arrays are compared one by one, and sets of signals are read as names.
        if (!old || !current || old.unmeant || current.unmeant || leaf.meaning.format === "sigset") continue;
        expect(changes.get(leaf.path)).toEqual({
          field: leaf.path,
          old: shownText(own, old),
          new: shownText(own, current),
        });
      }
    }
  });

  it("verification", () => {
    for (const { struct, plain } of all) agreeOnAll(struct, plain, structBytes(struct).fields);
  });

  it("conversion", () => {
    for (const { struct, plain } of all)
      for (const { member } of KeyedCodec.of(struct).leaves) {
        const { path, width, meaning } = member;
        if (!width) continue;
        const known = plain.filter((one) => lastName(one.path) === lastName(path)).map((one) => one.meaning);
        expect(known, `${struct.name}.${path}`).toContainEqual(meaning);
      }
  });

  it("the values that records are written with", () => {
    for (const { struct, plain } of all) {
      const codec = own.struct(struct.name);
      const bytes = codec.toBytes(KeyedCodec.of(struct).value({}));
      const view = new DataView(bytes.buffer);
      const written = new Map([...fieldsOfStruct(format, struct, view)].map(({ path, value }) => [path, value]));
      for (const { cPath, meaning, union } of plain) {
        const preset = meaning.const ?? meaning.default;
        if (preset === undefined || union || typeof written.get(cPath) === "object") continue;
        expect(BigInt(written.get(cPath) as number), `${struct.name}.${cPath}`).toBe(BigInt(preset));
      }
    }
  });

  it("the description of structs", () => {
    for (const { struct, plain } of all) {
      const shown = [...shownPlain(showBound(registry, own, struct).members)];
      for (const { path, unit, format: form, refers } of shown) {
        const known = plain.find((one) => one.cPath === path);
        if (known)
          expect([path, unit, form, refers]).toEqual([
            path,
            known.meaning.unit,
            known.meaning.format,
            known.meaning.refers,
          ]);
      }
    }
  });

  it("images as text, in which names and addresses read as beside the bytes", () => {
    const forms = new Forms(format);
    for (const { struct } of all) {
      const bytes = pattern(struct.layout.size);
      const value = own.struct(struct.name).fromBytes(bytes);
      const json = JSON.stringify(forms.struct(struct).show(value));
      for (const field of fieldsOfStruct(format, struct, new DataView(bytes.buffer)))
        if (field.meaning?.format === "ipv4") expect(json, field.path).toContain(shownText(own, field));
    }
  });
});

function* shownPlain(members: readonly ShownMember[], prefix = ""): Generator<ShownMember & { readonly path: string }> {
  for (const member of members) {
    const path = member.name === null ? prefix : prefix === "" ? member.name : `${prefix}.${member.name}`;
    if ("members" in member) yield* shownPlain(member.members, path);
    else yield { ...member, path };
  }
}

describe("members of anonymous aggregates", () => {
  const own = abi("v23-rc2", "x86_32");
  const plain = (struct: string) => [...plainMembers(own, own.describe(struct))];

  it("have meanings of their own", () => {
    const address = plain("ckpt_netdev_addr").find(({ cPath }) => cPath.endsWith("inet4_local"));
    expect(address?.meaning).toMatchObject({ format: "ipv4", doc: "Local address of the interface." });
    expect(plain("ckpt_hdr_hpage").find(({ cPath }) => cPath === "vaddr")?.meaning.format).toBe("address");
  });

  it("read as text", () => {
    const format = new ImageFormat(own);
    const bytes = new Uint8Array(own.describe("ckpt_netdev_addr").layout.size).fill(0);
    const place = plain("ckpt_netdev_addr").find(({ cPath }) => cPath.endsWith("inet4_local"))?.offset as number;
    new DataView(bytes.buffer).setUint32(place, 0x0a000002, false);
    const fields = [...fieldsOfStruct(format, own.describe("ckpt_netdev_addr"), new DataView(bytes.buffer))];
    const shown = fields.find(({ path }) => path.endsWith("inet4_local"));
    expect(shown && shownText(own, shown)).toBe("10.0.0.2");
  });
});
