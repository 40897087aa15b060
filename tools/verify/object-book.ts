/** The numbers of an image and what they refer to: shared objects, and inodes, pids and labels, which share the objects' number space. */
import { NumberIndex } from "../image/number-index.js";

interface BookedObject {
  readonly number: number;
  /** Name of the object type. */
  readonly type: string;
  /** Offset of the record that introduced the number. */
  readonly offset: number;
}

export class ObjectBook {
  private readonly index = new NumberIndex();
  private readonly names: string[] = [];
  private types = new Uint8Array(256);
  private used = new Uint8Array(256);
  private offsets = new Float64Array(256);

  /** Name of the object type; undefined for a number that refers to nothing so far. */
  typeOf(number: number): string | undefined {
    const place = this.index.find(number);
    return place < 0 ? undefined : this.names[this.types[place] as number];
  }

  /** Assigns an object to a number; an existing assignment is kept. */
  bind(number: number, type: string, offset: number): void {
    if (!this.index.add(number)) return;
    const place = this.index.size - 1;
    if (place === this.types.length) this.grow();
    let name = this.names.indexOf(type);
    if (name < 0) name = this.names.push(type) - 1;
    this.types[place] = name;
    this.offsets[place] = offset;
  }

  /** Marks a number as referred to by a field. */
  use(number: number): void {
    const place = this.index.find(number);
    if (place >= 0) this.used[place] = 1;
  }

  /** Numbers that no field refers to. */
  *unused(): Generator<BookedObject, void, void> {
    for (let place = 0; place < this.index.size; place++)
      if (this.used[place] === 0)
        yield {
          number: this.index.at(place),
          type: this.names[this.types[place] as number] as string,
          offset: this.offsets[place] as number,
        };
  }

  private grow(): void {
    const room = this.types.length * 2;
    const { types, used, offsets } = this;
    this.types = new Uint8Array(room);
    this.types.set(types);
    this.used = new Uint8Array(room);
    this.used.set(used);
    this.offsets = new Float64Array(room);
    this.offsets.set(offsets);
  }
}
