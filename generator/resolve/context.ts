/** State that all parts of the resolve step share: versions, architectures, and the list of problems. */

import type { Expression } from "../../runtime/expression.js";
import type { VersionOrder } from "../../runtime/varying.js";
import { parseExpression } from "../expression.js";
import { type Complaint, type Document, type Origin, problemAt, within } from "../load/document.js";
import type { Abi, Arch, Version } from "../model.js";
import { type Problem, suggest } from "../problem.js";

/** Data of a YAML mapping whose form the JSON Schema has checked. */
// biome-ignore lint/suspicious/noExplicitAny: checked by the JSON Schema
export type Raw = Record<string, any>;

/** A section of a document, e.g. `structs`, with the architecture family of its file. */
export interface Section {
  readonly entries: readonly (readonly [name: string, raw: Raw, origin: Origin])[];
  readonly family?: string;
}

export class Context {
  readonly problems: Problem[] = [];
  arches: readonly Arch[] = [];
  private ordered: readonly Version[] = [];
  /** Index of each version id in chronological order. */
  order: VersionOrder = new Map();

  constructor(readonly documents: readonly Document[]) {}

  get versions(): readonly Version[] {
    return this.ordered;
  }

  set versions(versions: readonly Version[]) {
    this.ordered = versions;
    this.order = new Map(versions.map((version) => [version.id, version.index]));
  }

  complain(origin: Origin, complaint: Complaint, part: "key" | "value" = "key"): void {
    this.problems.push(problemAt(origin, complaint, part));
  }

  /** The entries of a section over all documents. */
  sections(name: string): Section[] {
    return this.documents.flatMap((document) => {
      const data = document.data as Raw;
      const section = data[name] as Raw | undefined;
      if (!section) return [];
      const origin: Origin = { document, path: [name] };
      return [
        {
          entries: Object.entries(section).map(([key, raw]) => [key, raw as Raw, within(origin, key)] as const),
          ...(data.family !== undefined && { family: data.family as string }),
        },
      ];
    });
  }

  /** The version with an id; reports an unknown id. */
  version(id: string, origin: Origin, part: "key" | "value" = "value"): Version | undefined {
    const version = this.versions.find((candidate) => candidate.id === id);
    if (!version)
      this.complain(
        origin,
        {
          rule: "unknown-version",
          message: `unknown version \`${id}\``,
          ...suggest(
            id,
            this.versions.map((v) => v.id),
          ),
        },
        part,
      );
    return version;
  }

  /** The architectures of an id: the architecture with that name, else those of the family; reports an unknown id. */
  archesOf(id: string, origin: Origin, part: "key" | "value" = "value"): readonly Arch[] {
    const exact = this.arches.filter((arch) => arch.id === id);
    const matching = exact.length > 0 ? exact : this.arches.filter((arch) => arch.family === id);
    if (matching.length === 0)
      this.complain(
        origin,
        {
          rule: "unknown-arch",
          message: `unknown architecture or family \`${id}\``,
          ...suggest(
            id,
            this.arches.flatMap((arch) => [arch.id, arch.family]),
          ),
        },
        part,
      );
    return matching;
  }

  /** `since`, `until` and `arches` of an entry as a predicate; reports unknown ids and an empty life. */
  presence(raw: Raw, origin: Origin, family?: string): (abi: Abi) => boolean {
    const since = raw.since === undefined ? undefined : this.version(raw.since, within(origin, "since"));
    const until = raw.until === undefined ? undefined : this.version(raw.until, within(origin, "until"));
    if (since && until && until.index <= since.index)
      this.complain(
        within(origin, "until"),
        { rule: "empty-life", message: `\`until: ${until.id}\` is not after \`since: ${since.id}\`` },
        "value",
      );
    const arches = raw.arches
      ? new Set(
          (raw.arches as string[]).flatMap((id, index) =>
            this.archesOf(id, within(origin, "arches", index)).map((arch) => arch.id),
          ),
        )
      : undefined;
    if (!since && !until && !arches && !family) return () => true;
    return (abi) =>
      (!since || abi.version.index >= since.index) &&
      (!until || abi.version.index < until.index) &&
      (!arches || arches.has(abi.arch.id)) &&
      (!family || abi.arch.family === family);
  }

  expression(raw: string | number | undefined, origin: Origin): Expression | undefined {
    if (raw === undefined) return undefined;
    const result = parseExpression(raw);
    if ("expression" in result) return result.expression;
    this.complain(origin, { rule: "bad-expression", message: `cannot read \`${raw}\`: ${result.error}` }, "value");
    return undefined;
  }
}
