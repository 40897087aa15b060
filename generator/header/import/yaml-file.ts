/**
 * A YAML file of the schema that is edited in place: entries and keys are inserted and values replaced at their positions, and all other characters
 * are preserved.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { TextLines } from "../../load/positions.js";
import { CannotImport } from "./cannot-import.js";

export type YamlPath = readonly (string | number)[];

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Indentation of inserted lines. */
  readonly indent?: number;
}

/** Lines of a new entry, without the indentation of its place. */
export type EntryLines = readonly string[];

/** Used instead of a key to insert an entry before all others. */
export const FIRST = Symbol("first");

type Entry = Pair<Node, Node | null>;

export class YamlFile {
  private parsed: { readonly document: Document; readonly root: Node | null } | undefined;
  private used: ReadonlySet<string> | undefined;
  private readonly edits: Edit[] = [];
  /** Entries that were added to an empty mapping on one line, by its offset. */
  private readonly filled = new Map<number, { readonly entries: string[]; readonly edit: { text: string } }>();
  /** Offsets of empty mappings that were expanded to several lines. */
  private readonly opened = new Set<number>();

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** Root node; parsed on demand, because most files are not accessed. */
  private get root(): Node | null {
    if (!this.parsed) {
      const document = parseDocument(this.text, { prettyErrors: false });
      this.parsed = { document, root: document.contents as Node | null };
    }
    return this.parsed.root;
  }

  /** The text with all edits. */
  edited(): string {
    // An entry ends where the entries within it end. So of the lines inserted at one offset the innermost come first; otherwise they keep their order.
    const sorted = this.edits
      .map((edit, index) => ({ ...edit, index }))
      .sort((a, b) => a.start - b.start || a.end - b.end || (b.indent ?? 0) - (a.indent ?? 0) || a.index - b.index);
    let text = "";
    let from = 0;
    for (const { start, end, text: replacement } of sorted) {
      // Text inserted into a removed part is placed after it.
      if (start < from && start < end)
        throw this.refusal(start, "two changes overlap", "write one of them by hand, and import again");
      text += this.text.slice(from, Math.max(from, start)) + replacement;
      from = Math.max(from, end);
    }
    return text + this.text.slice(from);
  }

  has(path: YamlPath): boolean {
    return this.mayHave(path) && this.node(path) !== undefined;
  }

  /** Whether each key of a path occurs in the text, which takes less than to parse it. With an escape a key may be written in another way. */
  private mayHave(path: YamlPath): boolean {
    return this.text.includes("\\") || path.every((step) => typeof step === "number" || this.text.includes(step));
  }

  node(path: YamlPath): Node | undefined {
    let node: Node | null | undefined = this.root;
    for (const step of path) {
      if (isMap<Node, Node | null>(node)) node = this.entry(node, String(step))?.value;
      else if (isSeq<Node>(node)) node = node.items[Number(step)];
      else return undefined;
    }
    return node ?? undefined;
  }

  /** Keys of a mapping in order. */
  keys(path: YamlPath): string[] {
    const node = this.node(path);
    return isMap<Node, Node | null>(node) ? node.items.map(({ key }) => keyText(key)) : [];
  }

  /** The source text of a value. */
  source(path: YamlPath): string {
    const node = this.node(path);
    return node?.range ? this.text.slice(node.range[0], node.range[1]).trimEnd() : "";
  }

  replaceValue(path: YamlPath, value: string): void {
    const node = this.node(path);
    if (!node?.range) throw this.missing(path);
    this.refuseShared(node, path);
    this.edits.push({ start: node.range[0], end: this.contentEnd(node), text: value });
  }

  renameKey(path: YamlPath, name: string): void {
    const map = this.map(path.slice(0, -1));
    const key = this.entry(map, String(path.at(-1)))?.key;
    if (!key?.range) throw this.missing(path);
    this.edits.push({ start: key.range[0], end: key.range[1], text: name });
  }

  /** Removes a key and its value, with their line. */
  removeKey(path: YamlPath): void {
    const map = this.map(path.slice(0, -1));
    const index = map.items.findIndex((entry) => keyText(entry.key) === String(path.at(-1)));
    const entry = map.items[index] as Entry | undefined;
    if (!entry?.key.range) throw this.missing(path);
    const start = this.entryStart(entry);
    const end = this.entryEnd(entry);
    const next = map.items[index + 1] as Entry | undefined;
    if (map.flow) {
      const after = /^\s*,\s*/.exec(this.text.slice(end))?.[0].length ?? 0;
      const before = after === 0 ? (/,\s*$/.exec(this.text.slice(0, start))?.[0].length ?? 0) : 0;
      this.edits.push({ start: start - before, end: end + after, text: "" });
    } else if (map.items.length === 1) this.edits.push({ start, end, text: "{}" });
    else if (this.beginsLine(start))
      this.edits.push({ start: this.lineStart(start), end: this.lineAfter(end), text: "" });
    // After a dash the next key moves up.
    else this.edits.push({ start, end: next ? this.entryStart(next) : end, text: "" });
  }

  /** Inserts a key with a value on one line into a mapping: after the last existing one of the keys in `after`, else first. */
  addKey(path: YamlPath, key: string, value: string, after: readonly string[]): void {
    const keys = this.keys(path).filter((each) => after.includes(each));
    const node = this.node(path);
    // In a mapping on one line new keys come last.
    const fallback = isMap<Node, Node | null>(node) && node.flow ? undefined : FIRST;
    this.addEntry(path, [`${key}: ${value}`], keys.at(-1) ?? fallback);
  }

  /** Inserts an entry of several lines into a mapping: after a key, first, or last. An empty mapping may be written in any way. */
  addEntry(path: YamlPath, lines: EntryLines, after?: string | typeof FIRST): void {
    const node = path.length === 0 ? this.root : this.node(path);
    if (!isMap<Node, Node | null>(node) && !isNothing(node)) throw this.notAMapping(path);
    if (node) this.refuseShared(node, path);
    const isFlow =
      this.isInFlow(path) || (isMap<Node, Node | null>(node) && node.flow === true && node.items.length > 0);
    if (isFlow) this.addOnLine(path, node as Node | null, lines, after);
    else if (!isMap<Node, Node | null>(node) || node.items.length === 0)
      this.addToEmpty(path, node as Node | null, lines);
    else if (after === FIRST) this.addInFront(node, lines);
    else {
      const previous = (typeof after === "string" && this.entry(node, after)) || (node.items.at(-1) as Entry);
      this.insertLines(this.lineBehind(previous), this.indentOf(node), lines);
    }
  }

  private addInFront(map: YAMLMap<Node, Node | null>, lines: EntryLines): void {
    const start = this.entryStart(map.items[0] as Entry);
    const indent = this.indentOf(map);
    if (this.beginsLine(start)) this.insertLines(this.lineStart(start), indent, lines);
    else this.edits.push({ start, end: start, text: lines.map((line) => line + this.lineBreak + indent).join("") });
  }

  /** Adds entries on separate lines to an empty mapping; the notation of the empty mapping is removed, and comments are kept. */
  private addToEmpty(path: YamlPath, node: Node | null, lines: EntryLines): void {
    const { anchor, indent } = this.placeOfEmpty(path);
    const isMapping = isMap(node);
    const start = isMapping || (node as Scalar | null)?.source ? ((node as Node).range?.[0] ?? anchor) : anchor;
    const end = isMapping || (node as Scalar | null)?.source ? this.contentEnd(node as Node) : anchor;
    if (!this.opened.has(start)) {
      this.opened.add(start);
      if (end > start) {
        const blanks = /[ \t]*$/.exec(this.text.slice(0, start))?.[0].length ?? 0;
        // Otherwise only white space would be left after a dash or the indentation.
        const from = this.beginsLine(start) ? start : start - blanks;
        const inside = this.text.slice(start + 1, end - 1);
        if (isMapping && inside.trim() !== "") {
          this.edits.push({ start: from, end: start + 1, text: "" });
          if (this.beginsLine(end - 1) && /^[ \t\r]*(?:\n|$)/.test(this.text.slice(end)))
            this.edits.push({ start: this.lineStart(end - 1), end: this.lineAfter(end), text: "" });
          else this.edits.push({ start: end - 1, end, text: "" });
        } else this.edits.push({ start: from, end, text: "" });
      }
    }
    this.insertLines(this.lineAfter(end), indent, lines);
  }

  /** End of the key of an empty mapping, and indentation of its entries. */
  private placeOfEmpty(path: YamlPath): { readonly anchor: number; readonly indent: string } {
    const parent = path.length <= 1 ? this.root : this.node(path.slice(0, -1));
    const step = path.at(-1);
    if (isSeq<Node>(parent)) {
      const start = parent.items[Number(step)]?.range?.[0] ?? 0;
      return { anchor: start, indent: " ".repeat(start - this.lineStart(start)) };
    }
    const entry = isMap<Node, Node | null>(parent) ? this.entry(parent, String(step)) : undefined;
    // The mapping is the whole file.
    if (!entry?.key.range) return { anchor: 0, indent: "" };
    const { value, key } = entry;
    const anchor = isNothing(value) ? (value?.range?.[0] ?? key.range?.[1] ?? 0) : (key.range?.[1] ?? 0);
    return { anchor, indent: " ".repeat((key.range?.[0] ?? 0) - this.lineStart(key.range?.[0] ?? 0) + 2) };
  }

  /** Inserts an entry into a mapping on one line, or a mapping nested in one. */
  private addOnLine(path: YamlPath, node: Node | null, lines: EntryLines, after?: string | typeof FIRST): void {
    if (lines.some((line) => /^\s*#/.test(line)))
      throw this.refusal(
        node?.range?.[0] ?? 0,
        `\`${path.join("/")}\` is on one line, so no comment can be inserted`,
        "write it on several lines, and import again",
      );
    const text = flowEntry(lines);
    if (isMap<Node, Node | null>(node) && node.items.length > 0) {
      const start = (node.range?.[0] ?? 0) + 1;
      const previous = typeof after === "string" ? this.entry(node, after) : undefined;
      const at = after === FIRST ? start : this.entryEnd(previous ?? (node.items.at(-1) as Entry));
      this.edits.push({ start: at, end: at, text: after === FIRST ? ` ${text},` : `, ${text}` });
      return;
    }
    const isMapping = isMap(node);
    const key = this.placeOfEmpty(path).anchor;
    const from = isMapping ? (node.range?.[0] ?? 0) + 1 : key;
    const to = isMapping || node === null ? from : Math.max(from, this.contentEnd(node));
    let own = this.filled.get(from);
    if (!own) {
      const edit = { start: from, end: to, text: "" };
      own = { entries: [], edit };
      this.filled.set(from, own);
      this.edits.push(edit);
    }
    own.entries.push(text);
    const all = own.entries.join(", ");
    const colon = node === null && !this.text.slice(0, from).trimEnd().endsWith(":") ? ":" : "";
    const blank = this.text[from] === "}" ? " " : "";
    const wide = /\s/.test(this.text[from - 1] ?? "") ? "" : " ";
    own.edit.text = isMapping
      ? ` ${all}${blank}`
      : `${colon}${wide}{ ${all} }${/[,\]}\s]|^$/.test(this.text[to] ?? "") ? "" : " "}`;
  }

  private isInFlow(path: YamlPath): boolean {
    return path.some((_, length) => {
      const node = length === 0 ? this.root : this.node(path.slice(0, length));
      return (isMap(node) || isSeq(node)) && node.flow === true;
    });
  }

  /** All scalar values, with their paths. */
  *scalars(): Generator<{ readonly path: YamlPath; readonly node: Scalar }> {
    const visit = function* (
      node: Node | null | undefined,
      path: YamlPath,
    ): Generator<{ path: YamlPath; node: Scalar }> {
      if (isMap<Node, Node | null>(node))
        for (const { key, value } of node.items) yield* visit(value, [...path, keyText(key)]);
      else if (isSeq<Node>(node))
        for (const [index, item] of node.items.entries()) yield* visit(item, [...path, index]);
      else if (isScalar(node)) yield { path, node };
    };
    yield* visit(this.root, []);
  }

  private map(path: YamlPath): YAMLMap<Node, Node | null> {
    const node = path.length === 0 ? this.root : this.node(path);
    if (!isMap<Node, Node | null>(node)) throw this.notAMapping(path);
    return node;
  }

  /** Throws if the value has an alias elsewhere, which would change as well. */
  private refuseShared(own: Node, path: YamlPath): void {
    if (this.used === undefined) {
      const used = new Set<string>();
      // Already parsed, because every path lookup starts at the root.
      if (this.parsed) visit(this.parsed.document, { Alias: (_, { source }) => void used.add(source) });
      this.used = used;
    }
    const { used } = this;
    if (used.size === 0) return;
    const nodes = [own, ...path.map((_, length) => (length === 0 ? this.root : this.node(path.slice(0, length))))];
    const shared = nodes.find((node) => node && !isAlias(node) && node.anchor !== undefined && used.has(node.anchor));
    if (!shared || isAlias(shared)) return;
    throw this.refusal(
      own.range?.[0] ?? 0,
      `\`${path.join("/")}\` is used elsewhere as \`*${shared.anchor}\``,
      "write it out in each place, and import again",
    );
  }

  private notAMapping(path: YamlPath): CannotImport {
    let length = path.length;
    while (length > 0 && this.node(path.slice(0, length)) === undefined) length--;
    const nearest = this.node(path.slice(0, length)) ?? this.root;
    return this.refusal(
      nearest?.range?.[0] ?? 0,
      `\`${path.join("/")}\` is ${isAlias(nearest) ? `the alias \`*${nearest.source}\`` : "no mapping"}`,
      "write it out as a mapping, and import again",
    );
  }

  /** The error for a path that does not exist, at the nearest existing place. */
  missing(path: YamlPath): CannotImport {
    return this.notAMapping(path);
  }

  private refusal(offset: number, message: string, suggestion: string): CannotImport {
    return new CannotImport({ file: this.file, ...new TextLines(this.text).place(offset) }, message, suggestion);
  }

  private entry(map: YAMLMap<Node, Node | null>, key: string): Entry | undefined {
    return map.items.find((entry) => keyText(entry.key) === key) as Entry | undefined;
  }

  private insertLines(at: number, indent: string, lines: EntryLines): void {
    const text = lines.map((line) => `${line === "" ? "" : indent + line}${this.lineBreak}`).join("");
    const lacksEnd = at > 0 && this.text[at - 1] !== "\n";
    this.edits.push({
      start: at,
      end: at,
      text: lacksEnd ? this.lineBreak + text.slice(0, -this.lineBreak.length) : text,
      indent: indent.length,
    });
  }

  private get lineBreak(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  private indentOf(map: YAMLMap<Node, Node | null>): string {
    const start = this.entryStart(map.items[0] as Entry);
    return " ".repeat(start - this.lineStart(start));
  }

  /** Start of an entry, including the anchor and the tag of its key. */
  private entryStart({ key }: Entry): number {
    const start = key.range?.[0] ?? 0;
    const line = this.text.slice(this.lineStart(start), start);
    return start - (/(?:\? +)?(?:[&!]\S* +)*$/.exec(line)?.[0].length ?? 0);
  }

  private entryEnd({ key, value }: Entry): number {
    return value ? this.contentEnd(value) : (key.range?.[1] ?? 0);
  }

  /** End of a value's text, before trailing white space and comments. */
  private contentEnd(node: Node): number {
    if ((isMap<Node, Node | null>(node) || isSeq<Node>(node)) && !node.flow) {
      const last = node.items.at(-1);
      if (last) return isMap(node) ? this.entryEnd(last as unknown as Entry) : this.contentEnd(last as Node);
    }
    const [start, end] = node.range as [number, number, number];
    // In a block scalar with `+`, trailing empty lines are part of the text.
    if (isScalar(node) && node.type?.startsWith("BLOCK") && /^[|>][^\n]*\+/.test(this.text.slice(start, end)))
      return end;
    return start + this.text.slice(start, end).trimEnd().length;
  }

  /** Offset of the line after an entry. */
  private lineBehind(entry: Entry): number {
    const end = this.entryEnd(entry);
    const last = this.lastScalar(entry.value);
    // A block scalar at the end of the file without a line end must not get one from the text that is inserted after it.
    if (last && end === this.text.length && /^[|>][0-9]*[ \t]*(?:#[^\n]*)?\r?\n/.test(this.text.slice(last.range?.[0])))
      this.edits.push({ start: (last.range?.[0] ?? 0) + 1, end: (last.range?.[0] ?? 0) + 1, text: "-" });
    return end > 0 && this.text[end - 1] === "\n" ? end : this.lineAfter(end);
  }

  private lastScalar(node: Node | null): Scalar | undefined {
    if (isMap<Node, Node | null>(node)) return this.lastScalar((node.items.at(-1)?.value as Node | undefined) ?? null);
    if (isSeq<Node>(node)) return this.lastScalar(node.items.at(-1) ?? null);
    return isScalar(node) && node.type?.startsWith("BLOCK") ? node : undefined;
  }

  private beginsLine(offset: number): boolean {
    return /^[ \t]*$/.test(this.text.slice(this.lineStart(offset), offset));
  }

  private lineStart(offset: number): number {
    return this.text.lastIndexOf("\n", offset - 1) + 1;
  }

  private lineAfter(offset: number): number {
    const end = this.text.indexOf("\n", offset);
    return end < 0 ? this.text.length : end + 1;
  }
}

/** Whether a value is missing or null: a mapping that is not written yet. */
function isNothing(node: Node | null | undefined): boolean {
  return !node || (isScalar(node) && node.value === null);
}

/** An entry of several lines as text on one line. */
function flowEntry(lines: EntryLines): string {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return only;
  const document = parseDocument(lines.join("\n"));
  visit(document, {
    Collection: (_, node) => {
      node.flow = true;
    },
  });
  return document
    .toString({ lineWidth: 0 })
    .trim()
    .replace(/^\{ (.*) \}$/s, "$1");
}

function keyText(key: Node): string {
  return isScalar(key) ? String(key.value) : "";
}

/** A value as YAML in a mapping: quoted where a bracket would begin a list. */
export function scalarText(value: string): string {
  return /^[\w.+-]+$/.test(value) ? value : JSON.stringify(value);
}
