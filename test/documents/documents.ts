/** The hand-written Markdown files, and their contents. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import MarkdownIt from "markdown-it";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Paths from the root. */
export const MARKDOWN: readonly string[] = [
  ".",
  "docs",
  "findings",
  "runtime",
  "schema",
  "scripts",
  "test",
  "tools",
].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder !== ".", encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

export interface Document {
  readonly links: readonly string[];
  /** Texts in backquotes. */
  readonly code: readonly string[];
  /** Anchors of the headings, as GitHub generates them. */
  readonly anchors: ReadonlySet<string>;
  /** TypeScript code blocks that begin at the left margin. */
  readonly samples: readonly string[];
}

export function readDocument(text: string): Document {
  const tokens = new MarkdownIt().parse(text, {});
  const inline = tokens.flatMap(({ children }) => children ?? []);
  return {
    links: inline.filter(({ type }) => type === "link_open").map((token) => String(token.attrGet("href"))),
    code: inline.filter(({ type }) => type === "code_inline").map(({ content }) => content),
    anchors: new Set(
      tokens.flatMap(({ type }, index) =>
        type === "heading_open" ? [anchorOf(tokens[index + 1]?.content ?? "")] : [],
      ),
    ),
    samples: tokens
      .filter(({ type, info, level }) => type === "fence" && info === "ts" && level === 0)
      .map(({ content }) => content),
  };
}

export function documentAt(path: string): Document {
  return readDocument(readFileSync(join(ROOT, path), "utf8"));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
