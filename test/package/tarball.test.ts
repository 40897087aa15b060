/**
 * The packed package, installed elsewhere: its contents, its command, its modules and their types. Requires no network, and does not change dist/ of
 * the checkout.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import manifest from "../../package.json" with { type: "json" };
import { COMMAND_LINES } from "../../scripts/fuzz/commands.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { tasksOf } from "../../tools/model/index.js";
import { ckpt } from "../cli/ckpt.js";
import { permitted } from "../requirement.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const dependencies = Object.keys(manifest.dependencies);

/** Folder with `package/`, which is packed, `tarballs/`, and `app/`, a program that uses the package. */
const place = mkdtempSync(join(tmpdir(), "ckpt-abi-package-"));
const packed = join(place, "package");
const tarballs = join(place, "tarballs");
const app = join(place, "app");
const installed = join(app, "node_modules", manifest.name);

beforeAll(() => {
  mkdirSync(tarballs);
  mkdirSync(app);
  // Files from an earlier build would be packed.
  mkdirSync(join(packed, "dist"), { recursive: true });
  writeFileSync(join(packed, "dist", "stale.js"), "");
  run(root, process.execPath, "scripts/build.mjs", packed);
  run(packed, "npm", "pack", "--ignore-scripts", "--pack-destination", tarballs);
  // All dependencies come from where `npm ci` installed them, so that installing needs no registry.
  const [, ...packages] = run(root, "npm", "ls", "--omit=dev", "--all", "--parseable").trim().split("\n");
  run(root, "npm", "pack", "--ignore-scripts", "--pack-destination", tarballs, ...packages);
  write("package.json", { name: "app", private: true, type: "module" });
  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  run(app, "npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", ...files);
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** npm with a separate cache: the user's may be anywhere, or read-only. */
const env = { ...process.env, npm_config_cache: join(place, "cache"), npm_config_update_notifier: "false" };

/** Runs a command that must succeed; returns its output. */
function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", env });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}`);
  return stdout;
}

function write(name: string, content: string | object): void {
  writeFileSync(join(app, name), typeof content === "string" ? content : JSON.stringify(content));
}

function filesOf(directory: string, base = ""): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(directory, entry.name), `${base}${entry.name}/`) : [`${base}${entry.name}`],
  );
}

describe("the build", () => {
  test("is what packing begins with", () => {
    expect(manifest.scripts).toMatchObject({ prepack: "npm run build", build: "node scripts/build.mjs" });
  });

  test("takes the place of an earlier one, and leaves nothing beside it", () => {
    const documents = ["ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "README.md"];
    expect(readdirSync(packed).sort()).toEqual([...documents, "bin", "dist", "docs", "package.json", "schema", "test"]);
    expect(existsSync(join(packed, "dist", "stale.js"))).toBe(false);
  });
});

describe("the files", () => {
  test("built JavaScript with types, documents, and nothing else", () => {
    const files = filesOf(installed);
    const library = /^dist\/(runtime|generated\/((elf\/)?codecs|criu)|tools)\/.*\.(js|d\.ts)$/;
    const command =
      /^(bin\/(ckpt\.js|package\.json)|dist\/ckpt\/((\w+-)?structs\/(\w+\/)?\w+\.cjs|[\w-]+\.cjs|(image|elf|syscalls)\.jsonl|LICENSES\.txt))$/;
    const formats = /^dist\/formats\/(c\/.*\.[ch]|kaitai\/.*\.ksy|imhex\/.*\.hexpat|json-schema\/.*\.schema\.json)$/;
    const documents = /^docs\/[\w-]+\.md$/;
    const known = [library, command, formats, documents];
    const others = files.filter((file) => !known.some((form) => form.test(file)));
    expect(others.sort()).toEqual([
      "ARCHITECTURE.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "dist/inspect.html",
      "package.json",
      "schema/README.md",
      "test/README.md",
      "test/machine/README.md",
    ]);
    expect(files.filter((file) => documents.test(file)).sort()).toEqual(
      readdirSync(join(root, "docs"))
        .map((name) => `docs/${name}`)
        .sort(),
    );
    const built = files.filter((file) => library.test(file));
    // What the modules of all versions share has no types of its own.
    const shared = /^dist\/generated\/codecs\/shared\/(structs|descriptors|runtime)\.js$/;
    expect(built.filter((file) => shared.test(file))).toHaveLength(3);
    const modules = built
      .filter((file) => /\.js$/.test(file) && !shared.test(file))
      .map((file) => file.slice(0, -".js".length));
    // The code of the structs is in a shared file; the types of each version and architecture refer to theirs.
    const structs = /^dist\/generated\/codecs\/structs\/(\w+\/)?\w+\.d\.ts$/;
    const types = built.filter((file) => file.endsWith(".d.ts"));
    expect(types.filter((file) => structs.test(file)).length).toBeGreaterThan(90);
    expect(types.filter((file) => !structs.test(file)).sort()).toEqual(modules.map((file) => `${file}.d.ts`).sort());
    expect(modules.filter((file) => /^dist\/generated\/codecs\/(structs|descriptors|tables)\b/.test(file))).toEqual([]);
  });

  test("the licences of what the command bundles", () => {
    const text = readFileSync(join(installed, "dist/ckpt/LICENSES.txt"), "utf8");
    for (const name of dependencies) expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
  });

  test("a module of each version and architecture", () => {
    const files = new Set(filesOf(installed));
    for (const version of registry.versions)
      for (const arch of registry.arches(version))
        expect(files.has(`dist/generated/codecs/${version}/${arch}.js`), `${version}/${arch}`).toBe(true);
  });

  test("descriptions of each version for other tools, which a program can find", () => {
    const files = new Set(filesOf(installed));
    for (const version of registry.versions) {
      const id = version.replaceAll("-", "_");
      const names = [
        `c/${version}.h`,
        `kaitai/ckpt_${id}.ksy`,
        `imhex/ckpt_${version}.hexpat`,
        `json-schema/ckpt-text-${version}.schema.json`,
      ];
      for (const name of names) expect(files.has(`dist/formats/${name}`), name).toBe(true);
    }
    write("formats.mjs", `console.log(import.meta.resolve("ckpt-abi/formats/kaitai/ckpt_v21.ksy"));\n`);
    expect(run(app, process.execPath, "formats.mjs")).toMatch(/dist\/formats\/kaitai\/ckpt_v21\.ksy\n$/);
  });

  test("every path that package.json names", () => {
    for (const target of Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry),
    )) {
      const file = target.replace("*", target.includes("/formats/") ? "c/v19.h" : "19/x86_32");
      expect(statSync(join(installed, file)).isFile(), target).toBe(true);
    }
    expect(statSync(join(installed, manifest.bin.ckpt)).mode & 0o111).not.toBe(0);
  });

  test("publint and attw find nothing wrong in the tarball", () => {
    const tarball = join(tarballs, `${manifest.name}-${manifest.version}.tgz`);
    expect(run(root, "npx", "--no-install", "publint", "run", tarball, "--strict")).toContain("All good!");
    // The package has no CommonJS. A path with a pattern is checked by examples.
    const examples = ["v21/x86_64", "v23-rc2/s390x"];
    const options = ["--profile", "esm-only", "--no-emoji", "--include-entrypoints", ...examples];
    const found = run(root, "npx", "--no-install", "attw", tarball, ...options);
    for (const example of examples) expect(found).toContain(`"ckpt-abi/${example}"`);
  });

  test("nothing names a directory of the machine that built it", () => {
    for (const file of filesOf(installed)) {
      const text = readFileSync(join(installed, file), "utf8");
      expect(text.includes(root) || text.includes("sourceMappingURL"), file).toBe(false);
    }
  });
});

describe("the command", () => {
  test("npx runs it", () => {
    expect(run(app, "npx", "--no-install", "ckpt", "--version")).toBe(`${manifest.version}\n`);
    const listed = run(app, "npx", "--no-install", "ckpt", "abi", "list");
    for (const version of registry.versions) expect(listed).toContain(`\n${version} `);
    const shown = JSON.parse(
      run(app, "npx", "--no-install", "ckpt", "abi", "show", "ckpt_hdr_vma", "--abi", "v23-rc2/x86_32", "--json"),
    );
    expect(shown).toMatchObject({ name: "ckpt_hdr_vma", size: 80 });
  });

  // npx sets the mode of the command in the checkout, to the mode that it already has.
  const mayBeRun = permitted("set modes in the checkout", () => {
    try {
      const command = join(root, "bin/ckpt.js");
      chmodSync(command, statSync(command).mode & 0o7777);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
  test.skipIf(!mayBeRun)("npx runs it in the checkout too", () => {
    expect(run(root, "npx", "--no-install", "ckpt", "--version")).toBe(`${manifest.version}\n`);
  });

  test("it fails as it should", () => {
    const { status, stdout, stderr } = spawnSync(
      "npx",
      ["--no-install", "ckpt", "abi", "show", "nothing", "--abi", "v19/arm"],
      {
        cwd: app,
        encoding: "utf8",
        env,
      },
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('ckpt: unknown arch "arm": v19 does not have it; ');
  });
});

describe("the command does what its sources do", () => {
  const image = fileURLToPath(new URL("../fixtures/images/v20h-tree-sub.img", import.meta.url));
  const out = join(place, "out");
  const pid = tasksOf(openImage(new MemorySource(readFileSync(image))))[0]?.pid;

  test.each(COMMAND_LINES.map((words) => [words.join(" "), words] as const))("%s", async (_, words) => {
    const argv = words.map((word) =>
      word
        .replace(/^(IMAGE|SOUND)$/, image)
        .replace(/^PID$/, `${pid}`)
        .replace(/^OUT$/, out),
    );
    const { code, out: text, err } = await ckpt(argv, { version: manifest.version });
    const written = takeWritten();
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, "bin/ckpt.js"), ...argv], {
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: code, stdout: text, stderr: err });
    expect(takeWritten()).toEqual(written);
  });

  /** The files that a command has written, which are removed. */
  function takeWritten(): Record<string, Buffer> {
    if (!existsSync(out)) return {};
    const files = statSync(out).isFile() ? [""] : filesOf(out);
    const contents = Object.fromEntries(files.map((file) => [file, readFileSync(join(out, file))]));
    rmSync(out, { recursive: true });
    return contents;
  }
});

describe("a run of the command", () => {
  test("leaves nothing behind that a later one would trust", () => {
    const homes = mkdtempSync(join(place, "homes-"));
    const before = filesOf(installed);
    const { status, stderr } = spawnSync(process.execPath, [join(installed, "bin/ckpt.js"), "abi", "list"], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: homes, TMPDIR: homes, XDG_CACHE_HOME: homes },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(filesOf(homes)).toEqual([]);
    expect(filesOf(installed)).toEqual(before);
  });
});

/** Uses every module of the library. */
const TOOLS = `import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { coreOf, processOfTask } from "ckpt-abi/core";
import { type Difference, diffImages } from "ckpt-abi/diff";
import { planConversion } from "ckpt-abi/convert";
import { editImage, fieldsAt, parseAssignment, parsePath, Resolver, fieldText } from "ckpt-abi/edit";
import { saveEdited } from "ckpt-abi/files";
import { FileSink, FileSource } from "ckpt-abi/files";
import { MemorySource, openImage } from "ckpt-abi/image";
import { infoOf } from "ckpt-abi/inspect";
import { memoryOfTask } from "ckpt-abi/memory";
import { type Task, tasksOf } from "ckpt-abi/model";
import { listRecords } from "ckpt-abi/records";
import { reportMarkdown, reportOf } from "ckpt-abi/report";
import { stripImage } from "ckpt-abi/strip";
import { encodeText, writeText } from "ckpt-abi/text";
import { verify } from "ckpt-abi/verify";
import { MemorySink } from "ckpt-abi/write";

const image = openImage(new FileSource("app.img"));
const tasks: Task[] = tasksOf(image);
assert([...listRecords(image)].length === infoOf(image).census.records && memoryOfTask(image, "179").memory);

const plan = editImage(image, [parseAssignment("task[0].comm=renamed")]);
await saveEdited(plan.result, "new.img", { input: "app.img" });
const renamed = openImage(new FileSource("new.img"));
const [field] = [...fieldsAt(new Resolver(renamed), parsePath("task[0].comm"))];

const [difference]: Difference[] = [...diffImages(image, renamed).differences];

const text = [...writeText(image)].join("");
const bytes = Buffer.concat([...encodeText(new MemorySource(Buffer.from(text)))]);
const sink = new FileSink("small.img");
const { before, after } = await stripImage(image, sink);
sink.close();
const coreSink = new MemorySink();
const core = coreOf(processOfTask(image, "179"));
await core.write(coreSink);
const newer = new MemorySink();
await planConversion(image, { to: "v23-rc2", kernel: "2.6.37" }).write(newer);

console.log(
  JSON.stringify({
    abi: image.detection.abi,
    first: tasks[0]?.pid + " " + tasks[0]?.name,
    tasks: tasks.length,
    findings: verify(image.format, image.source).summary.errors,
    comm: field && fieldText(field.field),
    difference: difference?.fields[0],
    same: bytes.equals(readFileSync("app.img")),
    smaller: after < before,
    core: coreSink.bytes.length === core.report.size && core.report.name,
    newer: openImage(new MemorySource(newer.bytes)).detection.abi,
    report: reportMarkdown(reportOf(image), "ckpt-abi").split("\\n")[0],
  }),
);
`;

describe("the module for browsers", () => {
  const compare = `import * as whole from "ckpt-abi";
import * as small from "./node_modules/ckpt-abi/dist/generated/codecs/browser.js";
import { deepStrictEqual } from "node:assert";
deepStrictEqual(Object.keys(small), Object.keys(whole));
deepStrictEqual(small.registry.tables, whole.registry.tables);
for (const [i, { key, codecs, descriptor }] of whole.registry.structs.entries()) {
  const other = small.registry.structs[i];
  deepStrictEqual([other.key, other.codecs.length, other.descriptor], [key, codecs.length, descriptor]);
}
const bytes = Uint8Array.from({ length: 80 }, (_, i) => 255 - i);
const vma = (module) => module.abi("v21", "s390x").struct("ckpt_hdr_vma").fromBytes(bytes);
deepStrictEqual(vma(small), vma(whole));
console.log(whole.registry.structs.length);
`;

  test("has the same data and decodes the same", () => {
    write("browser.mjs", compare);
    expect(run(app, process.execPath, "browser.mjs")).toBe(`${registry.structs.length}\n`);
  });

  test("is what a bundler takes for a browser: a program with one struct is small, and contains all ABIs", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { abi } from "ckpt-abi";
console.log(abi("v21", "s390x").struct("ckpt_hdr_vma").size, abi("v16", "x86_32").describe("ckpt_hdr_pids").layout.size);`,
        resolveDir: app,
      },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
    });
    const [file] = outputFiles;
    expect(file?.contents.length).toBeLessThan(250_000);
    write("bundled.mjs", file?.text ?? "");
    expect(run(app, process.execPath, "bundled.mjs")).toBe("72 24\n");
  });
});

describe("the modules", () => {
  test("a program decodes with them", () => {
    write(
      "program.mjs",
      `import { ckptHdrVma, CKPT_HDR_VMA } from "ckpt-abi/v23-rc2/x86_64";
import { abi, versions } from "ckpt-abi";
import { ShortBufferError } from "ckpt-abi/runtime";
const bytes = new Uint8Array(80);
new DataView(bytes.buffer).setBigUint64(32, 2n ** 63n + 1n, true);
const vma = ckptHdrVma.fromBytes(bytes);
const same = abi("v23-rc2", "x86_64").struct("ckpt_hdr_vma").fromBytes(bytes);
let short;
try { ckptHdrVma.fromBytes(bytes.subarray(1)); } catch (error) { short = error instanceof ShortBufferError; }
console.log(JSON.stringify([String(vma.vm_start), String(same.vm_start), CKPT_HDR_VMA, versions.length, short]));
`,
    );
    expect(JSON.parse(run(app, process.execPath, "program.mjs"))).toEqual([
      "9223372036854775809",
      "9223372036854775809",
      402,
      registry.versions.length,
      true,
    ]);
  });

  test("a program reads, checks and changes an image", () => {
    copyFileSync(join(root, "test/fixtures/images/v16-tree-sub.img"), join(app, "app.img"));
    write("tools.mts", TOOLS);
    // The declarations of the tools use those of Node.
    const typeRoots = [join(root, "node_modules/@types")];
    const options = {
      module: "NodeNext",
      target: "ES2022",
      strict: true,
      types: ["node"],
      typeRoots,
      skipLibCheck: false,
    };
    write("tsconfig.tools.json", { compilerOptions: options, files: ["tools.mts"] });
    expect(run(app, process.execPath, tsc, "-p", "tsconfig.tools.json")).toBe("");
    expect(JSON.parse(run(app, process.execPath, "tools.mjs"))).toEqual({
      abi: "v16/x86_32",
      first: "179 tree-root",
      tasks: 7,
      findings: 0,
      comm: "renamed",
      difference: { field: "comm", old: "tree-root", new: "renamed" },
      same: true,
      smaller: true,
      core: "tree-root",
      newer: "v23-rc2/x86_32",
      report: "# Report on a checkpoint image",
    });
  });

  test.each([
    ["Node16", { module: "Node16", moduleResolution: "Node16" }],
    ["Bundler", { module: "ESNext", moduleResolution: "Bundler" }],
  ])("types of all of them need neither those of Node nor skipLibCheck, for %s", (name, options) => {
    // Files are for Node alone.
    const paths = Object.keys(manifest.exports).filter((path) => !/\*|\.json$|^\.\/files$/.test(path));
    const specifiers = [
      ...paths.map((path) => `ckpt-abi${path.slice(1)}`),
      "ckpt-abi/v21/x86_64",
      "ckpt-abi/v16/x86_32",
    ];
    expect(specifiers).toContain("ckpt-abi/image");
    const imports = specifiers.map((specifier, i) => `import * as m${i} from "${specifier}";\n`);
    write(
      `all-${name}.mts`,
      `${imports.join("")}export const all = [${specifiers.map((_, i) => `m${i}`).join(", ")}];\n`,
    );
    const strict = {
      target: "ES2022",
      lib: ["ES2022", "DOM"],
      strict: true,
      types: [],
      skipLibCheck: false,
      noEmit: true,
    };
    write(`tsconfig.all-${name}.json`, { compilerOptions: { ...options, ...strict }, files: [`all-${name}.mts`] });
    expect(run(app, process.execPath, tsc, "-p", `tsconfig.all-${name}.json`)).toBe("");
  });

  test.each([
    ["NodeNext", { module: "NodeNext", moduleResolution: "NodeNext" }],
    ["Bundler", { module: "ESNext", moduleResolution: "Bundler" }],
  ])("their types, for %s", (name, options) => {
    write(
      "types.mts",
      `import { abi } from "ckpt-abi";
import { ckptHdrVma, type CkptHdrVma } from "ckpt-abi/v23-rc2/x86_64";
import { ckptHdrVma as old } from "ckpt-abi/v19/x86_32";
import type { Confidence } from "ckpt-abi/runtime";

const vma: CkptHdrVma = ckptHdrVma.fromBytes(new Uint8Array(80));
export const start: bigint = vma.vm_start;
export const shift: number = vma.hugetlb_shift;
export const confidence: Confidence = "inferred";
export const size: number = abi("v21", "s390x").struct("ckpt_hdr_vma").size;
// @ts-expect-error 64-bit values are no numbers
export const wrong: number = vma.vm_start;
// @ts-expect-error v19 has no huge pages
export const early: number = old.fromBytes(new Uint8Array(72)).hugetlb_shift;
`,
    );
    // The declarations must not need @types/node, because readers in a browser have none.
    const compilerOptions = { ...options, target: "ES2022", strict: true, noEmit: true, types: [], lib: ["ES2022"] };
    write(`tsconfig.${name}.json`, { compilerOptions, files: ["types.mts"] });
    expect(run(app, process.execPath, tsc, "-p", `tsconfig.${name}.json`)).toBe("");
  });
});
