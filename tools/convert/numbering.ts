/**
 * Renumbers shared objects. A new object gets the number that a kernel would have given it, one more than the greatest so far, and later objects move
 * up; gaps of removed objects are closed. So the order of the other objects is kept, and the numbers do not depend on the number of intermediate
 * conversions.
 *
 * The first pass over the image collects which objects are added and removed. Later passes meet new objects in the same order and assign their
 * numbers.
 */

/** An object that the image does not have. */
export class NewObject {
  /** Position among all new objects, in the order in which they are first met. */
  index: number | undefined;
}

export class Numbering {
  /** Number of new objects at the head of the image, which are numbered from 1 on. */
  private first = 0;
  /** For each new object, the lowest number of the image that moves up for it. Ascending, because the greatest number only grows. */
  private readonly added: number[] = [];
  private readonly removed = new Set<number>();
  /** The removed numbers in ascending order; set after the first pass. */
  private closed: number[] | undefined;
  private greatest = 0;
  private met = 0;

  /** Registers an object that is removed and no longer referred to. */
  remove(objref: number | NewObject): void {
    if (typeof objref === "number" && objref > 0 && !this.closed) this.removed.add(objref);
  }

  /** Reserves numbers for new objects at the head of the image. */
  addFirst(count: number): void {
    if (!this.closed) this.first += count;
  }

  /** Ends the first pass: from now on {@link numberOf} returns the numbers of the result. */
  settle(): void {
    this.closed = [...this.removed].sort((a, b) => a - b);
    this.rewind();
  }

  /** Starts another pass, in which new objects are met in the same order. */
  rewind(): void {
    this.met = 0;
  }

  /** Whether all numbers stay the same. */
  get isIdentity(): boolean {
    return this.closed?.length === 0 && this.first + this.added.length === 0;
  }

  /** The number in the result; 0 and negative numbers refer to no object and stay. The first pass must call it for every number. */
  numberOf(objref: number | NewObject): number {
    if (objref instanceof NewObject) return this.numberOfNew(objref);
    if (objref <= 0) return objref;
    if (!this.closed) {
      if (objref > this.greatest) this.greatest = objref;
      return objref;
    }
    return objref + this.first + countUpTo(this.added, objref) - countUpTo(this.closed, objref - 1);
  }

  private numberOfNew(object: NewObject): number {
    const isMet = object.index !== undefined;
    object.index ??= this.met++;
    if (!this.closed) {
      if (!isMet) this.added.push(this.greatest + 1);
      return 0;
    }
    const place = this.added[object.index] as number;
    return place + this.first + object.index - countUpTo(this.closed, place - 1);
  }
}

/** Number of elements of an ascending list that are at most `limit`. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
