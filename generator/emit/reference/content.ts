/**
 * The content of a reference page, before it is rendered as HTML or Markdown. Both are made from this form, so that they have the same content. It
 * contains no markup, so no text of the schema can become markup.
 */

/** A place in the reference. */
export interface Address {
  /** Path from the root without an ending, e.g. `structs/ckpt_hdr_vma`. */
  readonly page: string;
  /** Id of an element of that page, `version/arch[/field]`, which selects a layout, or two of those as `version/arch...version/arch`. */
  readonly anchor?: string;
}

export type Inline =
  | string
  /** `copy`: readers may want to copy the text. */
  | { readonly kind: "code"; readonly text: string; readonly copy?: boolean }
  | { readonly kind: "strong" | "emphasis"; readonly content: Content }
  | { readonly kind: "link"; readonly to: Address; readonly content: Content }
  /** A short remark in a frame: a version, a degree of confidence. `title` is the same as a sentence. */
  | { readonly kind: "badge"; readonly tone: Tone; readonly text: string; readonly title: string }
  /** Content that begins a new line. */
  | { readonly kind: "line"; readonly content: Content };

/** A run of text. */
export type Content = readonly Inline[];

export type Tone = "since" | "until" | "inferred" | "unknown" | "plain" | "breaks" | "keeps";

export interface TableColumn {
  readonly title: string;
  /** Numbers are set flush right. */
  readonly numeric?: boolean;
  /** May be hidden on narrow screens. */
  readonly minor?: boolean;
  /** Contains sentences, and needs room for them however many other columns there are. */
  readonly wide?: boolean;
  /** Set below the other columns where the width does not suffice. */
  readonly below?: boolean;
  /** Readers may want to copy the cells: an offset, a name. */
  readonly copy?: boolean;
}

export interface Row {
  readonly cells: readonly Content[];
  /** Id of the row, which makes it a target of links. */
  readonly anchor?: string;
  /** Name of the row in addresses that select a layout. */
  readonly field?: string;
  readonly tone?: "padding" | "group";
  /** The bytes that the row describes. */
  readonly range?: ByteRange;
}

/** A run of bytes. */
export interface ByteRange {
  /** From the start of the struct or the image, in bytes. */
  readonly offset: number;
  readonly size: number;
}

/** A row that describes a run of bytes of an image. */
export interface DumpRow extends Row {
  readonly anchor: string;
  readonly range: ByteRange;
  /** The first bytes of the range. */
  readonly bytes: Uint8Array;
  /** A remark on the bytes that are left out. */
  readonly rest?: string;
}

/** Content that holds in some versions on some architectures. */
export interface Case {
  /** All ABIs for which it holds, as `version/arch`. */
  readonly abis: readonly string[];
  readonly title: Content;
  readonly anchor: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "heading"; readonly level: 2 | 3 | 4; readonly content: Content; readonly anchor: string }
  | { readonly kind: "paragraph"; readonly content: Content }
  | { readonly kind: "list"; readonly items: readonly Content[]; readonly ordered?: boolean }
  /** Terms with their descriptions. */
  | { readonly kind: "facts"; readonly facts: readonly (readonly [term: string, content: Content])[] }
  | {
      readonly kind: "table";
      readonly caption: string;
      readonly columns: readonly TableColumn[];
      readonly rows: readonly Row[];
    }
  /** Bytes of an image, and a table that describes them. The offset is the first column. */
  | {
      readonly kind: "dump";
      readonly caption: string;
      readonly columns: readonly TableColumn[];
      readonly rows: readonly DumpRow[];
    }
  | { readonly kind: "code"; readonly language: "c" | "ts" | "sh" | "text" | "yaml"; readonly text: string }
  /** A drawing. `name` is unique in the reference; `text` describes the drawing. */
  | { readonly kind: "figure"; readonly name: string; readonly drawing: Drawing; readonly text: string }
  /** Content that is collapsed at first. */
  | { readonly kind: "details"; readonly summary: Content; readonly blocks: readonly Block[] }
  | { readonly kind: "note"; readonly tone: Tone; readonly blocks: readonly Block[] }
  /** Alternatives; readers choose by version and architecture. */
  | { readonly kind: "cases"; readonly cases: readonly Case[] }
  /** A part that a script fills. Without scripts, and in Markdown, the blocks are shown instead. */
  | { readonly kind: "widget"; readonly name: string; readonly blocks: readonly Block[] };

/** A drawing. The argument of {@link Drawing.svg} makes its links, because they depend on the place of the drawing. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Elements within the `svg` element; `href` returns the URL of an address. */
  svg(href: (to: Address) => string): string;
  /** The drawing as HTML elements, which fit any width; pages show it instead of the SVG. */
  html?(href: (to: Address) => string): string;
}

export interface Page {
  /** Path from the root without an extension. */
  readonly path: string;
  readonly title: string;
  /** One sentence without markup, for search results. */
  readonly summary: string;
  /** Entry of the navigation that the page belongs to. */
  readonly section: string;
  /** Files of the schema that the page is made from. */
  readonly sources: readonly string[];
  readonly blocks: readonly Block[];
}

export function code(text: string): Inline {
  return { kind: "code", text };
}

/** Code that readers may want to copy. */
export function copyable(text: string): Inline {
  return { kind: "code", text, copy: true };
}

export function strong(...content: Content): Inline {
  return { kind: "strong", content };
}

export function link(to: Address, ...content: Content): Inline {
  return { kind: "link", to, content };
}

export function line(...content: Content): Inline {
  return { kind: "line", content };
}

export function badge(tone: Tone, text: string, title: string): Inline {
  return { kind: "badge", tone, text, title };
}

export function paragraph(...content: Content): Block {
  return { kind: "paragraph", content };
}

export function heading(level: 2 | 3 | 4, anchor: string, ...content: Content): Block {
  return { kind: "heading", level, anchor, content };
}

/** Items with separators between them. */
export function joined(items: readonly Content[], between: string, last = between): Content {
  return items.flatMap((item, i) => (i === 0 ? item : [i === items.length - 1 ? last : between, ...item]));
}

/** The text without markup. */
export function plain(content: Content): string {
  return content
    .map((inline) => {
      if (typeof inline === "string") return inline;
      if (inline.kind === "code" || inline.kind === "badge") return inline.text;
      return inline.kind === "line" ? ` ${plain(inline.content)}` : plain(inline.content);
    })
    .join("");
}
