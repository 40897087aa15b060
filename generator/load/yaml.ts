/**
 * Checks that a text is YAML of the plain kind that the schema uses: one document of mappings, lists and scalars, without anchors, aliases, tags and
 * directives, so that every fact is written where it is used.
 *
 * In: the text, or the parser's result. Out: complaints at offsets of the text.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  visit,
  type YAMLError,
} from "yaml";
import type { DataPath, TextComplaint } from "./complaint.js";
import { MAX_LINE_LENGTH } from "./positions.js";

/** Limits that keep every later step fast; files of the schema are far below them. */
const MAX_FILE_LENGTH = 1 << 20;
const MAX_NESTING = 64;

/** Control characters, line separators and direction marks, which editors hide, and the replacement character for invalid UTF-8. */
const STRAY_CHARACTER =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd\ufeff]/;

/** Errors of a text that prevent parsing: at most one. */
export function textComplaints(text: string): TextComplaint[] {
  if (text.length > MAX_FILE_LENGTH)
    return [
      {
        offset: 0,
        rule: "too-large",
        message: `the file has ${text.length} characters, more than ${MAX_FILE_LENGTH}`,
        suggestion: "split it by subject",
      },
    ];
  const stray = STRAY_CHARACTER.exec(text);
  if (stray) {
    const code = text.charCodeAt(stray.index).toString(16).toUpperCase().padStart(4, "0");
    return [
      {
        offset: stray.index,
        rule: "stray-character",
        message: code === "FFFD" ? "these bytes are not UTF-8" : `the character U+${code} is not allowed in the schema`,
      },
    ];
  }
  const long = new RegExp(`^.{${MAX_LINE_LENGTH + 1}}`, "m").exec(text);
  if (long)
    return [
      {
        offset: long.index,
        rule: "long-line",
        message: `the line has more than ${MAX_LINE_LENGTH} characters`,
        suggestion: "break it",
      },
    ];
  return [];
}

/** The first error of the parser, if any; later ones are seldom helpful. */
export function syntaxComplaint(
  yaml: Document.Parsed,
  text: string,
  lineAt: (offset: number) => number,
): TextComplaint | undefined {
  const errors = [...yaml.errors, ...yaml.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const [first] = errors;
  if (!first) return undefined;
  const together = errors.filter((error) => error.pos[0] === first.pos[0]);
  return { offset: first.pos[0], rule: "yaml", ...inWords(first, together, yaml, text, lineAt) };
}

function inWords(
  error: YAMLError,
  together: readonly YAMLError[],
  yaml: Document.Parsed,
  text: string,
  lineAt: (offset: number) => number,
): Omit<TextComplaint, "offset" | "rule"> & { offset?: number } {
  const offset = error.pos[0];
  const here = text[offset] ?? "";
  switch (error.code) {
    case "TAB_AS_INDENT":
      return { message: "a tab in the indentation", suggestion: "indent with spaces" };
    case "RESOURCE_EXHAUSTION":
      return { message: "nested too deeply to be read" };
    case "MULTIPLE_DOCS":
      return { message: "a second YAML document begins here", suggestion: "a file of the schema is one document" };
    case "BAD_SCALAR_START":
      return { message: `a text cannot begin with "${here}"`, suggestion: "put it in quotes" };
    case "BLOCK_IN_FLOW":
      return { ...SECOND_COLON, suggestion: `${SECOND_COLON.suggestion}, or a comma between two keys` };
    case "MULTILINE_IMPLICIT_KEY":
    case "BLOCK_AS_IMPLICIT_KEY": {
      const codes = together.map((other) => other.code);
      if (!codes.includes("MULTILINE_IMPLICIT_KEY")) return SECOND_COLON;
      if (!codes.includes("BLOCK_AS_IMPLICIT_KEY"))
        return { message: "this line is neither `key: value` nor `key:`", suggestion: "a space follows the colon" };
      return {
        offset: afterIndentation(text, text.indexOf("\n", offset) + 1),
        message: "this line is indented more deeply than the key above it, which already has a value",
      };
    }
    case "BAD_INDENT":
    case "MISSING_CHAR": {
      if (/^Missing closing/.test(error.message))
        return {
          offset: startOf(yaml, (node) => isScalar(node) && node.range?.[1] === offset) ?? offset,
          message: "the quote that opens here is not closed",
        };
      const open = / end with a ([}\]])/.exec(error.message)?.[1] === "]" ? "[" : "{";
      if (/ end with a /.test(error.message))
        return {
          offset: startOf(yaml, (node) => isInBraces(node) && node.range?.[1] === offset) ?? offset,
          message: `the \`${open}\` that opens here is not closed`,
        };
      if (/^Missing , (?:or : )?between/.test(error.message)) {
        const start = startOf(yaml, (node) => isInBraces(node) && contains(node, offset));
        return {
          message: "a comma is missing before this, or a closing brace or bracket",
          ...(start !== undefined && {
            suggestion: `the \`${text[start]}\` that is still open is in line ${lineAt(start)}`,
          }),
        };
      }
      if (error.code === "BAD_INDENT")
        return {
          offset: afterIndentation(text, offset),
          message: "the indentation of this line matches no line above it",
          suggestion: "the keys of a mapping, or the items of a list, start in the same column",
        };
      return plainly(error);
    }
    case "UNEXPECTED_TOKEN":
      if (/[}\]]/.test(here)) return { message: `\`${here}\` closes nothing` };
      if (/ at node end$/.test(error.message))
        return {
          message: "something follows the end of the value",
          suggestion: "put the whole text in quotes, and double a quote within",
        };
      return plainly(error);
    default:
      return plainly(error);
  }
}

const SECOND_COLON = {
  message: "a second `: ` within one value",
  suggestion: "put a text that contains `: ` in quotes",
} as const;

function plainly(error: YAMLError): { message: string } {
  const message = error.message.replace(/\.$/, "");
  return { message: message.charAt(0).toLowerCase() + message.slice(1) };
}

function afterIndentation(text: string, lineStart: number): number {
  let offset = lineStart;
  while (text[offset] === " ") offset++;
  return offset;
}

function isInBraces(node: Node): boolean {
  return isCollection(node) && node.flow === true;
}

function contains({ range }: Node, offset: number): boolean {
  return range != null && range[0] <= offset && offset <= range[1];
}

/** Start of the innermost node that matches. */
function startOf(yaml: Document.Parsed, isMeant: (node: Node) => boolean): number | undefined {
  let start: number | undefined;
  visit(yaml, {
    Node(_, node) {
      if (isMeant(node)) start = node.range?.[0];
    },
  });
  return start;
}

/**
 * Errors for notations that YAML allows and the schema does not. `readable` is false when the data would differ from what the author sees, or could
 * not be built in reasonable time.
 */
export function notationComplaints(
  yaml: Document.Parsed,
  text: string,
  lineAt: (offset: number) => number,
): { complaints: TextComplaint[]; readable: boolean } {
  const complaints: TextComplaint[] = [];
  let readable = true;
  const refuse = (node: Node | null, path: DataPath, message: string, suggestion?: string) => {
    const start = node?.range?.[0] ?? 0;
    // Anchors and tags precede the node.
    const lead = /(?:[&!]\S*\s*)*$/.exec(text.slice(Math.max(0, start - MAX_LINE_LENGTH), start))?.[0].length ?? 0;
    complaints.push({ offset: start - lead, path, rule: "notation", message, ...(suggestion && { suggestion }) });
    readable = false;
  };

  if (yaml.directives.yaml.explicit)
    complaints.push({
      offset: text.indexOf("%YAML"),
      rule: "notation",
      message: "a directive is not allowed in the schema",
    });

  // An explicit stack, so that deep nesting cannot exhaust the call stack.
  const waiting: { node: Node | null; path: DataPath }[] = [{ node: yaml.contents, path: [] }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, path } = next;
    if (isAlias(node)) refuse(node, path, "an alias is not allowed in the schema", "write the value out");
    else if (node?.anchor) refuse(node, path, "an anchor is not allowed in the schema", "remove it");
    else if (node?.tag) refuse(node, path, "a tag is not allowed in the schema", "remove it");
    else if (path.length > MAX_NESTING) {
      refuse(node, path, `nested more than ${MAX_NESTING} levels deep`);
      break;
    } else if (isSeq<Node>(node))
      waiting.push(...node.items.map((item, index) => ({ node: item, path: [...path, index] })));
    else if (isMap<Node, Node | null>(node)) {
      const seen = new Map<string, number>();
      const repeated: { name: string; offset: number; before: number }[] = [];
      for (const { key, value } of node.items) {
        if (!isScalar(key) || key.value === null || isPair(key)) {
          refuse(key, path, "a key of the schema is a plain name");
          continue;
        }
        if (key.value === "<<") refuse(key, path, "a merge key is not allowed in the schema", "write the keys out");
        if (key.anchor || key.tag) waiting.push({ node: key, path });
        const name = String(key.value);
        const offset = key.range?.[0] ?? 0;
        const before = seen.get(name);
        if (before !== undefined) repeated.push({ name, offset, before });
        else seen.set(name, offset);
        waiting.push({ node: value, path: [...path, name] });
      }
      complaints.push(...repetition(repeated, path, lineAt));
    } else if (isScalar(node) && typeof node.value === "number" && /^[-+]?0[0-9]/.test(node.source ?? ""))
      complaints.push({
        offset: node.range?.[0] ?? 0,
        path,
        rule: "notation",
        message: `YAML reads \`${node.source}\` as ${node.value}`,
        suggestion: `write \`${node.source?.replace("0", "0o")}\` for an octal number`,
      });
  }
  return { complaints, readable };
}

/** One error for all duplicate keys of a mapping: the line that begins another mapping is probably missing. */
function repetition(
  repeated: readonly { name: string; offset: number; before: number }[],
  path: DataPath,
  lineAt: (offset: number) => number,
): TextComplaint[] {
  const [first, ...others] = repeated;
  if (!first) return [];
  const more = others.length > 0 ? `; ${others.length} more keys are duplicates` : "";
  return [
    {
      offset: first.offset,
      path: [...path, first.name],
      rule: holdsNames(path) ? "duplicate-name" : "duplicate-key",
      message: `duplicate key \`${first.name}\`, first in line ${lineAt(first.before)}${more}`,
    },
  ];
}

/** Whether the keys of a mapping are names that other files may refer to. */
function holdsNames(path: DataPath): boolean {
  if (path[0] === "grammar") return path.length === 2;
  return path.length === 1 || (path[0] === "enums" && path.length === 3);
}
