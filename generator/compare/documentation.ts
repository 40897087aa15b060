/** Differences of documentation: they change neither bytes nor names. */
import { differing } from "../../runtime/comparison.js";
import type { Origin } from "../load/document.js";
import type {
  Abi,
  Arch,
  Constant,
  Documented,
  Enumeration,
  Field,
  Meaning,
  Model,
  ObjectType,
  RecordType,
  Struct,
} from "../model.js";
import { type Change, changeAt } from "./change.js";

/** Texts by the key of the schema. */
export type Aspects = Readonly<Record<string, string | undefined>>;

/** Keys whose values are prose: only the fact that they changed is reported. */
const PROSE = new Set(
  "doc summary purpose notes source evidence known_by framing absent payload private fixed_size raw unsupported".split(
    " ",
  ),
);

/** At most one change per thing, which lists all differences of its documentation. */
export function documentationOf(subject: string, origin: Origin, before: Aspects, after: Aspects): Change[] {
  const keys = keysThatDiffer(before, after);
  const [first] = keys;
  if (first === undefined) return [];
  const detail = keys
    .map((key) => (PROSE.has(key) ? `${key} reworded` : `${key} ${before[key] ?? "none"} → ${after[key] ?? "none"}`))
    .join(", ");
  return [{ kind: "documentation", subject, detail, place: changeAt(origin, first) }];
}

/** The latest comparison by the texts of the new side. Most are compared with the same old texts in every version. */
const compared = new WeakMap<Aspects, { readonly before: Aspects; readonly keys: readonly string[] }>();

function keysThatDiffer(before: Aspects, after: Aspects): readonly string[] {
  const known = compared.get(after);
  if (known?.before === before) return known.keys;
  const keys = differing(before, after) as string[];
  compared.set(after, { before, keys });
  return keys;
}

function documented({ doc, confidence, notes }: Omit<Documented, "doc"> & { readonly doc?: string }): Aspects {
  return { doc, confidence, notes: listed(Object.entries(notes).map(([version, text]) => `${version} ${text}`)) };
}

function listed(texts: readonly string[]): string | undefined {
  return texts.length > 0 ? texts.join(" ") : undefined;
}

/** Caches the texts of a thing, which is asked for them once per version and architecture. */
function remembered<T extends object>(aspectsOf: (thing: T) => Aspects): (thing: T) => Aspects {
  const known = new WeakMap<T, Aspects>();
  return (thing) => {
    const aspects = known.get(thing) ?? aspectsOf(thing);
    known.set(thing, aspects);
    return aspects;
  };
}

export const structAspects = remembered(
  (struct: Struct): Aspects => ({
    ...documented(struct),
    summary: struct.summary,
    purpose: struct.purpose,
    source: listed(struct.source),
    cases: JSON.stringify(
      struct.cases.map(({ name, when, doc, members }) => [
        name,
        when,
        doc,
        [...members].map(([role, field]) => [role, field.varying]),
      ]),
    ),
    external: struct.external,
    fixed_size: struct.fixedSize,
    // The size of this part depends on the kernel, not on the version: images are read by the length that they state.
    private: struct.private && JSON.stringify(struct.private),
  }),
);

/** The documentation of a field and of its meaning in one version. */
export function fieldAspects(field: Field, abi: Abi): Aspects {
  const meaning = field.meanings.at(abi);
  const known = byMeaning.get(field) ?? new Map<Meaning, Aspects>();
  byMeaning.set(field, known);
  const aspects = known.get(meaning) ?? {
    ...documented({ ...field, ...meaning }),
    c: field.c,
    unit: meaning.unit,
    format: meaning.format,
    enum: meaning.enum,
    flags: meaning.flags,
    refers: listed(meaning.refers),
    private: meaning.private ? "state of the kernel" : undefined,
    // Only the converter fills in defaults: no existing image is read differently.
    default: meaning.default?.toString(),
  };
  known.set(meaning, aspects);
  return aspects;
}

const byMeaning = new WeakMap<Field, Map<Meaning, Aspects>>();

/** The documentation of a constant or an enumerator. */
export const numberAspects = remembered(
  (number: Documented & Partial<Pick<Constant, "header" | "format">>): Aspects => ({
    ...documented(number),
    header: number.header,
    format: number.format,
  }),
);

export function enumerationAspects(enumeration: Enumeration): Aspects {
  return { summary: enumeration.summary, confidence: enumeration.confidence };
}

export const recordAspects = remembered(
  ({ doc, ...record }: RecordType): Aspects => ({
    ...documented(record),
    summary: doc,
    purpose: record.purpose,
    source: listed(record.source),
    payload: record.payload?.doc,
    raw: record.raw?.doc,
  }),
);

export const objectAspects = remembered(
  ({ doc, ...object }: ObjectType): Aspects => ({ ...documented(object), summary: doc, known_by: object.knownBy }),
);

export function archAspects(arch: Arch): Aspects {
  return { doc: arch.doc, unsupported: arch.unsupported };
}

/** Changes in the documentation of versions, families and the whole stream, which belong to no architecture. */
export function compareGeneralDocumentation(before: Model, after: Model): Change[] {
  const versions = after.versions.flatMap((version) => {
    const old = before.versions.find(({ id }) => id === version.id);
    const origin = after.arches[0]?.origin;
    if (!old || !origin) return [];
    const aspects = ({ date, posted, evidence, commit, summary, confidence }: typeof version): Aspects => ({
      date,
      posted: String(posted),
      evidence,
      commit,
      summary,
      confidence,
    });
    const place = { document: origin.document, path: ["versions", version.id] };
    return documentationOf(`version ${version.id}`, place, aspects(old), aspects(version));
  });
  const families = [...after.families.values()].flatMap((family) => {
    const old = before.families.get(family.id);
    const origin = after.arches.find((arch) => arch.family === family.id)?.origin;
    if (!old || !origin) return [];
    const aspects = ({ doc, absent }: typeof family): Aspects => ({
      doc,
      absent: listed([...absent].map(([name, reason]) => `${name} ${reason}`)),
    });
    const place = { document: origin.document, path: ["families", family.id] };
    return documentationOf(`family ${family.id}`, place, aspects(old), aspects(family));
  });
  const rule = after.grammar.rules[0];
  const framing = rule
    ? documentationOf(
        "grammar",
        { document: rule.origin.document, path: ["grammar"] },
        { framing: before.grammar.framing },
        { framing: after.grammar.framing },
      )
    : [];
  return [...versions, ...families, ...framing];
}
