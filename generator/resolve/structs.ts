/** Structs and their fields. */
import type { PrivatePart } from "../../runtime/descriptor.js";
import type { ScalarType } from "../../runtime/integers.js";
import { ALLOWED } from "../../runtime/integers.js";
import { evaluateConstant, mentions, parseExpression } from "../expression.js";
import { type Complaint, type Origin, problemAt, within } from "../load/document.js";
import type { Abi, Acknowledgement, Constant, Field, Member, Struct, StructCase, TypeText, Version } from "../model.js";
import { type Problem, suggest } from "../problem.js";
import { constantly, readChanging } from "./changing.js";
import type { Context, Raw } from "./context.js";
import { readMeanings } from "./meaning.js";

/** C types that the schema rejects because their width depends on the machine, with the type to use instead. */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  int: "write `s32` and `c: int`",
  "unsigned int": "write `u32` and `c: unsigned int`",
  unsigned: "write `u32` and `c: unsigned int`",
  long: "write one width per architecture, e.g. `{ x86_64: s64, x86_32: s32 }`",
  "unsigned long": "write one width per architecture, e.g. `{ x86_64: u64, x86_32: u32 }`",
  size_t: "write one width per architecture, e.g. `{ x86_64: u64, x86_32: u32 }`",
  short: "write `s16` and `c: short`",
};

function adviceOn(type: string): string | undefined {
  if (type.endsWith("*")) return "a pointer is not allowed in an image; write the width of the address";
  return Object.hasOwn(AMBIGUOUS, type) ? AMBIGUOUS[type] : undefined;
}

export function isScalar(name: string): name is ScalarType {
  return Object.hasOwn(ALLOWED, name);
}

export function readStructs(context: Context): Struct[] {
  return context.sections("structs").flatMap((section) =>
    section.entries.map(([key, raw, origin]): Struct => {
      const fields = readFields(context, raw.fields, within(origin, "fields"));
      return {
        key,
        ...(section.family && { family: section.family }),
        ...(raw.variant && { variant: raw.variant }),
        names: raw.names
          ? readChanging(context, raw.names, within(origin, "names"), {}, (leaf) => String(leaf))
          : constantly(context, raw.of ?? key),
        present: context.presence(raw, origin, section.family),
        aligned: readChanging(context, raw.aligned ?? 0, within(origin, "aligned"), {}, (leaf) => leaf as number),
        fields,
        order: readChanging(context, raw.order ?? "default", within(origin, "order"), {}, (leaf, at) =>
          leaf === "default" ? leaf : readOrder(context, key, Object.keys(raw.fields), leaf as string[], at),
        ),
        summary: raw.summary,
        purpose: raw.purpose,
        source: raw.source ?? [],
        ...(raw.confidence && { confidence: raw.confidence }),
        notes: raw.notes ?? {},
        ...(raw.external && { external: raw.external }),
        ...(raw.private && { private: readPrivate(context, raw.private, within(origin, "private")) }),
        ...(raw.fixed_size && { fixedSize: raw.fixed_size }),
        acknowledged: ((raw.acknowledged ?? []) as Raw[]).map((entry, index) =>
          readAcknowledgement(entry, within(origin, "acknowledged", index)),
        ),
        cases: Object.entries((raw.cases ?? {}) as Raw).map(([name, entry]) =>
          readCase(context, name, entry as Raw, within(origin, "cases", name)),
        ),
        ...(raw.since && { since: raw.since }),
        ...(raw.until && { until: raw.until }),
        origin,
      };
    }),
  );
}

function readPrivate(context: Context, raw: Raw, origin: Origin): PrivatePart {
  const at = within(origin, "sizes");
  return {
    doc: raw.doc,
    sizes: Object.entries(raw.sizes as Raw).map(
      ([kernel, size]) => [kernel, context.expression(size, within(at, kernel)) ?? 0] as const,
    ),
  };
}

function readAcknowledgement(raw: Raw, origin: Origin): Acknowledgement {
  return { lint: raw.lint, place: raw.after ?? raw.field ?? "", reason: raw.reason, origin };
}

function readCase(context: Context, name: string, raw: Raw, origin: Origin): StructCase {
  const members = Object.entries(raw.members as Raw).map(
    ([role, field]) =>
      [role, readChanging(context, field, within(origin, "members", role), {}, (leaf) => String(leaf))] as const,
  );
  return {
    name,
    when: context.expression(raw.when, within(origin, "when")) ?? 0,
    doc: raw.doc,
    members: new Map(members),
    origin,
  };
}

function readFields(context: Context, raw: Raw, origin: Origin): Field[] {
  return Object.entries(raw).map(([key, field]: [string, Raw]): Field => {
    const at = within(origin, key);
    const nested = field.struct ? "struct" : field.union ? "union" : undefined;
    return {
      key,
      names: field.names
        ? readChanging(context, field.names, within(at, "names"), {}, (leaf) => String(leaf))
        : constantly(context, key),
      anonymous: field.anonymous ?? false,
      present: context.presence(field, at),
      ...(nested
        ? {
            nested: {
              kind: nested,
              fields: readFields(context, field[nested], within(at, nested)),
              dims: parseType(context, `x${field.array ?? ""}`, within(at, "array"))?.dims ?? [],
            },
          }
        : {
            type: readChanging(context, field.type, within(at, "type"), {}, (leaf, place) =>
              parseType(context, leaf, place),
            ),
          }),
      aligned: field.aligned ?? 0,
      typeAligned: field.type_aligned ?? 0,
      ...(field.c && { c: field.c }),
      meanings: readMeanings(context, field, at),
      ...(field.count !== undefined && { count: context.expression(field.count, within(at, "count")) ?? 0 }),
      ...(field.since && { since: field.since }),
      ...(field.until && { until: field.until }),
      notes: field.notes ?? {},
      origin: at,
    };
  });
}

function parseType(context: Context, leaf: unknown, origin: Origin): TypeText | undefined {
  const text = String(leaf);
  const match = /^([A-Za-z_]\w*)((?:\[[^\]]*\])*)$/.exec(text);
  if (!match) {
    const advice = adviceOn(text.trim());
    context.complain(
      origin,
      advice
        ? { rule: "ambiguous-width", message: `\`${text}\` has no width of its own`, suggestion: advice }
        : {
            rule: "bad-type",
            message: `cannot read the type \`${text}\``,
            suggestion: "write a width or a struct, then lengths in brackets, e.g. `u32[16]`",
          },
      "value",
    );
    return undefined;
  }
  const [, base = "", brackets = ""] = match;
  const lengths = [...brackets.matchAll(/\[([^\]]*)\]/g)].map((bracket) => (bracket[1] as string).trim());
  const flexible = lengths[0] === "";
  const dims = lengths.slice(flexible ? 1 : 0).flatMap((length) => {
    const result = parseExpression(length === "" ? "?" : length);
    if ("expression" in result) return [result.expression];
    context.complain(origin, { rule: "bad-type", message: `cannot read the length \`[${length}]\`` }, "value");
    return [];
  });
  return { base, dims, flexible };
}

/** Reads an explicit order: it must name existing fields, each once. */
function readOrder(
  context: Context,
  struct: string,
  keys: readonly string[],
  order: readonly string[],
  origin: Origin,
) {
  order.forEach((key, index) => {
    const at = within(origin, index);
    if (!keys.includes(key))
      context.complain(
        at,
        { rule: "unknown-field", message: `unknown field \`${key}\` of ${struct}`, ...suggest(key, keys) },
        "value",
      );
    else if (order.indexOf(key) !== index)
      context.complain(
        at,
        { rule: "duplicate-name", message: `\`${key}\` is listed twice in the order of ${origin.path.at(-1)}` },
        "value",
      );
  });
  return order;
}

/** Looks up structs and constants while members are resolved, and collects the problems. */
export class StructTable {
  private readonly byKey = new Map<string, Struct[]>();
  /** Problems of the members resolved so far: one per place and rule, not per version and architecture. */
  readonly problems: Problem[] = [];
  private readonly complained = new Set<string>();
  private readonly constants: ReadonlyMap<string, Constant>;
  private readonly turns = new Map<Struct, ReadonlySet<string>>();

  constructor(
    readonly structs: readonly Struct[],
    constants: readonly Constant[],
  ) {
    this.constants = new Map(constants.map((constant) => [constant.name, constant]));
    for (const struct of structs) this.byKey.set(struct.key, [...(this.byKey.get(struct.key) ?? []), struct]);
  }

  /** The struct of a schema key on an architecture; a family's own struct takes precedence over the generic one. */
  find(key: string, family: string): Struct | undefined {
    const candidates = this.byKey.get(key) ?? [];
    return candidates.find((struct) => struct.family === family) ?? candidates.find((struct) => !struct.family);
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  get keys(): string[] {
    return [...this.byKey.keys()];
  }

  /** The members of a struct in one version on one architecture, in order. */
  members(struct: Struct, abi: Abi): Member[] {
    const order = struct.order.at(abi);
    if (order === undefined || order === "default") return this.resolve(struct.fields, abi);
    const present = struct.fields.filter((field) => field.present(abi));
    for (const field of present)
      if (!order.includes(field.key))
        this.once(field.origin, {
          rule: "vanished-field",
          message: `\`${field.key}\` is missing from the order of ${struct.key} that holds in ${abi.version.id}`,
          suggestion: `add it there, or limit the field with \`until\``,
        });
    const sorted = order.flatMap((key) => present.find((field) => field.key === key) ?? []);
    return this.resolve(sorted, abi);
  }

  /** Whether a struct, with the structs in it, is the same in a version as in the one before, on every architecture that has both. */
  isUnchanged(struct: Struct, { id }: Version): boolean {
    let turns = this.turns.get(struct);
    if (!turns) {
      turns = this.turnsOf(struct);
      this.turns.set(struct, turns);
    }
    return !turns.has(id);
  }

  /** Ids of the versions in which a struct may differ from the version before. */
  private turnsOf(struct: Struct): Set<string> {
    const turns = new Set<string>();
    const seen = new Set<Struct>();
    const add = (ids: readonly (string | undefined)[]) => {
      for (const id of ids) if (id !== undefined) turns.add(id);
    };
    const addLengths = (dims: TypeText["dims"]) => {
      for (const dim of dims)
        for (const [kind, name] of mentions(dim))
          if (kind === "constant") add(this.constants.get(name)?.value.turns() ?? []);
    };
    const addFields = (fields: readonly Field[]) => {
      for (const { since, until, names, type, nested } of fields) {
        add([since, until, ...names.turns(), ...(type?.turns() ?? [])]);
        for (const { base, dims } of type?.values() ?? []) {
          addLengths(dims);
          for (const inner of this.byKey.get(base) ?? []) addStruct(inner);
        }
        if (nested) addFields(nested.fields);
        if (nested) addLengths(nested.dims);
      }
    };
    const addStruct = (one: Struct) => {
      if (seen.has(one)) return;
      seen.add(one);
      add([one.since, one.until, ...one.aligned.turns(), ...one.order.turns()]);
      addFields(one.fields);
    };
    addStruct(struct);
    return turns;
  }

  private resolve(fields: readonly Field[], abi: Abi): Member[] {
    return fields
      .filter((field) => field.present(abi))
      .flatMap((field): Member[] => {
        const name = field.anonymous ? null : (field.names.at(abi) ?? field.key);
        const { aligned } = field;
        if (field.nested) {
          const { kind, fields: inner } = field.nested;
          const dims = field.nested.dims.map((dim) => this.length(dim, field, abi));
          return [{ name, field, type: { kind, members: this.resolve(inner, abi) }, dims, flexible: false, aligned }];
        }
        const type = field.type?.at(abi);
        if (!type) {
          this.once(field.origin, {
            rule: "no-type",
            message: `\`${field.key}\` has no type on ${abi.arch.id} in ${abi.version.id}`,
            suggestion: "give the type there, or limit the field with `since`, `until` or `arches`",
          });
          return [];
        }
        const { base, flexible } = type;
        const dims = type.dims.map((dim) => this.length(dim, field, abi));
        if (isScalar(base)) return [{ name, field, type: { kind: "scalar", scalar: base }, dims, flexible, aligned }];
        const struct = this.find(base, abi.arch.family);
        if (struct?.present(abi))
          return [{ name, field, type: { kind: "reference", struct }, dims, flexible, aligned }];
        this.unknownType(field, base, abi);
        return [];
      });
  }

  private length(dim: TypeText["dims"][number], field: Field, abi: Abi): number {
    const value = evaluateConstant(dim, (name) => {
      const constant = this.constants.get(name);
      const number = constant?.value.at(abi);
      if (number === undefined)
        this.once(
          within(field.origin, field.nested ? "array" : "type"),
          {
            rule: "unknown-constant",
            message: constant
              ? `\`${name}\` has no value on ${abi.arch.id} in ${abi.version.id}`
              : `unknown constant \`${name}\``,
            ...(constant ? {} : suggest(name, this.constants.keys())),
          },
          "value",
        );
      return number === undefined ? undefined : Number(number);
    });
    if (value !== undefined && Number.isSafeInteger(value) && value > 0) return value;
    // A constant without a value was already reported.
    if (value !== undefined || ![...mentions(dim)].some(([kind]) => kind === "constant"))
      this.once(
        within(field.origin, field.nested ? "array" : "type"),
        {
          rule: "bad-type",
          message:
            value === undefined
              ? "the length of an array is made of numbers and constants"
              : `the length of the array is ${value} on ${abi.arch.id} in ${abi.version.id}`,
          ...(value !== undefined && { suggestion: "a length is a whole number from 1 on" }),
        },
        "value",
      );
    return 1;
  }

  private unknownType(field: Field, base: string, abi: Abi): void {
    const at = within(field.origin, "type");
    const advice = adviceOn(base);
    if (advice)
      this.once(
        at,
        { rule: "ambiguous-width", message: `\`${base}\` has no width of its own`, suggestion: advice },
        "value",
      );
    else if (this.has(base))
      this.once(
        at,
        {
          rule: "unknown-type",
          message: `\`${base}\` does not exist on ${abi.arch.id} in ${abi.version.id}`,
          suggestion: `limit \`${field.key}\` with \`since\`, \`until\` or \`arches\` as ${base} is limited`,
        },
        "value",
      );
    else
      this.once(
        at,
        {
          rule: "unknown-type",
          message: `unknown type \`${base}\``,
          ...suggest(base, [...Object.keys(ALLOWED), ...this.keys]),
        },
        "value",
      );
  }

  private once(origin: Origin, complaint: Complaint, part: "key" | "value" = "key"): void {
    const key = `${origin.document.file}:${origin.path.join("/")}:${complaint.rule}`;
    if (this.complained.has(key)) return;
    this.complained.add(key);
    this.problems.push(problemAt(origin, complaint, part));
  }
}
