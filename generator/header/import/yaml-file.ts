/**
 * A YAML file of the schema that is edited in place: entries and keys are put in and values replaced at their positions, and every other
 * character stays as it is.
 */
import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar, type YAMLMap } from "yaml";

export type Path = readonly (string | number)[];

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Lines of a new entry, without the indentation of the place that they come to. */
export type Lines = readonly string[];

/** In the place of a key: an entry comes in front of all. */
export const FIRST = Symbol("first");

type Entry = Pair<Node, Node | null>;

export class YamlFile {
  private parsed: Node | null | undefined;
  private readonly edits: Edit[] = [];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** Most files are never looked into. */
  private get root(): Node | null {
    if (this.parsed === undefined)
      this.parsed = parseDocument(this.text, { prettyErrors: false }).contents as Node | null;
    return this.parsed;
  }

  /** The text with all edits. */
  edited(): string {
    // Insertions at one place stay in the order in which they were made.
    const sorted = this.edits
      .map((edit, index) => ({ ...edit, index }))
      .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
    let text = "";
    let from = 0;
    for (const { start, end, text: replacement } of sorted) {
      if (start < from) throw new Error(`${this.file}: two edits of one place`);
      text += this.text.slice(from, start) + replacement;
      from = end;
    }
    return text + this.text.slice(from);
  }

  has(path: Path): boolean {
    return this.node(path) !== undefined;
  }

  node(path: Path): Node | undefined {
    let node: Node | null | undefined = this.root;
    for (const step of path) {
      if (isMap<Node, Node | null>(node)) node = this.entry(node, String(step))?.value;
      else if (isSeq<Node>(node)) node = node.items[Number(step)];
      else return undefined;
    }
    return node ?? undefined;
  }

  /** Keys of a mapping in their order. */
  keys(path: Path): string[] {
    const node = this.node(path);
    return isMap<Node, Node | null>(node) ? node.items.map(({ key }) => keyText(key)) : [];
  }

  /** The text of a value as it stands in the file. */
  source(path: Path): string {
    const node = this.node(path);
    return node?.range ? this.text.slice(node.range[0], node.range[1]).trimEnd() : "";
  }

  replaceValue(path: Path, value: string): void {
    const node = this.node(path);
    if (!node?.range) throw new Error(`${this.file} has no ${path.join("/")}`);
    this.edits.push({ start: node.range[0], end: this.contentEnd(node), text: value });
  }

  renameKey(path: Path, name: string): void {
    const map = this.map(path.slice(0, -1));
    const key = this.entry(map, String(path.at(-1)))?.key;
    if (!key?.range) throw new Error(`${this.file} has no ${path.join("/")}`);
    this.edits.push({ start: key.range[0], end: key.range[1], text: name });
  }

  /** Takes a key and its value away, with the line that they stand on. */
  removeKey(path: Path): void {
    const map = this.map(path.slice(0, -1));
    const entry = this.entry(map, String(path.at(-1)));
    if (!entry?.key.range) throw new Error(`${this.file} has no ${path.join("/")}`);
    const end = this.entryEnd(entry);
    if (!map.flow) {
      this.edits.push({ start: this.lineStart(entry.key.range[0]), end: this.lineAfter(end), text: "" });
      return;
    }
    const after = /^\s*,\s*/.exec(this.text.slice(end))?.[0].length ?? 0;
    const before = after === 0 ? (/,\s*$/.exec(this.text.slice(0, entry.key.range[0]))?.[0].length ?? 0) : 0;
    this.edits.push({ start: entry.key.range[0] - before, end: end + after, text: "" });
  }

  /** Puts a key with a value on one line into a mapping, behind the last of the named keys that it has, else in front of all. */
  addKey(path: Path, key: string, value: string, behind: readonly string[]): void {
    const map = this.map(path);
    const previous = map.items.filter((entry) => behind.includes(keyText(entry.key))).at(-1);
    if (map.flow) {
      const last = previous ?? map.items.at(-1);
      const at = last ? this.entryEnd(last) : (map.range?.[0] ?? 0) + 1;
      this.edits.push({ start: at, end: at, text: last ? `, ${key}: ${value}` : ` ${key}: ${value}` });
    } else if (previous)
      this.insertLines(this.lineAfter(this.entryEnd(previous)), this.indentOf(map), [`${key}: ${value}`]);
    else this.insertLines(this.lineStart(map.range?.[0] ?? 0), this.indentOf(map), [`${key}: ${value}`]);
  }

  /** Puts an entry of several lines behind a key of a mapping, or at its end. */
  addEntry(path: Path, lines: Lines, behind?: string | typeof FIRST): void {
    const map = this.map(path);
    const previous = typeof behind === "string" ? this.entry(map, behind) : undefined;
    if (map.flow || map.items.length === 0) {
      if (map.items.length > 0)
        throw new Error(`${this.file}: ${path.join("/")} stands on one line; write it on several`);
      // `values: {}`: the first entry comes in its place.
      const [start, end] = map.range as [number, number, number];
      const line = this.text.slice(this.lineStart(start), start);
      const indent = " ".repeat((/^ */.exec(line)?.[0].length ?? 0) + 2);
      const blank = /[ \t]*$/.exec(this.text.slice(0, start))?.[0].length ?? 0;
      this.edits.push({ start: start - blank, end, text: `\n${lines.map((text) => indent + text).join("\n")}` });
      return;
    }
    if (behind === FIRST) {
      this.insertLines(this.lineStart(map.range?.[0] ?? 0), this.indentOf(map), lines);
      return;
    }
    const last = previous ?? (map.items.at(-1) as Entry);
    this.insertLines(this.lineAfter(this.entryEnd(last)), this.indentOf(map), lines);
  }

  /** Every scalar that is a value, with the keys that lead to it. */
  *scalars(): Generator<{ readonly path: Path; readonly node: Scalar }> {
    const visit = function* (node: Node | null | undefined, path: Path): Generator<{ path: Path; node: Scalar }> {
      if (isMap<Node, Node | null>(node))
        for (const { key, value } of node.items) yield* visit(value, [...path, keyText(key)]);
      else if (isSeq<Node>(node))
        for (const [index, item] of node.items.entries()) yield* visit(item, [...path, index]);
      else if (isScalar(node)) yield { path, node };
    };
    yield* visit(this.root, []);
  }

  private map(path: Path): YAMLMap<Node, Node | null> {
    const node = path.length === 0 ? this.root : this.node(path);
    if (!isMap<Node, Node | null>(node)) throw new Error(`${this.file}: ${path.join("/")} is no mapping`);
    return node;
  }

  private entry(map: YAMLMap<Node, Node | null>, key: string): Entry | undefined {
    return map.items.find((entry) => keyText(entry.key) === key) as Entry | undefined;
  }

  private insertLines(at: number, indent: string, lines: Lines): void {
    const text = lines.map((line) => `${line === "" ? "" : indent + line}\n`).join("");
    const lacksEnd = at > 0 && this.text[at - 1] !== "\n";
    this.edits.push({ start: at, end: at, text: lacksEnd ? `\n${text.slice(0, -1)}` : text });
  }

  private indentOf(map: YAMLMap<Node, Node | null>): string {
    const start = map.items[0]?.key.range?.[0] ?? 0;
    return " ".repeat(start - this.lineStart(start));
  }

  private entryEnd({ key, value }: Entry): number {
    return value ? this.contentEnd(value) : (key.range?.[1] ?? 0);
  }

  /** Where the last character of a value stands, without the blanks and comments after it. */
  private contentEnd(node: Node): number {
    if ((isMap<Node, Node | null>(node) || isSeq<Node>(node)) && !node.flow) {
      const last = node.items.at(-1);
      if (last) return isMap(node) ? this.entryEnd(last as unknown as Entry) : this.contentEnd(last as Node);
    }
    const [start, end] = node.range as [number, number, number];
    return start + this.text.slice(start, end).trimEnd().length;
  }

  private lineStart(offset: number): number {
    return this.text.lastIndexOf("\n", offset - 1) + 1;
  }

  private lineAfter(offset: number): number {
    const end = this.text.indexOf("\n", offset);
    return end < 0 ? this.text.length : end + 1;
  }
}

function keyText(key: Node): string {
  return isScalar(key) ? String(key.value) : "";
}

/** A value as YAML writes it in a mapping: quoted where a bracket would begin a list. */
export function scalarText(value: string): string {
  return /^[\w.+-]+$/.test(value) ? value : JSON.stringify(value);
}
