/**
 * The grammar of one ABI as a program for the walk: instructions with their operands in one array of numbers. A rule is compiled when a walk first
 * enters it: many ABIs are tried on an image and soon ruled out.
 *
 * Addresses are positions in the array. An instruction that tests something jumps if the test fails, and otherwise the next one follows. AGAIN, JUMP
 * and CHOOSE say themselves when they jump.
 */
import type { Expression } from "../../../runtime/index.js";
import type { Term } from "../abi/evaluate.js";
import type { ImageFormat, RecordKind } from "../abi/format.js";
import { isSkippable, Syntax, type SyntaxRule, type SyntaxStep, type Token } from "./syntax.js";
import type { Reading } from "./terms.js";

/** Consumes a record. Operands: token of its type, step. */
export const TAKE = 0;
/** Tests whether the next record is among the starts of a node. Operands: step, address. */
export const STARTS = 1;
/** Tests a condition. Operands: term, address. */
export const WHEN = 2;
/** Enters a rule. Operands: rule, step, address of the rule; 0 until it is entered for the first time. */
export const CALL = 3;
/** Leaves the innermost rule. */
export const RETURN = 4;
/** Begins a round of a loop without a count: stores the offset. */
export const MARK = 5;
/** Begins a round of a counted loop: decrements the count and stores the offset. Ends the loop at count 0. Operand: address. */
export const ROUND = 6;
/** Ends a round: jumps if it consumed any record. Operand: address. */
export const AGAIN = 7;
/** Evaluates and stores the count of a loop. Operands: term, step. */
export const COUNT = 8;
/** Drops the count of a loop. */
export const DROP = 9;
/** Consumes an OBJREF and enters the body of the object. Operand: step. */
export const OBJECT = 10;
/** Consumes everything that may precede a record. */
export const PASS = 11;
/** Selects an item of a choice by the next record. Operands: number of items, then step and address of each. */
export const CHOOSE = 12;
/** Reports that no item of a choice begins with the next record. Operand: step. */
export const MISMATCH = 13;
/** Operand: address. */
export const JUMP = 14;
/** Compares a kept field with a number. Operands: operator, slot, number, the comparison as a term, address. */
export const COMPARE = 15;

/** The address that follows the start rule: the walk ends. */
export const END_OF_PROGRAM = 0;

/** The instructions of one grammar, and their operands that are no numbers. */
export class Program {
  readonly syntax: Syntax;
  /** Instructions and operands. Grows while a walk runs. */
  readonly code: number[] = [END_OF_PROGRAM];
  /** Operands that are steps, by index of the step. */
  readonly steps: SyntaxStep[] = [];
  readonly rules: SyntaxRule[] = [];
  readonly terms: Term<Reading>[] = [];
  /** Address of each rule that was entered. */
  private readonly addresses = new Map<SyntaxRule, number>();

  private constructor(format: ImageFormat) {
    this.syntax = new Syntax(format);
  }

  /** The program of a format. Cached, because most formats are used several times. */
  static of(format: ImageFormat): Program {
    const program = programs.get(format) ?? new Program(format);
    programs.set(format, program);
    return program;
  }

  /** Address of the first instruction of a rule. */
  addressOf(rule: SyntaxRule): number {
    return this.addresses.get(rule) ?? this.compile(rule);
  }

  private compile(rule: SyntaxRule): number {
    const { items } = rule;
    const address = this.code.length;
    this.addresses.set(rule, address);
    for (const item of items) this.compileNode(item);
    this.emit(RETURN);
    return address;
  }

  private compileNode(step: SyntaxStep): void {
    const { when, repeat, optional } = step.entry;
    if (repeat === "some" && when !== undefined) {
      this.emitLoop(step, () => this.emitCondition(when));
      return;
    }
    const end = when === undefined ? undefined : this.emitCondition(when);
    if (repeat === undefined) {
      const skip = optional ? this.emitJump(STARTS, this.stepIndex(step)) : undefined;
      this.emitOnce(step);
      skip?.();
    } else if (repeat === "any" || repeat === "some") {
      if (repeat === "some") this.emitOnce(step);
      this.emitLoop(step, () => this.emitJump(STARTS, this.stepIndex(step)));
    } else this.emitCounted(step, repeat);
    end?.();
  }

  /**
   * Emits a loop without a count.
   *
   * @param test emits the test before each round, and returns a function that makes the current address the one after the loop
   */
  private emitLoop(step: SyntaxStep, test: () => () => void): void {
    const start = this.code.length;
    const end = test();
    this.emit(MARK);
    this.emitOnce(step);
    this.emit(AGAIN, start);
    end();
  }

  /** The count is not trusted: the loop ends at the first round without a record. */
  private emitCounted(step: SyntaxStep, count: Expression): void {
    this.emit(COUNT, this.termIndex(count), this.stepIndex(step));
    const start = this.code.length;
    const end = this.emitJump(ROUND);
    this.emitOnce(step);
    this.emit(AGAIN, start, DROP);
    end();
  }

  private emitOnce(step: SyntaxStep): void {
    switch (step.form) {
      case "record":
        this.emitTake(step, this.syntax.tokenOf(step.kind as RecordKind));
        break;
      case "ref": {
        const end = this.emitJump(STARTS, this.stepIndex(step));
        this.emit(OBJECT, this.stepIndex(step));
        end();
        break;
      }
      case "object": {
        const other = this.emitJump(STARTS, this.stepIndex(step));
        const next = this.emitJump(JUMP);
        other();
        this.emit(PASS);
        next();
        this.emit(OBJECT, this.stepIndex(step));
        break;
      }
      case "rule": {
        const { rule } = step;
        if (rule) this.emit(CALL, this.rules.push(rule) - 1, this.stepIndex(step), 0);
        break;
      }
      case "sequence":
        for (const item of step.items) this.compileNode(item);
        break;
      case "choice":
        this.emitChoice(step);
    }
  }

  private emitTake(step: SyntaxStep, token: Token): void {
    // A record of this type may also precede any record. PASS takes it as that, except within `error`.
    if (this.syntax.passing(token) !== null) this.emit(PASS);
    this.emit(TAKE, token, this.stepIndex(step));
  }

  /**
   * Emits the test of a condition: its parts are tested one after the other, as far as its value depends on them.
   *
   * @returns makes the current address the one for a condition that does not hold
   */
  private emitCondition(expression: Expression): () => void {
    if (typeof expression !== "number" && (expression[0] === "&&" || expression[0] === "||")) {
      const [operator, left, right] = expression;
      const first = this.emitCondition(left);
      if (operator === "&&") {
        const second = this.emitCondition(right);
        return () => {
          first();
          second();
        };
      }
      const holds = this.emitJump(JUMP);
      first();
      const second = this.emitCondition(right);
      holds();
      return second;
    }
    const comparison = this.syntax.terms.comparison(expression);
    if (!comparison) return this.emitJump(WHEN, this.termIndex(expression));
    const { operator, slot, number } = comparison;
    return this.emitJump(COMPARE, operator, slot, number, this.termIndex(expression));
  }

  private emitChoice(step: SyntaxStep): void {
    const tables = [this.emitTable(step)];
    this.emit(PASS);
    tables.push(this.emitTable(step));
    const ends: (() => void)[] = [];
    if (isSkippable(step)) ends.push(this.emitJump(JUMP));
    else this.emit(MISMATCH, this.stepIndex(step));
    step.items.forEach((item, i) => {
      for (const table of tables) this.code[table + 2 * i + 1] = this.code.length;
      this.compileNode(item);
      ends.push(this.emitJump(JUMP));
    });
    for (const end of ends) end();
  }

  /** Emits a CHOOSE whose addresses are not known yet, and returns the position of its first item. */
  private emitTable({ items }: SyntaxStep): number {
    this.emit(CHOOSE, items.length);
    const table = this.code.length;
    for (const item of items) this.emit(this.stepIndex(item), 0);
    return table;
  }

  /** Emits an instruction whose last operand is an address, and returns a function that makes it the current one. */
  private emitJump(...instruction: readonly number[]): () => void {
    this.emit(...instruction, 0);
    const operand = this.code.length - 1;
    return () => {
      this.code[operand] = this.code.length;
    };
  }

  private emit(...numbers: readonly number[]): void {
    this.code.push(...numbers);
  }

  private stepIndex(step: SyntaxStep): number {
    this.steps[step.index] = step;
    return step.index;
  }

  private termIndex(expression: Expression): number {
    return this.terms.push(this.syntax.terms.of(expression)) - 1;
  }
}

const programs = new WeakMap<ImageFormat, Program>();
