/**
 * Converts images with random bytes in every field, in padding and in unused bits to another version and back: each changed byte is reported by one
 * of the two reports, with its record and field, and everything that is reported as lost is lost.
 */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { COMPLETE } from "../images/fixtures.js";
import { versionsOf } from "../make-image/abis.js";
import { made } from "./conversions.js";
import { thereAndBack } from "./there-and-back.js";

const SEED = 20_261_130;

/** The architecture of which all pairs of versions are tested; for the others neighbours, and from one end to the other. */
const THOROUGH = "x86_32";

/** The newest version without codes for the segments of a 64-bit kernel, so later images of one cannot be converted to it. */
const NARROW_SEGMENTS = "v19-rc2-a";

function targetsOf(arch: string, from: string): string[] {
  const versions = versionsOf(arch);
  const at = versions.indexOf(from);
  const others = versions.filter((to) => to !== from);
  if (arch === THOROUGH) return others;
  return others.filter(
    (to) => Math.abs(versions.indexOf(to) - at) === 1 || [versions[0], versions.at(-1)].includes(to),
  );
}

function isCut(arch: string, from: string, to: string): boolean {
  const { order } = registry;
  const limit = order.get(NARROW_SEGMENTS) as number;
  const [a, b] = [order.get(from) as number, order.get(to) as number];
  return arch === "x86_64" && a > limit !== b > limit;
}

async function allTold(bytes: Uint8Array, arch: string, from: string, to: string, canBeRefused: boolean) {
  const journey = await thereAndBack(bytes, arch, from, to, SEED);
  if (canBeRefused && !journey) return;
  expect(journey, `${from} to ${to}`).toBeDefined();
  expect(journey?.silent, `${from} to ${to} and back, told by neither report`).toEqual([]);
  expect(journey?.untrue, `${from} to ${to} and back, told as lost`).toEqual([]);
  // Obstacles prevent random values in few fields only.
  expect(journey?.fields.size ?? 0).toBeGreaterThan(5 * (journey?.frozen.size ?? 0));
}

describe.each(registry.arches())("ordinary tasks, %s", (arch) => {
  it.each(versionsOf(arch))("of %s", async (from) => {
    const bytes = made(`${from}/${arch}`, { plain: true, tasks: 2 });
    for (const to of targetsOf(arch, from)) await allTold(bytes, arch, from, to, isCut(arch, from, to));
  });
});

describe("all kinds of records", () => {
  it.each(versionsOf(THOROUGH))("of %s to its neighbours", async (from) => {
    const versions = versionsOf(THOROUGH);
    const at = versions.indexOf(from);
    const bytes = made(`${from}/${THOROUGH}`);
    for (const to of versions.slice(Math.max(0, at - 1), at + 2))
      if (to !== from) await allTold(bytes, THOROUGH, from, to, true);
  });
});

describe("images of kernels", () => {
  it.each(
    COMPLETE.filter(({ name }) => /-(min|files|ipc)\.img$/.test(name)).map(
      ({ name, notes, bytes }) => [name, notes.abi, bytes] as const,
    ),
  )("%s", async (_, abi, bytes) => {
    const [from = "", arch = ""] = abi.split("/");
    for (const to of ["v17", "v21", "v23-rc2-arm"])
      if (to !== from && registry.arches(to).includes(arch))
        await allTold(bytes, arch, from, to, isCut(arch, from, to));
  });
});
