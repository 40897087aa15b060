/** Size of imports: a program that needs one codec contains only that codec, and runs in a browser. */
import { fileURLToPath } from "node:url";
import { type BuildResult, build } from "esbuild";
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";

const CODECS = fileURLToPath(new URL("../../generated/codecs/", import.meta.url));

/** Bundles a program that imports from `generated/codecs`, for a browser: a module of Node would fail. */
function bundle(program: string): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    stdin: { contents: program, resolveDir: CODECS, loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
}

async function textOf(program: string): Promise<string> {
  return (await bundle(program)).outputFiles[0]?.text ?? "";
}

describe("one codec of a binding", () => {
  const program = `export { ckptHdrVma } from "./v23-rc2/x86_64.js";`;

  test("brings no other codec along", async () => {
    const text = await textOf(program);
    expect([...text.matchAll(/\w+Codec_\w+/g)].map(([name]) => name)).toContain("CkptHdrVmaCodec_v23_rc2");
    expect(new Set([...text.matchAll(/\b(\w+)Codec_\w+/g)].map(([, name]) => name))).toEqual(new Set(["CkptHdrVma"]));
    expect(text).not.toContain("CkptHdrVmaCodec_v16");
    expect(text).not.toContain("CkptHdrSocketInet");
    expect(text).not.toContain("CKPT_HDR_TASK");
  });

  test("brings no descriptions and no tables along", async () => {
    const text = await textOf(program);
    expect(text).not.toContain("Gives address range, protection and backing");
    expect(text).not.toMatch(/descriptor|Registry|grammar/);
    expect(text.length).toBeLessThan(30_000);
  });

  test("works when bundled", async () => {
    const text = await textOf(program);
    const { ckptHdrVma } = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
    const bytes = new Uint8Array(80);
    bytes.set([0x00, 0x10], 32);
    expect(ckptHdrVma.fromBytes(bytes)).toMatchObject({ vm_start: 4096n, hugetlb_shift: 0 });
    expect(() => ckptHdrVma.fromBytes(bytes.subarray(1))).toThrow(
      "ckpt_hdr_vma (v23-rc2/x86_64) takes 80 bytes at offset 0, but the buffer has 79",
    );
  });
});

test("a number alone brings no code along", async () => {
  const text = await textOf(`export { CKPT_HDR_VMA, __NR_checkpoint } from "./v23-rc2/x86_64.js";`);
  expect(text).not.toMatch(/class /);
  expect(text).toContain("CKPT_HDR_VMA = ");
});

test("an import of which nothing is used leaves nothing", async () => {
  const text = await textOf(`import { ckptHdrVma } from "./v23-rc2/x86_64.js";\nimport "./v19/powerpc.js";\n`);
  expect(text.replace(/^\/\/.*$/gm, "").trim()).toBe("");
});

describe("the modules behind", () => {
  /** All modules that are read for an import, whether or not a part of them remains. */
  async function graph(program: string): Promise<(entry: string) => Set<string>> {
    const { inputs } = (await bundle(program)).metafile;
    return (entry) => {
      const read = new Set<string>();
      const visit = (path: string): void => {
        if (read.has(path)) return;
        read.add(path);
        for (const { path: next } of inputs[path]?.imports ?? []) visit(next);
      };
      visit(entry);
      return read;
    };
  }

  test("a binding reads structs, constants and the runtime of codecs only", async () => {
    const bindings = registry.versions.flatMap((version) => registry.arches(version).map((arch) => [version, arch]));
    const behind = await graph(
      bindings.map(([version, arch], i) => `export * as binding${i} from "./${version}/${arch}.js";`).join("\n"),
    );
    for (const [version, arch] of bindings) {
      const read = behind(`generated/codecs/${version}/${arch}.ts`);
      const structs = [...read].filter((path) => /^generated\/codecs\/structs\/(\w+\/)?\w+\.ts$/.test(path));
      const runtime = [...read].filter((path) => path.startsWith("runtime/"));
      const rest = [...read].filter((path) => !structs.includes(path) && !runtime.includes(path));
      expect(structs.length).toBeGreaterThan(20);
      expect(rest.sort()).toEqual(
        [`generated/codecs/${version}/${arch}.ts`, `generated/codecs/${version}/constants.ts`].sort(),
      );
      expect(runtime).toContain("runtime/codec.ts");
      // Programs that need look-ups by name, descriptions and tables import the index.
      expect(runtime.join(" ")).not.toMatch(/runtime\/(abi|descriptor|expression|index|tables|varying)\.ts/);
    }
  });

  test("the index reads the runtime and what is generated, nothing of the tools, the generator or Node", async () => {
    const read = (await graph(`export * from "./index.js";`))("generated/codecs/index.ts");
    expect(read).toContain("generated/codecs/tables.ts");
    expect([...read].filter((path) => !/^(generated\/codecs|runtime)\//.test(path))).toEqual([]);
  });
});
