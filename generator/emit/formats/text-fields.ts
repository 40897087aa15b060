/** Fields of structs in the JSON Schema of images as text: every form that `ckpt encode` accepts, within the range of its width. */
import { isQuiet, packedForm } from "../../../runtime/image-text.js";
import type { ScalarType } from "../../../runtime/integers.js";
import { SPECIAL_NUMBERS } from "../../../runtime/json.js";
import { width } from "../../layout.js";
import type { Abi, Meaning } from "../../model.js";
import { lineText } from "../text.js";
import type { FormatAggregate, MemberEntry } from "./aggregates.js";
import { integerPattern } from "./digits.js";
import { enumeratorsByName } from "./facts.js";
import type { VersionFormat } from "./version-format.js";

export type Schema = Readonly<Record<string, unknown>>;

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
const GROUP = "[0-9a-fA-F]{1,4}";

export function reference(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

export function hex(bytes: number | string): Schema {
  return { type: "string", pattern: `^(?:[0-9a-fA-F]{2}){${bytes}}$` };
}

export class FieldSchemas {
  /** Definitions of the schema by name. */
  readonly definitions = new Map<string, Schema>();

  constructor(private readonly format: VersionFormat) {}

  /** Schema of the fields of a struct, without the record header that it begins with. */
  struct({ id, union, entries, doc, arch, struct }: FormatAggregate): Schema {
    if (!this.definitions.has(id)) {
      // Reserves the name first, because the description may refer to it.
      this.definitions.set(id, {});
      const set: FieldSet = { properties: {}, required: [], choices: [] };
      this.addTo(set, entries, union, this.format.abiOf(arch));
      if (struct?.private) set.properties.private = { description: lineText(struct.private.doc), ...hex("1,") };
      const { properties, required, choices } = set;
      this.definitions.set(id, {
        description: lineText(doc),
        type: "object",
        properties,
        ...(required.length > 0 && { required }),
        ...(choices.length > 0 && { allOf: choices }),
        additionalProperties: false,
      });
    }
    return reference(id);
  }

  /** Adds the members of an aggregate to an object: the aggregate's own, or that of the aggregate around an anonymous one. */
  private addTo(set: FieldSet, entries: FormatAggregate["entries"], union: boolean, abi: Abi): void {
    const alternatives: Schema[] = [];
    for (const entry of entries) {
      if (entry.kind === "padding") continue;
      const { name, anonymous, meaning, type, doc } = entry;
      // The members of a union are alternatives, so one of them is enough.
      const own: FieldSet = union ? { ...set, required: [] } : set;
      if (anonymous && typeof type === "object") this.addTo(own, type.entries, type.union, abi);
      else {
        const schema = this.member(entry, abi);
        set.properties[name] = doc === "" ? schema : { description: doc, ...schema };
        const struct = typeof type === "object" ? type.struct?.key : undefined;
        if (!isQuiet(meaning.reserved, struct)) own.required.push(name);
      }
      if (union) alternatives.push({ required: own.required });
    }
    if (union) set.choices.push({ anyOf: alternatives });
  }

  private member({ meaning, type, dims, count }: MemberEntry, abi: Abi): Schema {
    if (count !== undefined) return { type: "array", items: this.element(type, meaning, abi) };
    return this.array(dims, type, meaning, abi);
  }

  private array([length, ...inner]: readonly number[], type: MemberEntry["type"], meaning: Meaning, abi: Abi): Schema {
    if (length === undefined) return this.element(type, meaning, abi);
    const packed = inner.length === 0 && typeof type === "string" ? packedForm(type, meaning.format) : undefined;
    if (packed) return this.packed(packed, length);
    return { type: "array", minItems: length, maxItems: length, items: this.array(inner, type, meaning, abi) };
  }

  private packed(form: NonNullable<ReturnType<typeof packedForm>>, length: number): Schema {
    switch (form) {
      case "text":
        // A character takes at least one byte.
        return this.define(`text-${length}`, () => ({
          anyOf: [
            { type: "string", maxLength: length, pattern: "^(?:[^\\u0000\\ufffd]|\\u0000(?!$))*$" },
            { type: "object", properties: { hex: hex(`0,${length}`) }, required: ["hex"], additionalProperties: false },
          ],
        }));
      case "bytes":
        return this.define(`bytes-${length}`, () => hex(length));
      case "mac":
        return { type: "string", pattern: `^[0-9a-fA-F]{2}(?::?[0-9a-fA-F]{2}){${length - 1}}$` };
      case "ipv6":
        return this.define("ipv6", () => ({
          type: "string",
          pattern: `^(?:${[...ipv6(), "[0-9a-fA-F]{32}"].join("|")})$`,
        }));
    }
  }

  private element(type: MemberEntry["type"], meaning: Meaning, abi: Abi): Schema {
    if (typeof type === "object") return this.struct(type);
    if (type === "f32" || type === "f64")
      return { anyOf: [{ type: "number" }, { enum: Object.keys(SPECIAL_NUMBERS) }] };
    const title = meaning.flags ?? meaning.enum;
    const names = title === undefined ? [] : this.names(title, type, abi);
    if (names.length > 0) {
      const kind = meaning.flags === undefined ? "enum" : "flags";
      return this.define(`${title}-${kind}-${type}`, () => ({
        anyOf: [this.integer(type), meaning.flags === undefined ? { enum: names } : this.flags(names, type)],
      }));
    }
    if (meaning.format === "ipv4")
      return this.define(`ipv4-${type}`, () => ({
        anyOf: [this.integer(type), { type: "string", pattern: `^${IPV4}$` }],
      }));
    return this.integer(type);
  }

  /** Names of the enumerators whose values fit the width. */
  private names(title: string, type: ScalarType, abi: Abi): string[] {
    const { least, greatest } = range(type);
    const enumeration = this.format.enumeration(title, abi);
    const values = enumeration ? enumeratorsByName(this.format, enumeration) : [];
    return values.filter(({ value }) => least <= value && value <= greatest).map(({ name }) => name);
  }

  private flags(names: readonly string[], type: ScalarType): Schema {
    const { least, greatest } = range(type);
    const part = ` *(?:${names.join("|")}|${integerPattern(least, greatest)}) *`;
    return { type: "string", maxLength: 4096, pattern: `^${part}(?:\\|${part})*$` };
  }

  /** Schema of an integer, which may be a number or a text in several notations. */
  integer(type: ScalarType): Schema {
    return this.define(type, () => {
      const { least, greatest } = range(type);
      const number = { type: "integer", minimum: safe(least), maximum: safe(greatest) };
      return { anyOf: [number, { type: "string", pattern: `^${integerPattern(least, greatest)}$` }] };
    });
  }

  private define(name: string, make: () => Schema): Schema {
    if (!this.definitions.has(name)) this.definitions.set(name, make());
    return reference(name);
  }
}

interface FieldSet {
  readonly properties: Record<string, Schema>;
  readonly required: string[];
  /** Schemas that must all hold. */
  readonly choices: Schema[];
}

function range(type: ScalarType): { readonly least: bigint; readonly greatest: bigint } {
  const bits = BigInt(width(type) * 8);
  return type.startsWith("s")
    ? { least: -(2n ** (bits - 1n)), greatest: 2n ** (bits - 1n) - 1n }
    : { least: 0n, greatest: 2n ** bits - 1n };
}

/** The closest integer that a JSON number represents exactly (up to 2^53). */
function safe(value: bigint): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
}

/** Patterns of IPv6 addresses: eight groups, or fewer around two colons; the last two groups may be an IPv4 address. */
function ipv6(): string[] {
  const some = (most: number) => (most === 0 ? "" : `(?:${GROUP}(?::${GROUP}){0,${most - 1}})?`);
  const head = (before: number) => (before === 0 ? "" : `${GROUP}(?::${GROUP}){${before - 1}}`);
  const short = Array.from({ length: 8 }, (_, before) => `${head(before)}::${some(8 - before)}`);
  const mixed = Array.from({ length: 7 }, (_, before) => `${head(before)}::(?:${GROUP}:){0,${6 - before}}${IPV4}`);
  return [head(8), ...short, `${head(8)}::`, `(?:${GROUP}:){6}${IPV4}`, ...mixed];
}
