/** A YAML file of the schema: its data, and the place in the text of every part of it. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Document as YamlDocument,
} from "yaml";
import type { Problem } from "./problem.js";

/** Steps from the root of a file to a part of it: keys and indexes. */
export type Path = readonly (string | number)[];

/** A part of a file. */
export interface Origin {
  readonly document: Document;
  readonly path: Path;
}

/** What a check says about a part of a file. */
export interface Complaint {
  readonly rule: string;
  readonly message: string;
  readonly suggestion?: string;
}

export class Document {
  /** The data, as plain values. */
  readonly data: unknown;
  private readonly yaml: YamlDocument.Parsed;
  private readonly lineCounter = new LineCounter();

  constructor(
    /** Path from the project's root. */
    readonly file: string,
    private readonly text: string,
  ) {
    this.yaml = parseDocument(text, { lineCounter: this.lineCounter, prettyErrors: false });
    this.data = this.yaml.errors.length > 0 ? undefined : (this.yaml.toJS() as unknown);
  }

  /** Problems of the YAML itself. */
  syntaxProblems(): Problem[] {
    return [...this.yaml.errors, ...this.yaml.warnings].map((error) =>
      this.problemAt(error.pos[0], { rule: "yaml", message: error.message.replace(/\.$/, "") }),
    );
  }

  /** A problem at the key (default) or the value of a part; the nearest enclosing part when it does not exist. */
  problem(path: Path, complaint: Complaint, part: "key" | "value" = "key"): Problem {
    return this.problemAt(this.locate(path, part), complaint);
  }

  /** The exact integer at a path, beyond the range of a number too. */
  integer(path: Path): bigint | undefined {
    const node = this.find(path)?.value;
    if (!isScalar(node)) return undefined;
    if (typeof node.value === "number" && Number.isSafeInteger(node.value)) return BigInt(node.value);
    const source = typeof node.value === "string" ? node.value : (node.source ?? "");
    return /^-?(0x[0-9a-fA-F]+|[0-9]+)$/.test(source) ? BigInt(source) : undefined;
  }

  private locate(path: Path, part: "key" | "value"): number {
    for (let length = path.length; length > 0; length--) {
      const found = this.find(path.slice(0, length));
      if (!found) continue;
      const node = part === "key" || length < path.length ? (found.key ?? found.value) : (found.value ?? found.key);
      if (node?.range) return node.range[0];
    }
    return this.yaml.contents?.range?.[0] ?? 0;
  }

  private find(path: Path): { key: Node | undefined; value: Node | undefined } | undefined {
    let key: Node | undefined;
    let value: Node | undefined = this.yaml.contents ?? undefined;
    for (const step of path) {
      if (isAlias(value)) value = value.resolve(this.yaml);
      if (isMap(value)) {
        const pair = value.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step)) as
          | Pair<Node, Node | null>
          | undefined;
        if (!pair) return undefined;
        key = pair.key;
        value = pair.value ?? undefined;
      } else if (isSeq(value)) {
        key = undefined;
        value = value.items[Number(step)] as Node | undefined;
        if (!value) return undefined;
      } else return undefined;
    }
    return { key, value };
  }

  private problemAt(offset: number, complaint: Complaint): Problem {
    const { line, col } = this.lineCounter.linePos(offset);
    const start = this.lineCounter.lineStarts[line - 1] ?? 0;
    const end = this.text.indexOf("\n", start);
    const source = this.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
    return { file: this.file, line, column: col, source, ...complaint };
  }
}

/** A problem at a part of a file. */
export function problemAt(origin: Origin, complaint: Complaint, part: "key" | "value" = "key"): Problem {
  return origin.document.problem(origin.path, complaint, part);
}

/** A part of a part. */
export function within(origin: Origin, ...steps: (string | number)[]): Origin {
  return { document: origin.document, path: [...origin.path, ...steps] };
}
