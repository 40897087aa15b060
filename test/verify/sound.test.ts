/** Sound images have no findings, including notes. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { openImage } from "../../tools/image/image.js";
import { ImageFormat, MemorySource } from "../../tools/image/index.js";
import { messageOf, verify } from "../../tools/verify/index.js";
import { makeBytes } from "../make-image/make.js";
import type { MakeOptions } from "../make-image/options.js";

const FIXTURES = new URL("../fixtures/images/", import.meta.url);

const REAL = readdirSync(FIXTURES).filter((name) => name.endsWith(".img") && !name.includes("notfrozen"));

describe("real images", () => {
  it.each(REAL)("%s", (name) => {
    const { format, source } = openImage(new MemorySource(new Uint8Array(readFileSync(new URL(name, FIXTURES)))));
    const { findings, summary } = verify(format, source);
    expect(findings.map(messageOf)).toEqual([]);
    expect(summary).toMatchObject({ end: "complete", errors: 0, warnings: 0, notes: 0, leftOut: 0, rules: {} });
    expect(summary.records).toBe([...openImage(source).root].filter(({ record }) => record).length);
  });
});

describe("made images", () => {
  it.each(registry.versions)("%s, on all its architectures", (version) => {
    for (const arch of registry.arches(version)) expect(messages({ abi: `${version}/${arch}` })).toEqual([]);
  });

  it.each(["v16/x86_32", "v18/s390x", "v19-rc3/powerpc64", "v21/x86_64", "v23-rc1-c/s390", "v23-rc2-arm/arm"])(
    "%s in many forms",
    (abi) => {
      expect(messages({ abi, container: true })).toEqual([]);
      expect(messages({ abi, plain: true })).toEqual([]);
      expect(messages({ abi, tasks: 1, pages: 0 })).toEqual([]);
      expect(messages({ abi, tasks: 20, pages: 50, vmas: 30 })).toEqual([]);
    },
  );

  it("with pages of 64 KiB", () => {
    expect(messages({ abi: "v21/powerpc64", pageSize: 65536 })).toEqual([]);
  });
});

function messages(options: MakeOptions): string[] {
  const [version = "", arch = ""] = options.abi.split("/");
  const format = new ImageFormat(registry.abi(version, arch), { pageSize: options.pageSize });
  const { findings } = verify(format, new MemorySource(makeBytes(options)));
  return findings.map((finding) => `${options.abi}: ${messageOf(finding)}`);
}
