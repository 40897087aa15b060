/** A YAML file of the schema: its data, and the place of each part in the text. */
import {
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type Document as YamlDocument,
} from "yaml";
import type { Problem } from "../problem.js";
import type { Complaint, DataPath, TextComplaint } from "./complaint.js";
import { TextLines } from "./positions.js";
import { notationComplaints, syntaxComplaint, textComplaints } from "./yaml.js";

export type { Complaint, DataPath } from "./complaint.js";

/** Identifies a part of a file. */
export interface Origin {
  readonly document: Document;
  readonly path: DataPath;
}

export class Document {
  /** The data as plain values; undefined when the text is not readable YAML. */
  readonly data: unknown;
  /** Problems of the YAML itself. */
  readonly problems: readonly Problem[];
  private readonly text: string;
  private readonly yaml: YamlDocument.Parsed | undefined;
  private readonly lines: TextLines;
  private readonly pairs = new WeakMap<YAMLMap, Map<string, Pair<Node, Node | null>>>();

  constructor(
    /** Path from the project's root. */
    readonly file: string,
    text: string,
  ) {
    // A byte order mark is not part of the first line, as in editors.
    this.text = text.replace(/^\ufeff/, "");
    this.lines = new TextLines(this.text);
    const unfit = textComplaints(this.text);
    // Duplicate keys are found in `notationComplaints`, in linear time.
    if (unfit.length === 0) this.yaml = parseDocument(this.text, { prettyErrors: false, uniqueKeys: false });
    const lineAt = (offset: number) => this.lines.lineAt(offset);
    const syntax = this.yaml && syntaxComplaint(this.yaml, this.text, lineAt);
    const notation = this.yaml && !syntax ? notationComplaints(this.yaml, this.text, lineAt) : undefined;
    this.data = notation?.readable ? (this.yaml?.toJS() as unknown) : undefined;
    this.problems = [...unfit, ...(syntax ? [syntax] : []), ...(notation?.complaints ?? [])].map((complaint) =>
      this.textProblem(complaint),
    );
  }

  /** A problem at the key (default) or the value of a part; at the nearest enclosing part when it does not exist. */
  problem(path: DataPath, complaint: Complaint, part: "key" | "value" = "key"): Problem {
    return this.textProblem({ ...complaint, offset: this.locate(path, part), path });
  }

  /** The exact integer at a path, even beyond the safe range of numbers. */
  integer(path: DataPath): bigint | undefined {
    const node = this.find(path)?.value;
    if (!isScalar(node)) return undefined;
    if (typeof node.value === "number" && Number.isSafeInteger(node.value)) return BigInt(node.value);
    const source = typeof node.value === "string" ? node.value : (node.source ?? "");
    return /^-?(0x[0-9a-fA-F]+|[0-9]+)$/.test(source) ? BigInt(source) : undefined;
  }

  private locate(path: DataPath, part: "key" | "value"): number {
    for (let length = path.length; length > 0; length--) {
      const found = this.find(path.slice(0, length));
      if (!found) continue;
      const value = isScalar(found.value) && found.value.value === null ? undefined : found.value;
      const node = part === "key" || length < path.length ? (found.key ?? found.value) : (value ?? found.key);
      if (node?.range) return node.range[0];
    }
    return this.yaml?.contents?.range?.[0] ?? 0;
  }

  private find(path: DataPath): { key: Node | undefined; value: Node | undefined } | undefined {
    let key: Node | undefined;
    let value: Node | undefined = this.yaml?.contents ?? undefined;
    for (const step of path) {
      if (isMap<Node, Node | null>(value)) {
        const pair = this.pairsOf(value).get(String(step));
        if (!pair) return undefined;
        key = pair.key;
        value = pair.value ?? undefined;
      } else if (isSeq(value)) {
        key = undefined;
        value = value.items[Number(step)] as Node | undefined;
        if (!value) return undefined;
      } else if (step !== 0 || !isScalar(value)) return undefined; // A list of one item may be written without brackets.
    }
    return { key, value };
  }

  /** Indexed by key, so that locating problems stays linear in the length of the mapping. */
  private pairsOf(map: YAMLMap<Node, Node | null>): Map<string, Pair<Node, Node | null>> {
    let pairs = this.pairs.get(map);
    if (!pairs) {
      pairs = new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]));
      this.pairs.set(map, pairs);
    }
    return pairs;
  }

  private textProblem({ offset, path = [], ...complaint }: TextComplaint): Problem {
    return { file: this.file, ...this.lines.place(offset), entry: entryOf(path), ...complaint };
  }
}

/** The named entry that contains a part: `structs/ckpt_hdr_vma`, `grammar/rules/image`. */
function entryOf(path: DataPath): string {
  return path.slice(0, path[0] === "grammar" ? 3 : 2).join("/");
}

/** A problem at a part of a file. */
export function problemAt(origin: Origin, complaint: Complaint, part: "key" | "value" = "key"): Problem {
  return origin.document.problem(origin.path, complaint, part);
}

/** Origin of a part within a part. */
export function within(origin: Origin, ...steps: (string | number)[]): Origin {
  return { document: origin.document, path: [...origin.path, ...steps] };
}
