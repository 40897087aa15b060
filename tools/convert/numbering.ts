/**
 * Numbers of shared objects. Objects that a conversion adds get the number that a kernel would have given them, one more than the greatest so
 * far, and later objects move up; the numbers of objects that it takes away are closed up. So the order of all others stays, and it makes no
 * difference in how many conversions an image gets where it is.
 *
 * Which objects come and go is known when the whole image was gone through once. The second time, when it is written, they come in the same
 * order and get their numbers.
 */

/** An object that the image did not have. */
export class NewObject {
  /** Place among all new objects in the order in which they are met. */
  index: number | undefined;
}

export class Numbering {
  /** Objects at the head of the image, which have the numbers from 1 on. */
  private first = 0;
  /** By new object: the least number of the image that has to move up for it. Ascending, because the greatest number only grows. */
  private readonly added: number[] = [];
  private readonly removed = new Set<number>();
  /** Set when the first pass is over. */
  private closed: number[] | undefined;
  private greatest = 0;
  private met = 0;

  /** Hears of an object that is left out, whose number nobody names any more. */
  remove(objref: number | NewObject): void {
    if (typeof objref === "number" && objref > 0 && !this.closed) this.removed.add(objref);
  }

  /** Makes room for objects at the head of the image. */
  addFirst(count: number): void {
    if (!this.closed) this.first += count;
  }

  /** Ends the first pass: from now on numbers are those of the result. */
  settle(): void {
    this.closed = [...this.removed].sort((a, b) => a - b);
    this.rewind();
  }

  /** Begins another pass, in which new objects are met in the same order. */
  rewind(): void {
    this.met = 0;
  }

  /** Whether all numbers stay as they are. */
  get isIdentity(): boolean {
    return this.closed?.length === 0 && this.first + this.added.length === 0;
  }

  /** The number in the result; 0 and negative ones, which name no object, stay. Every number has to be asked for in the first pass. */
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

/** How many of ascending numbers are at most `limit`. */
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
