/**
 * Expands the macros of code, run by run between directives. Arguments of a macro may contain directives, so code whose last macro is incomplete waits
 * for the code after the directive. They may not extend beyond the end of a file.
 */
import { BrokenHeader } from "../broken.js";
import { type Macros, UnfinishedArguments } from "../macros.js";
import { NoConstant } from "../no-constant.js";
import { type CToken, placeOf } from "../tokens.js";

/** Most tokens of a unit, 40 times as many as real ones have; repeated includes could make it grow without bound. */
const MAX_UNIT_TOKENS = 1 << 20;
/** Most attempts to find the end of the same arguments. */
const MAX_ATTEMPTS = 100;

export class Expansion {
  /** The expanded code. */
  readonly tokens: CToken[] = [];
  /** Code since the last directive. */
  private waiting: CToken[] = [];
  /** Set when `waiting` ends within arguments: the name that leads to the macro, and the number of parentheses open after it. */
  private unfinished: { readonly use: CToken; open: number; counted: number; attempts: number } | undefined;

  constructor(private readonly macros: Macros) {}

  /** Name of the macro whose arguments are incomplete. */
  get openMacro(): string | undefined {
    return this.unfinished?.use.text;
  }

  add(tokens: readonly CToken[]): void {
    for (const token of tokens) this.waiting.push(token);
  }

  /** Expands the waiting code. */
  expand(atEndOfFile = false): void {
    const { waiting } = this;
    const [first] = waiting;
    if (!first || (!atEndOfFile && this.isOpen())) return;
    this.waiting = [];
    let tokens: CToken[];
    try {
      tokens = this.macros.expand(waiting);
      this.unfinished = undefined;
    } catch (error) {
      if (error instanceof NoConstant) throw new BrokenHeader(placeOf(error.token ?? first), "too-long", error.message);
      if (!(error instanceof UnfinishedArguments) || atEndOfFile) throw error;
      tokens = this.untilArguments(waiting, error);
    }
    if (this.tokens.length + tokens.length > MAX_UNIT_TOKENS)
      throw new BrokenHeader(placeOf(first), "too-long", "the headers with their includes are too long");
    for (const token of tokens) this.tokens.push(token);
  }

  /** Defers the macro with incomplete arguments, and all tokens after it. */
  private untilArguments(waiting: readonly CToken[], error: UnfinishedArguments): CToken[] {
    const { use } = error;
    const attempts = this.unfinished?.use === use ? this.unfinished.attempts + 1 : 1;
    if (attempts > MAX_ATTEMPTS) throw error;
    const index = waiting.indexOf(use);
    this.waiting = waiting.slice(index);
    this.unfinished = { use, open: 0, counted: 0, attempts };
    return this.macros.expand(waiting.slice(0, index));
  }

  /** Whether parentheses are still open after the macro with incomplete arguments. */
  private isOpen(): boolean {
    const { unfinished, waiting } = this;
    if (!unfinished) return false;
    for (; unfinished.counted < waiting.length; unfinished.counted++) {
      const { kind, text } = waiting[unfinished.counted] as CToken;
      if (kind === "mark" && text === "(") unfinished.open++;
      else if (kind === "mark" && text === ")") unfinished.open--;
    }
    return unfinished.open > 0;
  }
}
