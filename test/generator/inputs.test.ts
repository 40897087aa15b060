/** Each kind of input of the generator changes the digest of its inputs, and the digest covers every file that the output is made from. */
import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeIn, digestOfInputs } from "../../generator/inputs.js";
import { put } from "./root-files.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

const FILES = {
  source: "generator/emit/c.ts",
  style: "generator/emit/reference/style.css",
  image: "generator/emit/reference/example/v16-x86_32-self.img",
  "source of generated code": "runtime/abi.ts",
  command: "scripts/gen/command-line.ts",
  "kind of modules": "package.json",
  "settings of the compiler": "tsconfig.json",
  "versions of libraries": "node_modules/.package-lock.json",
};

const SCHEMA = { texts: SMALL_SCHEMA, jsonSchema: { type: "object" } };

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "ckpt-inputs-"));
  for (const file of Object.values(FILES)) put(checkout, file, "as it was\n");
});
afterEach(() => {
  rmSync(checkout, { recursive: true });
  vi.unstubAllGlobals();
});

/** The digest, as if the files of the checkout were older than this process. */
function digest(schema: Parameters<typeof digestOfInputs>[0] = SCHEMA): string | undefined {
  return digestOfInputs(schema, [], () => {
    const code = codeIn(checkout);
    return code && { ...code, changed: 0 };
  });
}

describe("the digest of inputs", () => {
  it("stays while nothing changes, whenever the files were written", () => {
    const before = digest();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    put(checkout, FILES.source, "as it was\n");
    utimesSync(join(checkout, FILES.style), 1, 1);
    put(checkout, "tools/cli/main.ts", "no part of the generator");
    expect(digest({ texts: [...SMALL_SCHEMA].reverse(), jsonSchema: { type: "object" } })).toBe(before);
  });

  it.each(Object.entries(FILES))("changes with a %s, even if the file gets its old times", (_, file) => {
    const before = digest();
    appendFileSync(join(checkout, file), " ");
    utimesSync(join(checkout, file), 1, 1);
    expect(digest()).not.toBe(before);
  });

  it("changes with a file that comes, goes or gets another name", () => {
    const before = digest();
    put(checkout, "runtime/new.ts", "");
    const more = digest();
    renameSync(join(checkout, "runtime/new.ts"), join(checkout, "runtime/newer.ts"));
    const renamed = digest();
    rmSync(join(checkout, "runtime/newer.ts"));
    expect(new Set([before, more, renamed]).size).toBe(3);
    expect(digest()).toBe(before);
    rmSync(join(checkout, FILES.image));
    expect(digest()).not.toBe(before);
  });

  it("changes with the schema: a text, a name, a file more or less, and the JSON Schema", () => {
    const { jsonSchema, texts } = SCHEMA;
    const [first, ...others] = texts as [(typeof texts)[number], ...typeof texts];
    const digests = [
      digest(),
      digest({ jsonSchema, texts: [{ ...first, text: `${first.text} ` }, ...others] }),
      digest({ jsonSchema, texts: [{ ...first, file: "schema/other.yaml" }, ...others] }),
      digest({ jsonSchema, texts: [...texts, { file: "schema/empty.yaml", text: "" }] }),
      digest({ jsonSchema, texts: others }),
      digest({ texts, jsonSchema: { type: "array" } }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it.each(["version", "platform", "arch"])("changes with the %s of Node", (property) => {
    const before = digest();
    vi.stubGlobal("process", Object.create(process, { [property]: { value: "other" } }));
    expect(digest()).not.toBe(before);
  });

  it("is undefined when code changed after the process began, or the versions of libraries are unknown", () => {
    expect(digestOfInputs(SCHEMA, [], () => codeIn(checkout))).toBeUndefined();
    rmSync(join(checkout, FILES["versions of libraries"]));
    expect(digest()).toBeUndefined();
  });
});

// All files below generator/ and runtime/ are inputs.
it.each(["generator/generate.ts", "generator/emit/reference/client/main.ts"])(
  "%s consists of modules of generator/ and runtime/ and of packages",
  async (entry) => {
    const { metafile } = await build({
      absWorkingDir: PROJECT,
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      metafile: true,
      write: false,
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain(entry);
    expect(inputs.filter((path) => !/^(generator|runtime)\//.test(path))).toEqual([]);
  },
);
