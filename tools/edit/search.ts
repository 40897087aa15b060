/**
 * Follows one path. A name can have several meanings; they are tried in order, and the first one with which the whole path resolves is used. If none
 * does, the error is that of the attempt that got furthest.
 */
import { UsageError } from "../errors/usage-error.js";
import { Field } from "./field.js";
import { spotGroups } from "./groups.js";
import type { Lookup } from "./lookup.js";
import { isRepeated } from "./names.js";
import type { Path, PathSelector, PathStep } from "./path.js";
import { pickElements, pickSpots } from "./pick.js";
import { type Spot, type SpotGroup, type SpotMatch, valueFieldOf } from "./spot.js";
import { unknownName } from "./unknown-name.js";

export class Search {
  /** Number of steps of the best attempt so far; the first of equal ones counts. */
  private reached = -1;
  private best: UsageError;

  constructor(
    private readonly lookup: Lookup,
    private readonly path: Path,
  ) {
    this.best = new UsageError("bad-path", "it leads nowhere", { path: path.text, column: 1 });
  }

  /** The error of the best attempt. */
  failure(): UsageError {
    return this.best;
  }

  /**
   * Follows the path from a spot on; yields everything that it leads to.
   *
   * @param index of the next step
   * @param shown the path so far
   */
  *follow(spot: Spot, index: number, shown: string): Generator<SpotMatch, void, void> {
    const step = this.path.steps[index];
    if (!step) {
      yield { path: shown, spot };
      return;
    }
    const prefix = shown === "" ? step.name : `${shown}.${step.name}`;
    let known = false;
    for (const group of spotGroups(this.lookup, spot, step.name)) {
      known = true;
      for (const choose of this.ways(group, step, index, prefix)) {
        let found = false;
        for (const next of choose())
          for (const match of this.follow(next.spot, index + 1, next.path)) {
            found = true;
            yield match;
          }
        if (found) return;
      }
    }
    if (!known) this.fail(index, step.column, () => unknownName(this.lookup, spot, step.name));
  }

  /**
   * The possible meanings of brackets: a selection from several items, or elements of an array. If the name can mean several items, the selection is
   * tried first, even if there is only one.
   */
  private *ways(
    group: SpotGroup,
    { column, selectors }: PathStep,
    index: number,
    shown: string,
  ): Generator<() => Iterable<SpotMatch>, void, void> {
    const only = single(group.spots());
    const elements = () => this.elements(only as Spot, selectors, index, shown);
    const select = () => this.select(group, column, selectors, index, shown);
    if (only instanceof Field) yield elements;
    else if (!only || selectors.length === 0 || !this.isArray(only)) yield select;
    else yield* isRepeated(this.lookup.image, only) ? [select, elements] : [elements, select];
  }

  private isArray(spot: Spot): boolean {
    return valueFieldOf(this.lookup.image, spot)?.length !== undefined;
  }

  private *select(
    group: SpotGroup,
    column: number,
    [first, ...rest]: readonly PathSelector[],
    index: number,
    shown: string,
  ): Generator<SpotMatch, void, void> {
    const picked = group.reason ?? pickSpots(this.lookup, group, first);
    if (typeof picked === "string") this.fail(index, group.reason ? column : (first?.column ?? column), () => picked);
    else for (const { spot, selector } of picked) yield* this.elements(spot, rest, index, shown + selector);
  }

  /** Elements of an array, or of the payload of a record. */
  private *elements(
    spot: Spot,
    [selector, ...rest]: readonly PathSelector[],
    index: number,
    shown: string,
  ): Generator<SpotMatch, void, void> {
    if (!selector) {
      yield { path: shown, spot };
      return;
    }
    const array = valueFieldOf(this.lookup.image, spot);
    const picked = pickElements(this.lookup, array, selector, shown);
    if (typeof picked === "string") this.fail(index, selector.column, () => picked);
    else for (const i of picked) yield* this.elements((array as Field).element(i), rest, index, `${shown}[${i}]`);
  }

  private fail(index: number, column: number, reason: () => string): void {
    if (index <= this.reached) return;
    this.reached = index;
    this.best = new UsageError("bad-path", reason(), { path: this.path.text, column });
  }
}

/** The only item; undefined if there is none or several. */
function single<T>(items: Iterable<T>): T | undefined {
  let only: T | undefined;
  for (const item of items) {
    if (only !== undefined) return undefined;
    only = item;
  }
  return only;
}
