/** The schema's description of one version on one architecture, in the form that headers are compared with. */

import { type AbiLayouts, type Layout, layOut } from "../layout.js";
import type { Origin } from "../load/document.js";
import type {
  Abi,
  Constant,
  Enumeration,
  Enumerator,
  Member,
  Model,
  ObjectType,
  RecordType,
  Struct,
} from "../model.js";
import type { StructTable } from "../resolve/structs.js";
import type { Known } from "./declarations/index.js";

/** The resolved schema. Layouts are computed on demand, because few of the hundred ABIs are needed. */
export class Description {
  private readonly layouts = new Map<string, AbiLayouts["structs"]>();

  constructor(
    readonly model: Model,
    readonly structs: StructTable,
  ) {}

  layoutsOf(abi: Abi): AbiLayouts["structs"] {
    let own = this.layouts.get(abi.name);
    if (!own) {
      own = layOut({ ...this.model, abis: [abi] }, this.structs).abis[0]?.structs ?? new Map();
      this.layouts.set(abi.name, own);
    }
    return own;
  }
}

/** The header that defines a thing, as far as the schema knows. */
export type HeaderPart = "structs" | "architecture" | "flags";

export interface DescribedStruct {
  readonly struct: Struct;
  /** C name in this version. */
  readonly tag: string;
  readonly members: readonly Member[];
  readonly layout: Layout;
  readonly part: HeaderPart;
}

export interface DescribedNumber {
  readonly name: string;
  readonly value: bigint;
  readonly item:
    | { readonly kind: "constant"; readonly constant: Constant }
    | { readonly kind: "enumerator"; readonly enumeration: Enumeration; readonly enumerator: Enumerator }
    | { readonly kind: "record"; readonly record: RecordType }
    | { readonly kind: "object"; readonly object: ObjectType };
  readonly origin: Origin;
  readonly part: HeaderPart;
}

export interface DescribedAbi {
  readonly abi: Abi;
  readonly structs: ReadonlyMap<string, DescribedStruct>;
  /** Structs that headers embed but do not define, of the C library and the kernel. */
  readonly foreignStructs: ReadonlyMap<string, DescribedStruct>;
  readonly numbers: ReadonlyMap<string, DescribedNumber>;
  readonly foreignNumbers: ReadonlyMap<string, bigint>;
}

export function describe(description: Description, abi: Abi): DescribedAbi {
  const { model, structs: table } = description;
  const structs = new Map<string, DescribedStruct>();
  const foreignStructs = new Map<string, DescribedStruct>();
  for (const [struct, { layout }] of description.layoutsOf(abi)) {
    const tag = struct.names.at(abi) ?? struct.key;
    const part = struct.family === undefined ? "structs" : "architecture";
    const described = { struct, tag, members: table.members(struct, abi), layout, part } as const;
    if (struct.external === undefined) structs.set(tag, described);
    else if (struct.variant === undefined) foreignStructs.set(tag, described);
  }
  const numbers = new Map<string, DescribedNumber>();
  const foreignNumbers = new Map<string, bigint>();
  for (const number of numbersOf(model, abi)) {
    const { item } = number;
    const external =
      (item.kind === "constant" && item.constant.external) ||
      (item.kind === "enumerator" && item.enumeration.external !== undefined);
    if (external) foreignNumbers.set(number.name, number.value);
    else numbers.set(number.name, number);
  }
  return { abi, structs, foreignStructs, numbers, foreignNumbers };
}

/** Names that headers may use without defining them. */
export function knownTo({ structs, foreignStructs, numbers, foreignNumbers }: DescribedAbi): Known {
  return {
    number: (name) => foreignNumbers.get(name) ?? numbers.get(name)?.value,
    extent: (tag) => (foreignStructs.get(tag) ?? structs.get(tag))?.layout,
  };
}

function* numbersOf(model: Model, abi: Abi): Generator<DescribedNumber> {
  const others = model.abis.filter(({ version, arch }) => version === abi.version && arch.family !== abi.arch.family);
  for (const record of model.records) {
    const value = record.number.at(abi);
    if (value === undefined) continue;
    const ofArch = others.length > 0 && others.every((other) => record.number.at(other) === undefined);
    const part = ofArch ? "architecture" : "structs";
    const item = { kind: "record", record } as const;
    yield { name: `CKPT_HDR_${record.name}`, value, item, origin: record.origin, part };
  }
  for (const object of model.objects) {
    const value = object.number.at(abi);
    const item = { kind: "object", object } as const;
    if (value !== undefined)
      yield { name: `CKPT_OBJ_${object.name}`, value, item, origin: object.origin, part: "structs" };
  }
  for (const enumeration of model.enums) {
    if (enumeration.family !== undefined && enumeration.family !== abi.arch.family) continue;
    const part = enumeration.family !== undefined ? "architecture" : partOf(enumeration.header);
    for (const enumerator of enumeration.values) {
      const value = enumerator.value.at(abi);
      // The numbers of record and object types come from `records` and `objects`.
      if (value === undefined || enumerator.origin.path[0] !== "enums") continue;
      const { name, origin } = enumerator;
      yield { name, value, item: { kind: "enumerator", enumeration, enumerator }, origin, part };
    }
  }
  for (const constant of model.constants) {
    const value = constant.value.at(abi);
    const { name, origin, header } = constant;
    const item = { kind: "constant", constant } as const;
    if (value !== undefined) yield { name, value, item, origin, part: partOf(header) };
  }
}

function partOf(header: string | undefined): HeaderPart {
  if (header === "linux/checkpoint.h") return "flags";
  return header?.startsWith("asm/") ? "architecture" : "structs";
}
