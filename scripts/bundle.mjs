/**
 * Bundles the command into dist/ckpt/, so that it starts quickly: few files to find, and of the codecs only those that it comes to use.
 *
 * - main.js, the command line, and three parts that it imports on demand: what opens an image and tells what it is, cores, and the rest;
 * - LICENSES.txt of the packages in it;
 * - runtime.cjs, the one runtime of command and codecs, so that both know the same error classes;
 * - codecs/ and elf/, a file per struct of images and of cores. They are loaded in the middle of things, which only CommonJS can.
 *
 * Descriptors and tables become JSON texts, which are read several times as fast as the same data as a program.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RUNTIME = join(ROOT, "runtime");
const OUT = join(ROOT, "dist/ckpt");

/** Where structs are, and the folder that their codecs get. */
const STRUCTS = [
  { sources: join(ROOT, "generated/codecs/structs"), folder: join(OUT, "codecs") },
  { sources: join(ROOT, "generated/elf/codecs/structs"), folder: join(OUT, "elf") },
];

/** Names are left as they are: a stack trace of a bug should tell something. */
const common = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
};

/** Takes what tsc has built for the names and the data of generated modules. */
export async function bundleCommand() {
  const [{ metafile }] = await Promise.all([
    buildCommand(),
    build({
      ...common,
      stdin: { contents: everything(RUNTIME), resolveDir: RUNTIME },
      format: "cjs",
      outfile: join(OUT, "runtime.cjs"),
    }),
    ...STRUCTS.map(({ sources, folder }) =>
      build({
        ...common,
        entryPoints: modulesIn(sources).map((module) => join(sources, module)),
        format: "cjs",
        outdir: folder,
        outExtension: { ".js": ".cjs" },
        plugins: [sharedRuntime, structsOfTheirOwn],
      }),
    ),
  ]);
  writeFileSync(join(OUT, "LICENSES.txt"), licensesOf(Object.keys(metafile.inputs)));
}

function buildCommand() {
  return build({
    ...common,
    entryPoints: { main: join(ROOT, "tools/cli/main.ts") },
    format: "esm",
    splitting: true,
    outdir: OUT,
    metafile: true,
    plugins: [fewParts, loader, seldomUsed, sharedRuntime, structsOnDemand, dataAsJson],
    // Of two exports of the same name a part would have neither.
    logOverride: { "ambiguous-reexport": "error" },
    // The packages are CommonJS and ask for modules of Node.
    banner: { js: 'import { createRequire as from } from "node:module"; const require = from(import.meta.url);' },
  });
}

/** The licences of the packages that modules come from; they want to be shipped along. */
function licensesOf(modules) {
  const packages = new Set(modules.flatMap((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, path, "package.json"), "utf8"));
    const file = readdirSync(join(ROOT, path)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(ROOT, path, file), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

function modulesIn(directory) {
  return readdirSync(directory, { recursive: true }).filter((file) => file.endsWith(".ts"));
}

function everything(directory) {
  return modulesIn(directory)
    .map((module) => `export * from "./${module}";`)
    .join("\n");
}

/** Where a struct's codecs end up. */
function codecFile(module) {
  const { sources, folder } = STRUCTS.find((one) => module.startsWith(one.sources));
  return join(folder, relative(sources, module).replace(/\.ts$/, ".cjs"));
}

/** The module of the sources that an import names. */
function imported({ path, resolveDir }) {
  return join(resolveDir, path).replace(/\.js$/, ".ts");
}

/** What tsc made of a module, given from the project's root. */
function built(module) {
  return import(pathToFileURL(join(ROOT, "dist", module.replace(/\.ts$/, ".js"))).href);
}

function external(from, file) {
  const path = relative(dirname(from), file);
  return { path: path.startsWith(".") ? path : `./${path}`, external: true };
}

/**
 * What is imported on demand, by parts: what opens an image and tells what it is, which the commands ask for most; cores, which bring a schema of
 * their own; and everything else.
 */
const PARTS = {
  reading: /^tools\/(image\/[\w-]+|cli\/image\/print-info)\.ts$/,
  cores: /^tools\/cli\/image\/write-cores\.ts$/,
  rest: /./,
};

function partOf(module) {
  return Object.keys(PARTS).find((part) => PARTS[part].test(module));
}

/**
 * Puts together what is imported on demand. By itself every such module would become a file, with further files for what some of them
 * share.
 */
const fewParts = {
  name: "few parts",
  setup({ onResolve, onLoad }) {
    const namespace = "part";
    onResolve({ filter: /^\./ }, (args) =>
      args.kind === "dynamic-import" ? { path: partOf(relative(ROOT, imported(args))), namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: onDemand()
        .filter((module) => partOf(module) === path)
        .map((module) => `export * from "./${module}";`)
        .join("\n"),
      resolveDir: ROOT,
      loader: "ts",
    }));
  },
};

/** Modules that others import on demand. */
function onDemand() {
  const tools = join(ROOT, "tools");
  const modules = modulesIn(tools).flatMap((file) => {
    const resolveDir = dirname(join(tools, file));
    const imports = readFileSync(join(tools, file), "utf8").matchAll(/\bimport\("(\.[^"]+)"\)/g);
    return [...imports].map(([, path]) => relative(ROOT, imported({ path, resolveDir })));
  });
  return [...new Set(modules)];
}

const sharedRuntime = {
  name: "shared runtime",
  setup({ onResolve, onLoad }) {
    const namespace = "runtime";
    onResolve({ filter: /\/runtime\/[\w-]+\.js$/ }, (args) =>
      STRUCTS.some(({ sources }) => args.importer.startsWith(sources))
        ? external(codecFile(args.importer), join(OUT, "runtime.cjs"))
        : { path: relative(ROOT, imported(args)), namespace },
    );
    onLoad({ filter: /./, namespace }, async ({ path }) => ({
      contents: `import { load } from "loader";
export const { ${Object.keys(await built(path))} } = load("./runtime.cjs");`,
    }));
  },
};

const structsOfTheirOwn = {
  name: "structs of their own",
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.js$/ }, (args) => external(codecFile(args.importer), codecFile(imported(args))));
  },
};

/** Node takes longer to import a CommonJS file into a module than to load it. One `require` does for all: each takes its time to make. */
const loader = {
  name: "loader",
  setup({ onResolve, onLoad }) {
    const namespace = "loader";
    onResolve({ filter: /^loader$/ }, () => ({ path: "loader", namespace }));
    onLoad({ filter: /./, namespace }, () => ({
      contents: `import { createRequire } from "node:module";
export const load = createRequire(import.meta.url);
export const onDemand = (file, name) => function (target, struct) { return new (load(file)[name])(target, struct); };`,
    }));
  },
};

/** Modules of Node that few runs use and that take it long to load: each waits until something of it is used. */
const seldomUsed = {
  name: "seldom used",
  setup({ onResolve, onLoad }) {
    const namespace = "seldom-used";
    onResolve({ filter: /^node:(child_process|perf_hooks)$/ }, (args) =>
      args.namespace === namespace ? { path: args.path, external: true } : { path: args.path, namespace },
    );
    onLoad({ filter: /./, namespace }, async ({ path }) => {
      const getters = Object.keys(await import(path)).map(
        (name) => `get ${name}() { return require("${path}").${name}; }`,
      );
      return { contents: `module.exports = { ${getters} };` };
    });
  },
};

/** Puts a constructor in place of each codec class, which loads the class and makes its object. */
const structsOnDemand = {
  name: "structs on demand",
  setup({ onResolve, onLoad }) {
    const namespace = "on-demand";
    onResolve({ filter: /\/structs\/.*\.js$/ }, (args) => ({ path: relative(ROOT, imported(args)), namespace }));
    onLoad({ filter: /./, namespace }, async ({ path }) => {
      const names = Object.keys(await built(path)).filter((name) => /Codec_/.test(name));
      const file = JSON.stringify(external(join(OUT, "main.js"), codecFile(join(ROOT, path))).path);
      const stands = names.map(
        (name) => `export const ${name} = /* @__PURE__ */ onDemand(${file}, ${JSON.stringify(name)});`,
      );
      return { contents: `import { onDemand } from "loader";\n${stands.join("\n")}` };
    });
  },
};

const dataAsJson = {
  name: "data as JSON",
  setup({ onLoad }) {
    onLoad({ filter: /\/generated\/(elf\/)?codecs\/(tables|descriptors\/.*)\.ts$/ }, async ({ path }) => ({
      contents: Object.entries(await built(relative(ROOT, path)))
        .map(([name, data]) => `export const ${name} = ${dataText(data)};`)
        .join("\n"),
    }));
  },
};

/** Data as a program. JSON has no bigints, so what holds one is taken apart. */
function dataText(data) {
  if (typeof data === "bigint") return `${data}n`;
  if (!holdsBigint(data)) return `JSON.parse(${JSON.stringify(JSON.stringify(data))})`;
  if (Array.isArray(data)) return `[${data.map(dataText).join()}]`;
  return `{${Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}:${dataText(value)}`)}}`;
}

function holdsBigint(data) {
  if (typeof data !== "object" || data === null) return typeof data === "bigint";
  return Object.values(data).some(holdsBigint);
}
