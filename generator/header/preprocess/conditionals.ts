/** The conditionals that are open at one place of a header, and whether the code there counts. */
import { BrokenHeader } from "../broken.js";
import type { HeaderText } from "../scan.js";
import { brokenDirective, type Directive } from "./directive.js";

interface Conditional {
  /** Offset of the `#if`. */
  readonly at: number;
  /** Whether the code around the conditional counts. */
  readonly outer: boolean;
  active: boolean;
  /** Whether one of the parts so far was active. */
  taken: boolean;
  hasElse: boolean;
}

const MAX_CONDITIONAL_DEPTH = 64;

export class Conditionals {
  private readonly open: Conditional[] = [];

  constructor(private readonly header: HeaderText) {}

  /** Whether the code at this place counts. */
  get isActive(): boolean {
    return this.open.at(-1)?.active ?? true;
  }

  /**
   * Follows a directive.
   *
   * @param holds evaluates the condition; called only if the result matters
   * @returns false when it is no directive of conditionals
   */
  follow(directive: Directive, holds: () => boolean): boolean {
    switch (directive.name) {
      case "if":
      case "ifdef":
      case "ifndef":
        this.begin(directive, holds);
        return true;
      case "elif":
      case "elifdef":
      case "elifndef":
      case "else":
        this.alternative(directive, holds);
        return true;
      case "endif":
        this.innermost(directive);
        this.open.pop();
        return true;
    }
    return false;
  }

  /**
   * Ends the header: all conditionals must be closed.
   *
   * @throws {BrokenHeader} when a conditional is open at the end of the header
   */
  finish(): void {
    const open = this.open.at(-1);
    if (open)
      throw new BrokenHeader(
        this.header.place(open.at),
        "unterminated",
        "the conditional has no end",
        "close it with `#endif`",
      );
  }

  private begin(directive: Directive, holds: () => boolean): void {
    if (this.open.length >= MAX_CONDITIONAL_DEPTH)
      throw brokenDirective(
        directive,
        "too-deep",
        `more than ${MAX_CONDITIONAL_DEPTH} conditionals are open at a time`,
      );
    const outer = this.isActive;
    const active = outer && holds();
    this.open.push({ at: directive.at, outer, active, taken: active, hasElse: false });
  }

  private alternative(directive: Directive, holds: () => boolean): void {
    const conditional = this.innermost(directive);
    if (conditional.hasElse) throw brokenDirective(directive, "unmatched", `\`#${directive.name}\` after \`#else\``);
    conditional.hasElse = directive.name === "else";
    conditional.active = conditional.outer && !conditional.taken && (conditional.hasElse || holds());
    conditional.taken ||= conditional.active;
  }

  private innermost(directive: Directive): Conditional {
    const conditional = this.open.at(-1);
    if (conditional) return conditional;
    throw brokenDirective(directive, "unmatched", `\`#${directive.name}\` without \`#if\``);
  }
}
