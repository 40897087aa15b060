/** A map whose keys are bytes, looked up in the middle of other bytes without a string for them. */

interface Entry<V> {
  readonly key: Uint8Array;
  readonly value: V;
}

export class ByteMap<V> {
  private readonly entries = new Map<number, Entry<V>[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The value of the key that is at `from` up to but not including `to`. */
  get(bytes: Uint8Array, from: number, to: number): V | undefined {
    const entries = this.entries.get(hashOf(bytes, from, to));
    if (entries) for (const { key, value } of entries) if (isAt(key, bytes, from, to)) return value;
    return undefined;
  }

  /**
   * Adds an entry.
   *
   * @param key which the map does not have yet
   */
  set(key: Uint8Array, value: V): void {
    const hash = hashOf(key, 0, key.length);
    const entries = this.entries.get(hash);
    if (entries) entries.push({ key, value });
    else this.entries.set(hash, [{ key, value }]);
    this.count++;
  }

  clear(): void {
    this.entries.clear();
    this.count = 0;
  }
}

/** FNV-1a in 30 bits, so that it is a small integer for the engine. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x11c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x1000193);
  return hash & 0x3fffffff;
}

function isAt(key: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (key.length !== to - from) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[from + i]) return false;
  return true;
}
