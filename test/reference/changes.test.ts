/** Changes from version to version, compared with those that the library derives from the descriptors. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { changeCount, changelog } from "../../generator/emit/reference/changelog.js";
import {
  changesBetween,
  type FactChange,
  type Facts,
  type GroupChange,
  stepsTo,
} from "../../generator/emit/reference/changes.js";
import { type Block, plain } from "../../generator/emit/reference/content.js";
import { factData, factTable } from "../../generator/emit/reference/facts.js";
import type { Field } from "../../generator/model.js";
import { diffVersions } from "../../tools/abi/diff.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";

const table = factTable(REAL_SITE);
const versions = registry.versions;

const PAIRS: [from: string, to: string, arch: string][] = [
  ...versions.slice(1).flatMap((to, i) => {
    const from = versions[i] as string;
    return table.common(from, to).map((arch): [string, string, string] => [from, to, arch]);
  }),
  ["v16", "v23-rc2-arm", "x86_32"],
  ["v23-rc2", "v17", "x86_64"],
  ["v18", "v23-rc1-a", "powerpc"],
  ["v22-arm", "v23-rc2-arm", "arm"],
];

/** Names of anonymous aggregates in the schema, which C and the command line do not have. */
const anonymous = new Set(REAL_SITE.model.structs.flatMap(({ fields }) => anonymousIn(fields)));

function anonymousIn(fields: readonly Field[]): string[] {
  return fields.flatMap((field) => [
    ...(field.anonymous ? [field.key] : []),
    ...(field.nested ? anonymousIn(field.nested.fields) : []),
  ]);
}

const cPath = (path: string) =>
  path
    .split(".")
    .filter((name) => !anonymous.has(name))
    .join(".");

const kindOf = ({ from, to }: FactChange) => (!from ? "added" : !to ? "removed" : "changed");

const nameOf = ({ item, from, to }: FactChange) => (to ?? from)?.name ?? item.name;

/** Whether a flexible array got larger elements: the library reports only the elements. */
function isElement({ from, to }: FactChange): boolean {
  const [array, size] = from?.text.split("[] of ") ?? [];
  return size !== undefined && to?.text.split("[] of ")[0] === array && from?.at === to?.at;
}

function structsOf(changes: readonly GroupChange[]): Record<string, string[]> {
  return Object.fromEntries(
    changes
      .filter(({ group }) => group.kind === "struct")
      .flatMap(({ group, kind, changes: all }) => {
        const own = all.filter((change) => !isElement(change));
        const fields = own
          .filter(({ item }) => item !== group.whole && !anonymous.has(item.name.split(".").at(-1) as string))
          .map((change) => `${kindOf(change)} ${cPath(nameOf(change))}`);
        return own.length > 0 ? [[`${kind} ${group.page.replace("structs/", "")}`, fields.sort()]] : [];
      }),
  );
}

describe.each(PAIRS)("from %s to %s on %s", (from, to, arch) => {
  const changes = changesBetween(table, from, to, [arch]);
  const told = diffVersions(registry, from, to, arch);

  it("the same structs and fields are added, removed and changed as the library says", () => {
    const pageOf = (version: string, name: string) =>
      registry
        .abi(version, arch)
        .describe(name)
        .entry.descriptor.page.replace(/^structs\/|\.html$/g, "");
    const expected = Object.fromEntries(
      told.structs.map(({ name, changes: own, fields }) => {
        const kind = own.find((one) => one === "added" || one === "removed") ?? "changed";
        return [
          `${kind} ${pageOf(kind === "removed" ? from : to, name)}`,
          fields
            .map(({ field, changes: [change = ""] }) =>
              change === "added" || change === "removed" ? `${change} ${field}` : `changed ${field}`,
            )
            .sort(),
        ];
      }),
    );
    expect(structsOf(changes)).toEqual(expected);
  });

  it("the same constants are, with the same values", () => {
    const external = new Set([
      ...REAL_SITE.model.enums.flatMap((one) => (one.external ? one.values.map(({ name }) => name) : [])),
      ...REAL_SITE.model.constants.flatMap((one) => (one.external ? [one.name] : [])),
    ]);
    const prefix = { record: "CKPT_HDR_", object: "CKPT_OBJ_", enum: "", constants: "" } as Record<string, string>;
    const value = (text: string | undefined) => (text === undefined ? undefined : BigInt(text.replace(/,.*/, "")));
    const found = changes
      .filter(({ group }) => group.kind in prefix)
      .flatMap(({ group, changes: own }) =>
        own.flatMap((change) => {
          const before = value(change.from?.text);
          const after = value(change.to?.text);
          // Changes of what follows a record are not reported as changes of constants.
          if (external.has(change.item.name) || before === after) return [];
          return [`${prefix[group.kind]}${change.item.name}: ${before} → ${after}`];
        }),
      );
    const expected = told.constants.map(({ name, from: before, to: after }) => `${name}: ${before} → ${after}`);
    expect(found.sort()).toEqual(expected.sort());
  });

  it("the way back is the mirror image", () => {
    const mirrored = { added: "removed", removed: "added", changed: "changed" } as const;
    const simple = (one: GroupChange, kind: string, flipped: boolean) => ({
      page: one.group.page,
      name: one.group.name,
      kind,
      changes: one.changes.map(({ item, from: a, to: b }) => (flipped ? [item.name, b, a] : [item.name, a, b])),
    });
    const back = changesBetween(table, to, from, [arch]);
    expect(back.map((one) => simple(one, one.kind, true))).toEqual(
      changes.map((one) => simple(one, mirrored[one.kind], false)),
    );
  });
});

describe("changes", () => {
  it.each(versions)("from %s to itself are none", (version) => {
    expect(changesBetween(table, version, version, table.archesOf(version))).toEqual([]);
  });

  const text = (from: string, to: string) =>
    texts(changelog(changesBetween(table, from, to, table.common(from, to)), { from, to }, "x"));

  it("are told in words", () => {
    const lines = text("v19", "v21");
    expect(lines).toContain("changed struct ckpt_hdr_ns: 16 bytes → 24 bytes. net_objref added: s32 at 16.");
    expect(lines).toContain("added struct ckpt_hdr_netns, 16 bytes: h, this_ref.");
    expect(lines).toContain("NET_NS added: 707.");
    expect(lines).toContain("changed constants of linux/checkpoint.h: CHECKPOINT_VERSION 5 → 6.");
    expect(lines).toContain("changed object NS: NET_NS added: numbered NS.net_objref.");
  });

  it("that are the same on several architectures are told once, with the architectures", () => {
    const line = text("v18-dev-b", "v19").find((one) => one.startsWith("changed struct ckpt_hdr_task:"));
    expect(line).toContain("72 bytes → 64 bytes, but not on x86_32.");
    expect(line?.match(/72 bytes → 64 bytes/g)).toHaveLength(1);
  });

  it("tell fields that moved together in one line", () => {
    expect(text("v18-dev-b", "v19-rc1")).toContain(
      "changed struct ckpt_hdr_file_eventfd: 56 bytes → 64 bytes. common struct ckpt_hdr_file of 40 bytes → struct ckpt_hdr_file of 48 bytes. count and flags moved by +8 bytes.",
    );
  });

  it("tell a new number of a record as a change", () => {
    expect(text("v23-rc1-c", "v23-rc2").some((one) => /^MM_CONTEXT \d+ → 405/.test(one))).toBe(true);
  });

  it("know the names that structs and fields had", () => {
    const lines = text("v17", "v18");
    expect(lines.find((one) => one.startsWith("changed struct ckpt_const:"))).toContain("renamed from ckpt_hdr_const.");
    const back = text("v18", "v17");
    expect(back.find((one) => one.startsWith("changed struct ckpt_hdr_const:"))).toContain("renamed from ckpt_const.");
  });

  it("are counted", () => {
    expect(changeCount(changesBetween(table, "v20-b", "v20-c", table.common("v20-b", "v20-c")))).toBe("3 removed");
    expect(changeCount([])).toBe("");
  });
});

describe("an architecture", () => {
  it("that comes back is compared with the last version that had it", () => {
    const steps = stepsTo(table, "v23-rc2-arm");
    expect(steps).toContainEqual({ from: "v22-arm", arches: ["arm"] });
    expect(steps).toContainEqual({ from: "v23-rc2", arches: ["x86_32", "x86_64", "s390x", "s390"] });
  });

  it("that is new has nothing before it", () => {
    expect(stepsTo(table, "v18")).toContainEqual({ arches: ["powerpc", "powerpc64"] });
  });
});

describe("facts", () => {
  it("come through the script unchanged", () => {
    const script = factData(REAL_SITE);
    expect(script.length).toBeLessThan(300_000);
    const json = script.slice(script.indexOf("= ") + 2, script.lastIndexOf(";"));
    expect(JSON.parse(json) as Facts).toEqual(table.facts);
  });

  it("need no name of the real schema", () => {
    const small = factTable(SMALL_SITE);
    const lines = texts(
      changelog(changesBetween(small, "v1", "v2", ["tiny32", "tiny64"]), { from: "v1", to: "v2" }, "x"),
    );
    expect(lines).toContain("BOX 3 → 4.");
    expect(lines).toContain("changed color: BLUE added: 2.");
    expect(lines.find((one) => one.startsWith("changed struct ckpt_hdr_thing:"))).toContain("weight added: u64 at 32");
  });
});

/** Items of lists. */
function texts(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => (block.kind === "list" ? block.items.map(plain) : []));
}
