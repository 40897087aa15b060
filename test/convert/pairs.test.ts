/** Every ordered pair of versions of every architecture. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { versionsOf } from "../make-image/abis.js";
import { convert, faults, made, type Outcome } from "./conversions.js";

/**
 * Obstacles of an image with all kinds of records at a version boundary, by the version that introduced the change: backwards, or in both directions.
 * Plain images have none.
 */
const OBSTACLES: Readonly<
  Record<string, { readonly back: RegExp; readonly forth?: RegExp; readonly arches?: RegExp }>
> = {
  v17: { back: /exited|threads/ },
  v18: { back: /no such object|no such record|has no CKPT_FILE_/ },
  "v18-dev-a": { back: /addresses of internet sockets/ },
  "v18-dev-b": { back: /has no CKPT_FILE_E|no such record/ },
  "v19-rc2-a": {
    back: /connection|buffers of internet sockets|pages in socket buffers/,
    forth: /connection|buffers of internet sockets/,
  },
  "v19-rc2-b": { back: /CKPT_X86_SEG_USER64/, arches: /x86_64/ },
  "v20-a": { back: /nested pid namespaces/ },
  "v23-rc2": { back: /huge pages/ },
};

/** Reasons why an image with all kinds of records cannot be converted from one version to another. */
function obstaclesBetween(arch: string, from: string, to: string): RegExp[] {
  const { order } = registry;
  const [first, last] = [order.get(from) as number, order.get(to) as number];
  return Object.entries(OBSTACLES).flatMap(([version, { back, forth, arches = /./ }]) => {
    const at = order.get(version) as number;
    if (!arches.test(arch)) return [];
    if (first < last) return forth && first < at && at <= last ? [forth] : [];
    return last < at && at <= first ? [back] : [];
  });
}

/** Converts from one version to all others, each also one version at a time. */
async function allFrom(arch: string, from: string, plain: boolean): Promise<void> {
  const versions = versionsOf(arch);
  const source = made(`${from}/${arch}`, { plain });
  const results = new Map<string, Uint8Array>();
  const start = versions.indexOf(from);
  const others = [...versions.slice(start), ...versions.slice(0, start).reverse()];
  for (const to of others) {
    const outcome = await convert(source, `${from}/${arch}`, to);
    check(outcome, arch, from, to, plain);
    const { bytes } = outcome;
    if (!bytes) continue;
    results.set(to, bytes);
    expect(faults(bytes, `${to}/${arch}`), `${from} to ${to}`).toEqual([]);
    const way = versions.indexOf(to) - start;
    const before = versions[versions.indexOf(to) - Math.sign(way)] as string;
    const stage = results.get(before);
    if (way !== 0 && stage) {
      const step = await convert(stage, `${before}/${arch}`, to);
      expect(sameBytes(step.bytes, bytes), `${from} to ${before} to ${to}`).toBe(true);
    }
    await checkReturn(source, outcome, arch, from, to);
  }
}

function check({ report, bytes }: Outcome, arch: string, from: string, to: string, plain: boolean): void {
  const expected =
    plain && arch !== "x86_64"
      ? []
      : obstaclesBetween(arch, from, to).filter(({ source }) => !plain || source.includes("X86"));
  // The obstacle of socket connections applies only to images that can have them; images up to v18 hold less.
  const found = report.obstacles.map(({ why }) => why);
  for (const why of found)
    expect(
      expected.some((pattern) => pattern.test(why)),
      `${from} to ${to}: ${why}`,
    ).toBe(true);
  expect(bytes === undefined, `${from} to ${to}`).toBe(found.length > 0);
}

/** An image that has lost nothing is restored exactly. */
async function checkReturn(source: Uint8Array, { report, bytes }: Outcome, arch: string, from: string, to: string) {
  if (!bytes || report.losses.length > 0) return;
  const back = await convert(bytes, `${to}/${arch}`, from);
  expect(back.bytes, `${to} back to ${from}: ${back.report.obstacles[0]?.why}`).toBeDefined();
  if (back.report.losses.length === 0) expect(sameBytes(back.bytes, source), `${from} to ${to} and back`).toBe(true);
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}

describe.each(registry.arches())("all kinds of records, %s", (arch) => {
  it.each(versionsOf(arch))("of %s", (from) => allFrom(arch, from, false));
});

/** Images of all versions can hold ordinary tasks, except for what an architecture lacks in some. */
const ORDINARY = [
  ...["x86_32", "arm"].flatMap((arch) => versionsOf(arch).map((from) => [arch, from] as const)),
  ...["v17", "v19-rc2-b", "v23-rc2"].map((from) => ["x86_64", from] as const),
];

describe("ordinary tasks", () => {
  it.each(ORDINARY)("%s of %s", (arch, from) => allFrom(arch, from, true));
});
