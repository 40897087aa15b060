/** The macros that are defined at one place of the headers, and the names that are known to be undefined. */
import type { Arch } from "../../model.js";
import { BrokenHeader } from "../broken.js";
import { QUESTIONS } from "../compiler-features.js";
import { foreignMacros } from "../foreign-macros.js";
import { predefined } from "../machines.js";
import { givenMacro, type Macro, Macros, readMacro } from "../macros.js";
import { type CToken, placeOf } from "../tokens.js";
import { brokenDirective, type Directive, tokensOf } from "./directive.js";

export class Definitions {
  readonly macros = new Macros();
  /** Names of the included headers that are not read. */
  readonly foreign = new Set<string>();
  /** Names that are explicitly undefined. */
  private readonly undefined = new Set<string>();
  /** Number of the current run of adjacent defines. */
  private run = 0;

  /** @param defines macros to define; undefined for a macro to undefine */
  constructor(
    readonly arch: Arch,
    computed: Readonly<Record<string, (use: CToken) => number>>,
    defines: ReadonlyMap<string, string | undefined>,
  ) {
    for (const macro of builtIn(arch)) this.set(macro);
    for (const [name, value] of Object.entries(computed))
      this.set({ name, body: [], group: "", compute: (use) => ({ kind: "number", text: String(value(use)) }) });
    for (const [name, body] of defines) {
      const macro = body === undefined ? undefined : givenMacro(name, body, `--define ${name}`);
      if (macro) this.set(macro);
      else this.undefine(name);
    }
  }

  isMacro(name: string): boolean {
    return this.macros.has(name) || (QUESTIONS.has(name) && !this.undefined.has(name));
  }

  isUndefined(name: string): boolean {
    return this.undefined.has(name);
  }

  set(macro: Macro): void {
    this.macros.set(macro.name, macro);
  }

  undefine(name: string): void {
    this.macros.delete(name);
    this.undefined.add(name);
  }

  /** Registers the include of a header that is not read, and defines those of its macros that are known. */
  addForeign(name: string): void {
    this.foreign.add(name);
    for (const [head, body] of foreignMacros(name, this.arch)) {
      const macro = givenMacro(head, body, name);
      if (macro && !this.macros.has(macro.name)) this.set(macro);
    }
  }

  /** The macro of a `#define`, which is not yet defined by this. */
  read(directive: Directive): Macro {
    const { header, at } = directive;
    // Defines separated only by white space form a group.
    if (!/#[^\n]*\n\s*$/.test(header.clean.slice(Math.max(0, at - 200), at))) this.run++;
    const tokens = tokensOf(directive);
    const [name] = tokens;
    const macro = readMacro(tokens, `${header.file}#${this.run}`, name && placeOf(name));
    if (!macro)
      throw brokenDirective(
        directive,
        "bad-define",
        name?.kind === "name" ? `the parameters of \`${name.text}\` are not names` : "`#define` without a name",
      );
    const ends = [macro.body[0], macro.body.at(-1)].find((token) => token?.text === "##");
    if (ends)
      throw new BrokenHeader(
        placeOf(ends),
        "bad-define",
        `\`##\` in \`${macro.name}\` has nothing to join on one side`,
      );
    return macro;
  }
}

/** Macros of the compiler and the configuration by architecture, which every run begins with. */
const BUILT_IN = new WeakMap<Arch, readonly Macro[]>();

function builtIn(arch: Arch): readonly Macro[] {
  const known =
    BUILT_IN.get(arch) ??
    [...predefined(arch)].flatMap(([head, body]) => givenMacro(head, body, `macro ${head}`) ?? []);
  BUILT_IN.set(arch, known);
  return known;
}
