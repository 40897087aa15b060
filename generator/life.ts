/** Existence of things in versions and on architectures. */
import type { Abi, Model, Version } from "./model.js";

export function livesIn(
  { order }: Model,
  { index }: Version,
  { since, until }: { readonly since?: string; readonly until?: string },
): boolean {
  const at = (id: string) => order.get(id) ?? Number.NaN;
  return (since === undefined || index >= at(since)) && (until === undefined || index < at(until));
}

/** Whether something with a life and architectures exists in an ABI. An id is that of an architecture, else of a family. */
export function appliesTo(
  model: Model,
  { version, arch }: Abi,
  item: { readonly since?: string; readonly until?: string; readonly arches?: readonly string[] },
): boolean {
  const isArch = (id: string) => model.arches.some((one) => one.id === id);
  const { arches } = item;
  return (
    livesIn(model, version, item) &&
    (arches === undefined || arches.some((id) => id === arch.id || (id === arch.family && !isArch(id))))
  );
}
