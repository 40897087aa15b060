/** C text to a syntax tree. The grammar is that of tree-sitter, compiled to WebAssembly and delivered with its npm package. */
import { createRequire } from "node:module";
import { Language, type Node, Parser, type Tree } from "web-tree-sitter";

export type { Node } from "web-tree-sitter";

/** Longest time that one text may take. The real headers take milliseconds. */
const LONGEST_MS = 10_000;

/** The parser gave up: what it was given looks so little like C that mending it takes too long. */
export class ParsingTookTooLong extends Error {}

export class CParser {
  private constructor(private readonly parser: Parser) {}

  static async load(): Promise<CParser> {
    await Parser.init();
    const grammar = createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm");
    const parser = new Parser();
    parser.setLanguage(await Language.load(grammar));
    return new CParser(parser);
  }

  /** Calls `read` with the root of the tree, which lives no longer than that. */
  with<T>(text: string, read: (root: Node) => T): T {
    const began = performance.now();
    let tree: Tree | null;
    try {
      tree = this.parser.parse(text, null, { progressCallback: () => performance.now() - began > LONGEST_MS });
    } finally {
      this.parser.reset();
    }
    if (!tree) throw new ParsingTookTooLong(`no end after ${LONGEST_MS / 1000} seconds`);
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  }
}

/** The first place that is not C; a missing token is one. */
export function firstError(root: Node): { node: Node; missing: boolean } | undefined {
  let node = root;
  // Only down the branches that have one, so a long tree costs nothing.
  while (node.hasError) {
    if (node.isMissing) return { node, missing: true };
    if (node.isError) return { node, missing: false };
    const next = node.children.find((child) => child?.hasError || child?.isMissing);
    if (!next) return { node, missing: false };
    node = next;
  }
  return node.isMissing ? { node, missing: true } : undefined;
}
