/** Numbers of an image, each with a place from 0 on. A table of its own, because a Map ends at 16.7 million entries and an image need not. */
const FIRST_CAPACITY = 256;

/** Differs between processes, so that no image can be made in which the search for a free slot takes long. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;

export class NumberIndex {
  size = 0;
  private numbers = new Int32Array(FIRST_CAPACITY / 2);
  /** Index of a number, plus one; 0 is free. */
  private slots = new Int32Array(FIRST_CAPACITY);

  /**
   * Looks a number up.
   *
   * @returns the index of the number, or -1
   */
  find(number: number): number {
    return (this.slots[this.slot(number)] as number) - 1;
  }

  has(number: number): boolean {
    return this.find(number) >= 0;
  }

  /**
   * Adds a number, if it is new.
   *
   * @returns whether the number is new
   */
  add(number: number): boolean {
    const slot = this.slot(number);
    if (this.slots[slot] !== 0) return false;
    if (this.size === this.numbers.length) {
      this.grow();
      return this.add(number);
    }
    this.numbers[this.size++] = number;
    this.slots[slot] = this.size;
    return true;
  }

  at(place: number): number {
    return this.numbers[place] as number;
  }

  private slot(number: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(number) & mask; ; slot = (slot + 1) & mask) {
      const place = (this.slots[slot] as number) - 1;
      if (place < 0 || this.numbers[place] === (number | 0)) return slot;
    }
  }

  private grow(): void {
    const { numbers, size } = this;
    this.numbers = new Int32Array(size * 2);
    this.numbers.set(numbers);
    this.slots = new Int32Array(size * 4);
    for (let place = 0; place < size; place++) this.slots[this.slot(numbers[place] as number)] = place + 1;
  }
}

/** The last step of MurmurHash3: every bit of the number and of the seed changes half of the bits. */
function hashOf(number: number): number {
  let hash = number ^ SEED;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
