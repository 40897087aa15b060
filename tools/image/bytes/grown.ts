/** A copy of a table column with more room. */
export function grown<T extends BigUint64Array | Float64Array | Uint32Array | Uint16Array | Int32Array>(
  column: T,
  length: number,
): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  (larger as Uint32Array).set(column as Uint32Array);
  return larger;
}
