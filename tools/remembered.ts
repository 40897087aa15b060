/** A function that remembers its last result: neighbours in an image often have the same values. */
export function remembered<K extends string | number | bigint, V>(find: (key: K) => V): (key: K) => V {
  let known: { readonly key: K; readonly value: V } | undefined;
  return (key) => {
    if (known?.key !== key) known = { key, value: find(key) };
    return known.value;
  };
}
