/** The offsets and sizes on the pages equal those that a C compiler measured on the real headers. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { type FixtureMember, headerMeasurements } from "../codecs/measurements.js";
import { layoutsOn, siteFiles } from "./site.js";

const files = siteFiles();
const layouts = new Map(
  [...files]
    .filter(([path]) => path.startsWith("structs/") && path.endsWith(".html"))
    .map(([path, html]) => [path, layoutsOn(html)]),
);

/** `name offset size` of every named member; nested ones have offsets from the start of the struct. */
function flat(members: readonly FixtureMember[], base = 0): string[] {
  return members.flatMap(([name, offset, size, , more]) => [
    ...(name === null ? [] : [`${name} ${base + offset} ${more?.flexible === undefined ? size : 0}`]),
    ...flat(more?.members ?? [], base + offset),
  ]);
}

describe.each(
  headerMeasurements().map((measurement) => [`${measurement.version}/${measurement.arch}`, measurement] as const),
)("%s", (name, { version, arch, structs }) => {
  it("has every measured struct with its offsets", () => {
    const abi = registry.abi(version, arch);
    expect(structs.size).toBeGreaterThan(20);
    for (const { name: struct, size, members } of structs.values()) {
      const { page } = abi.describe(struct).entry.descriptor;
      const shown = layouts.get(page)?.filter(({ abis }) => abis.has(name)) ?? [];
      expect(shown, `${struct} on ${page}`).toHaveLength(1);
      expect(shown[0]?.size, struct).toBe(size);
      // Rows of anonymous aggregates have generated names, which prefix those of their members.
      const named = new Set(flat(members));
      const rows = (shown[0]?.rows ?? []).map(
        ({ field, offset, size: bytes }) => `${field.split(".").at(-1)} ${offset} ${bytes}`,
      );
      for (const member of named) expect(rows, `${struct} on ${page}`).toContain(member);
    }
  });
});
