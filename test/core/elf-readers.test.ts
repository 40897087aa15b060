/** ELF readers report no errors in cores of images of every version and architecture. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { text } from "../cli/ckpt.js";
import { COMPLETE } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { available } from "../requirement.js";
import { READER_NAMES, read } from "./elf-readers.js";

const missing = READER_NAMES.filter((reader) => !available(reader));
const root = mkdtempSync(join(tmpdir(), "ckpt-readers-"));
afterAll(() => rmSync(root, { recursive: true }));

async function coresOf(image: string, name: string): Promise<string[]> {
  const folder = join(root, name);
  await text("core", image, "--all", "-o", folder);
  return readdirSync(folder).map((core) => join(folder, core));
}

describe.each(registry.arches())("cores of %s", (arch) => {
  const versions = registry.versions.filter((version) => registry.arches(version).includes(arch));
  const cores: string[] = [];

  beforeAll(async () => {
    for (const version of versions) {
      const image = join(root, `${version}-${arch}.img`);
      writeFileSync(image, makeBytes({ abi: `${version}/${arch}`, tasks: 4, pages: 12 }));
      cores.push(...(await coresOf(image, `${version}-${arch}`)));
    }
  });

  for (const reader of READER_NAMES)
    test.skipIf(missing.includes(reader))(`${reader} has no complaint about any version`, () => {
      expect(cores.length).toBeGreaterThan(2 * versions.length);
      const { complaints, unknownNotes } = read(reader, cores);
      expect(complaints).toEqual([]);
      if (reader !== "eu-elflint") expect(unknownNotes).toEqual([]);
    });
});

describe("cores of real images", () => {
  const cores: string[] = [];

  beforeAll(async () => {
    for (const { name } of COMPLETE)
      cores.push(...(await coresOf(fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url)), name)));
  });

  for (const reader of READER_NAMES)
    test.skipIf(missing.includes(reader))(`${reader} has no complaint`, () => {
      expect(read(reader, cores).complaints).toEqual([]);
    });

  for (const reader of READER_NAMES)
    test.skipIf(missing.includes(reader))(`${reader} complains about half a core`, () => {
      const [core = ""] = cores;
      const half = join(root, "half");
      writeFileSync(half, readFileSync(core));
      truncateSync(half, 400);
      expect(read(reader, [half]).complaints).not.toEqual([]);
    });
});
