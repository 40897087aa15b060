/** Every byte that survives `strip` is on the list of what stays, in images of all versions with all kinds of records. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { Image } from "../../tools/image/index.js";
import { ALLOWED_FIELDS, type Allowed } from "../../tools/strip/allowed.js";
import { CONTENTS, type StripOptions } from "../../tools/strip/options.js";
import { stripImage } from "../../tools/strip/strip.js";
import { MemorySink } from "../../tools/write/sink.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { marked, markerAt, overlong, shapeOf } from "./marked.js";
import { type Region, regionsOf } from "./regions.js";

/** Fields whose values determine whether others have a meaning; they are marked in a separate image. */
const DECIDE = [
  "ckpt_hdr_netdev.type",
  "ckpt_siginfo.csi_code",
  "ckpt_hdr_socket_unix.laddr_len",
  "ckpt_hdr_socket_unix.raddr_len",
  "ckpt_hdr_socket_inet.laddr_len",
  "ckpt_hdr_socket_inet.raddr_len",
];

async function strip(image: Image, options: StripOptions): Promise<Uint8Array> {
  const sink = new MemorySink();
  await stripImage(image, sink, options);
  return sink.bytes;
}

/** Fields that the walk needs in some versions only. */
const VARYING = ["ckpt_task_pids.depth"];

/** Only kernels with another configuration write this struct, and no made image has it. */
const NOT_MADE = "ckpt_hdr_cpu_vsx";

/** Regions that the list contains by name. */
const NAMED: ReadonlySet<string> = new Set(
  ALLOWED_FIELDS.flatMap(({ fields = {}, payloads = [] }) => [
    ...Object.entries(fields).flatMap(([struct, paths]) =>
      struct === NOT_MADE ? [] : paths.split(" ").map((path) => `${struct}.${path}`),
    ),
    ...payloads.map((payload) => `payload ${payload}`),
  ]),
);

/** By name of a region, whether other content changes how an image is read. Cached, because the test is slow. */
const known = new Map<string, boolean>();

/** An image of a version with every kind of record, each longer than what is in it. */
class Specimen {
  readonly bytes: Uint8Array;
  readonly regions: readonly Region[];
  /** Names of regions whose content cannot be changed. */
  readonly needed = new Set<string>();
  /** Regions whose content can be changed without changing how the image is read. */
  readonly free: readonly Region[];

  constructor(
    readonly abi: string,
    error?: string,
  ) {
    this.bytes = overlong(opened(makeBytes({ abi, tasks: 8, pages: 4, error }), abi));
    const image = opened(this.bytes, abi);
    expect(image.end).toBe(error === undefined ? "complete" : "error");
    this.regions = regionsOf(image);
    const shape = shapeOf(image);
    for (const name of new Set(this.regions.map((region) => region.name))) {
      if (known.get(name) === undefined || VARYING.includes(name)) {
        const changed = marked(this.bytes, this.named(name), 0);
        known.set(name, shapeOf(opened(changed, abi)) !== shape);
      }
      if (known.get(name)) this.needed.add(name);
    }
    this.free = this.regions.filter(({ name }) => !this.needed.has(name));
    for (const seed of [0, 1]) expect(shapeOf(opened(marked(this.bytes, this.free, seed), abi))).toBe(shape);
  }

  named(name: string): Region[] {
    return this.regions.filter((region) => region.name === name);
  }

  marked(regions: readonly Region[], seed: number): Image {
    return opened(marked(this.bytes, regions, seed), this.abi);
  }

  /** Free regions of which at least one byte survives. */
  async survivors(options: StripOptions): Promise<Map<string, Region>> {
    const survivors = new Map<string, Region>();
    for (const decide of [true, false]) {
      const regions = this.free.filter(({ name }) => DECIDE.includes(name) === decide);
      const stripped = await strip(this.marked(regions, 0), { ...options, zero: true });
      for (const region of regions)
        for (let at = region.start; at < region.end; at++)
          if (stripped[at] === markerAt(at, 0)) {
            survivors.set(region.name, region);
            break;
          }
    }
    return survivors;
  }
}

/** Whether an entry of the list applies to a region. */
function covers({ kinds = [], fields = {}, roles = {}, payloads = [] }: Allowed, { name, meaning }: Region): boolean {
  const payload = /^(?:payload|raw bytes of) (.*)$/.exec(name)?.[1];
  if (payload !== undefined) return payloads.includes(payload);
  if (/^private part/.test(name)) return kinds.includes("private");
  const [, struct = "", path = ""] = /^(\w+)\.(.*)$/.exec(name) ?? [];
  if (!meaning) return false;
  const isNamed = fields[struct] === "*" || fields[struct]?.split(" ").includes(path);
  return isNamed || struct in roles || kinds.some((kind) => kind !== "asked" && meaning[kind] !== undefined);
}

/** Each version on one architecture in turn, and one version on all. */
const SUBJECTS = registry.versions.flatMap((version, i) => {
  const arches = registry.arches(version);
  return (version === "v21" ? arches : [arches[i % arches.length]]).map((arch) => `${version}/${arch}`);
});

/** Names of regions that stay in some image only because the list contains the name. */
const byName = new Set<string>();

function see(survivors: Iterable<Region>): void {
  const kinds = ALLOWED_FIELDS.flatMap((entry) =>
    entry.kinds && !entry.keep ? [{ ...entry, fields: {}, payloads: [] }] : [],
  );
  for (const region of survivors) if (!kinds.some((entry) => covers(entry, region))) byName.add(region.name);
}

it("takes images of all versions and architectures", () => {
  const split = SUBJECTS.map((abi) => abi.split("/"));
  expect(new Set(split.map(([version]) => version))).toEqual(new Set(registry.versions));
  expect(new Set(split.map(([, arch]) => arch))).toEqual(
    new Set(registry.versions.flatMap((each) => registry.arches(each))),
  );
});

describe.each(SUBJECTS)("a stripped image of %s", (abi) => {
  it("keeps what the list names and nothing else", async () => {
    const specimen = new Specimen(abi);
    const survivors = await specimen.survivors({});
    const always = ALLOWED_FIELDS.filter(({ keep }) => !keep);
    const unlisted = [...survivors.values()].filter((region) => !always.some((entry) => covers(entry, region)));
    expect(unlisted.map(({ name }) => name)).toEqual([]);
    see(survivors.values());
    // Nothing in the stripped image depends on the rest of the image.
    const lost = specimen.free.filter(({ name }) => !survivors.has(name) && !DECIDE.includes(name));
    const [one, other] = await Promise.all([0, 1].map((seed) => strip(specimen.marked(lost, seed), {})));
    expect(Buffer.compare(one as Uint8Array, other as Uint8Array)).toBe(0);
  });
});

describe.each(["v16/x86_32", "v21/x86_64", "v23-rc2/x86_64"])("an image of %s that is stripped with --keep", (abi) => {
  const specimen = new Specimen(abi);
  const kinds = CONTENTS.filter((kind) => kind !== "environment");

  it.each(kinds)("%s keeps that as well and nothing else", async (kind) => {
    const keep = new Set([kind]);
    const survivors = [...(await specimen.survivors({ keep })).values()];
    const entries = ALLOWED_FIELDS.filter((entry) => !entry.keep || entry.keep.includes(kind));
    const unlisted = survivors.filter((region) => !entries.some((entry) => covers(entry, region)));
    if (kind === "values") {
      expect(unlisted.length).toBeGreaterThan(0);
      const others = ALLOWED_FIELDS.filter((entry) => entry.keep);
      for (const region of unlisted) {
        expect(region.name).toMatch(/^\w+\.|^payload /);
        expect(others.filter((entry) => covers(entry, region))).toEqual([]);
      }
    } else expect(unlisted.map(({ name }) => name)).toEqual([]);
    see(survivors);
  });
});

it.each(["v16/x86_32", "v21/s390x"])("an image of %s that ends with an error keeps the message", async (abi) => {
  const survivors = await new Specimen(abi, "out of memory").survivors({});
  expect([...survivors.keys()]).toContain("payload message");
  expect([...survivors.keys()]).not.toContain("behind payload message");
  see(survivors.values());
});

describe("the list of what stays", () => {
  it("names nothing that no image keeps, or keeps anyway", () => {
    const isKept = (name: string) =>
      byName.has(name) ||
      byName.has(name.replace(/^payload/, "raw bytes of")) ||
      (name.endsWith("*") && [...byName].some((each) => each.startsWith(name.slice(0, -1))));
    expect([...NAMED].filter((name) => !isKept(name))).toEqual([]);
  });

  it("names roles that the schema has", () => {
    for (const { roles = {} } of ALLOWED_FIELDS)
      for (const [key, names] of Object.entries(roles)) {
        const { cases = [] } = registry.structs.find((struct) => struct.key === key)?.descriptor ?? {};
        const known = new Set(cases.flatMap(({ members }) => Object.keys(members)));
        expect(names.split(",").filter((name) => !known.has(name))).toEqual([]);
      }
  });

  it("gives a reason for everything, and names nothing twice", () => {
    const whats = ALLOWED_FIELDS.map(({ what }) => what);
    expect(new Set(whats).size).toBe(whats.length);
    for (const { what, why } of ALLOWED_FIELDS) expect(why, what).toMatch(/\w/);
  });
});
