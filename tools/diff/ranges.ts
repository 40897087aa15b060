/** The addresses of two address spaces, cut where either side has a border. */
import type { Mapping } from "../model/address-space.js";

export interface Range {
  readonly start: bigint;
  readonly end: bigint;
  /** What has the addresses; at least one side has a mapping there. */
  readonly a: Mapping | undefined;
  readonly b: Mapping | undefined;
}

/** @param a mappings by address, as are those of `b` */
export function* rangesOf(a: readonly Mapping[], b: readonly Mapping[]): Generator<Range, void, void> {
  let [i, j] = [0, 0];
  let at = 0n;
  for (;;) {
    while (a[i] && (a[i] as Mapping).end <= at) i++;
    while (b[j] && (b[j] as Mapping).end <= at) j++;
    const [one, other] = [a[i], b[j]];
    if (!one && !other) return;
    const start = later(at, earlier(one?.start, other?.start));
    const inA = one !== undefined && one.start <= start;
    const inB = other !== undefined && other.start <= start;
    const end = earlier(inA ? one.end : one?.start, inB ? other.end : other?.start);
    yield { start, end, a: inA ? one : undefined, b: inB ? other : undefined };
    at = end;
  }
}

/** A mapping that both have, of which one reaches further. */
export interface Resized {
  /** As the first image has it. */
  readonly mapping: Mapping;
  readonly field: "vm_start" | "vm_end";
  readonly old: bigint;
  readonly new: bigint;
}

/** What a range that one side alone has tells about a mapping beside it that both have: heaps and stacks grow. */
export function resized({ a, b, start, end }: Range, before: Range | undefined, behind: Range | undefined) {
  const own = (a ?? b) as Mapping;
  const beside = (range: Range | undefined) =>
    range?.a && range.b && (a ? range.a : range.b) === own ? range : undefined;
  const [low, high] = [beside(before), beside(behind)];
  if (low?.a && low.b && end === own.end && (a ? low.b : low.a).end === start)
    return { mapping: low.a, field: "vm_end", old: low.a.end, new: low.b.end } satisfies Resized;
  if (high?.a && high.b && start === own.start && (a ? high.b : high.a).start === end)
    return { mapping: high.a, field: "vm_start", old: high.a.start, new: high.b.start } satisfies Resized;
  return undefined;
}

/** Each with the one before and the one behind it. */
export function* withNeighbours(ranges: Iterable<Range>) {
  let before: Range | undefined;
  let current: Range | undefined;
  for (const behind of ranges) {
    if (current) yield { range: current, before, behind };
    before = current;
    current = behind;
  }
  if (current) yield { range: current, before, behind: undefined };
}

/**
 * Mappings that are the same but for their address. A mapping counts as moved only if no other one on either side looks like it.
 *
 * @param gone those of which nothing is left at their addresses, each with what makes it recognizable
 */
export function movedMappings(
  gone: readonly { mapping: Mapping; signature: string }[],
  come: readonly { mapping: Mapping; signature: string }[],
): Map<Mapping, Mapping> {
  const [before, after] = [gone, come].map((list) => {
    const bySignature = new Map<string, Mapping | undefined>();
    for (const { mapping, signature } of list)
      bySignature.set(signature, bySignature.has(signature) ? undefined : mapping);
    return bySignature;
  }) as [Map<string, Mapping | undefined>, Map<string, Mapping | undefined>];
  const moved = new Map<Mapping, Mapping>();
  for (const [signature, mapping] of before) {
    const target = after.get(signature);
    if (mapping && target) moved.set(mapping, target);
  }
  return moved;
}

function earlier(one: bigint | undefined, other: bigint | undefined): bigint {
  if (one === undefined || other === undefined) return (one ?? other) as bigint;
  return one < other ? one : other;
}

function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
