/**
 * Step 2 of reading headers: preprocesses the headers for one architecture: follows includes, resolves conditionals, and expands macros.
 *
 * In: the headers. Out: tokens without directives and macros, each with its place in a header.
 */
import type { Arch } from "../../model.js";
import { suggest } from "../../problem.js";
import { REFUSED } from "../broken.js";
import type { Macros } from "../macros.js";
import { type HeaderText, lineEnd } from "../scan.js";
import { type CToken, placeOf, shortened, tokensIn } from "../tokens.js";
import { conditionHolds } from "./condition.js";
import { Conditionals } from "./conditionals.js";
import { Definitions } from "./definitions.js";
import { brokenDirective, type Directive, directiveAt, macroNameIn, restOf } from "./directive.js";
import { Expansion } from "./expansion.js";
import { type FollowInclude, Includes } from "./includes.js";
import { refusePragma } from "./pragma.js";

/** The preprocessed headers for one architecture, before they are parsed. */
export interface TranslationUnit {
  readonly tokens: readonly CToken[];
  readonly macros: Macros;
  /** Names of the included headers that are not read. */
  readonly foreign: ReadonlySet<string>;
  /** Paths of the headers that were read. */
  readonly files: ReadonlySet<string>;
}

/** Most characters of an `#error` message that are reported. */
const MAX_ERROR_LENGTH = 200;
/** Most characters of an unknown directive that are compared with the known ones. */
const MAX_DIRECTIVE_LENGTH = 64;

export class Preprocessor {
  private readonly definitions: Definitions;
  private readonly includes: Includes;
  private readonly expansion: Expansion;
  /** Value of the next `__COUNTER__`. */
  private counter = 0;

  constructor(
    private readonly arch: Arch,
    private readonly follow: FollowInclude,
    defines: ReadonlyMap<string, string | undefined> = new Map(),
  ) {
    const computed = {
      __LINE__: (use: CToken) => placeOf(use).line,
      __COUNTER__: () => this.counter++,
      __INCLUDE_LEVEL__: () => this.includes.level,
    };
    this.definitions = new Definitions(arch, computed, defines);
    this.includes = new Includes(follow, this.definitions.macros);
    this.expansion = new Expansion(this.definitions.macros);
  }

  /** Reads a header unless it was already included. */
  add(header: HeaderText): void {
    if (!this.includes.files.has(header.file)) this.read(header);
  }

  finish(): TranslationUnit {
    const { macros, foreign } = this.definitions;
    return { tokens: this.expansion.tokens, macros, foreign, files: this.includes.files };
  }

  private read(header: HeaderText): void {
    this.includes.begin(header);
    const conditionals = new Conditionals(header);
    for (let start = 0; start < header.clean.length; ) {
      const end = lineEnd(header.clean, start);
      const directive = directiveAt(header, start);
      if (directive) {
        this.expansion.expand();
        const holds = () => conditionHolds(directive, this.definitions, this.follow);
        if (!conditionals.follow(directive, holds) && conditionals.isActive) this.obey(directive);
      } else if (conditionals.isActive) this.expansion.add(tokensIn(header, start, end));
      start = end + 1;
    }
    this.expansion.expand(true);
    conditionals.finish();
    this.includes.end();
  }

  /** Obeys a directive that is not one of conditionals. */
  private obey(directive: Directive): void {
    const rest = restOf(directive);
    switch (directive.name) {
      case "define": {
        const macro = this.definitions.read(directive);
        this.refuseWithinItself(macro.name, directive);
        this.definitions.set(macro);
        return;
      }
      case "undef": {
        const name = macroNameIn(directive, "`#undef` names no macro");
        this.refuseWithinItself(name, directive);
        this.definitions.undefine(name);
        return;
      }
      case "include":
      case "import":
        this.include(directive);
        return;
      case "include_next":
        this.definitions.addForeign(rest.trim().replace(/^[<"]|[>"].*$/g, ""));
        return;
      case "error":
        throw brokenDirective(
          directive,
          REFUSED,
          `the headers refuse ${this.arch.id}: ${rest.trim().slice(0, MAX_ERROR_LENGTH) || "#error"}`,
        );
      case "pragma":
        if (/^\s*once\b/.test(rest)) this.includes.readOnce(directive.header);
        refusePragma(rest, (message, suggestion) => brokenDirective(directive, "unsupported", message, suggestion));
        return;
      case "":
      case "warning":
      case "line":
      case "ident":
      case "sccs":
      case "assert":
      case "unassert":
        return;
      default:
        throw unknownDirective(directive);
    }
  }

  private include(directive: Directive): void {
    if (this.expansion.openMacro !== undefined)
      throw brokenDirective(directive, "unsupported", `\`#${directive.name}\` within the arguments of a macro`);
    const found = this.includes.find(directive);
    if (typeof found === "string") this.definitions.addForeign(found);
    else if (found) this.read(found);
  }

  /** A macro must not be redefined while its arguments are incomplete: its definition is that at their beginning. */
  private refuseWithinItself(name: string, directive: Directive): void {
    if (this.expansion.openMacro === name)
      throw brokenDirective(directive, "unsupported", `\`${name}\` changes within its own arguments`);
  }
}

function unknownDirective(directive: Directive) {
  const { name } = directive;
  const { suggestion } = suggest(name.slice(0, MAX_DIRECTIVE_LENGTH), DIRECTIVES);
  return brokenDirective(directive, "unknown-directive", `unknown directive \`#${shortened(name)}\``, suggestion);
}

/** Directives to suggest for a misspelt one. */
const DIRECTIVES = [
  "define",
  "undef",
  "include",
  "include_next",
  "if",
  "ifdef",
  "ifndef",
  "elif",
  "elifdef",
  "elifndef",
  "else",
  "endif",
  "error",
  "warning",
  "pragma",
  "line",
];
