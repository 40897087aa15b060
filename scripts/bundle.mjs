/**
 * Bundles the command into dist/ckpt/, so that it starts quickly: few files to find, and little to do before they are of use.
 *
 * - main.cjs, the whole command. What is imported on demand, and every codec, is a part of it that is set up when it is asked for. It is
 *   CommonJS, which Node starts sooner than modules and whose compiled code can be kept (bin/compiled.js);
 * - *.json, descriptors and tables of images and of cores: as JSON they are read several times as fast as the same data as a program;
 * - LICENSES.txt of the packages in it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = join(ROOT, "dist/ckpt");

/** Takes what tsc has built for the names and the data of generated modules. */
export async function bundleCommand() {
  const data = {};
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, "tools/cli/main.ts")],
    outfile: join(OUT, "main.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Names are left as they are: a stack trace of a bug should tell something.
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    write: false,
    logLevel: "warning",
    plugins: [seldomUsed, structsOnDemand, dataAsJson(data)],
  });
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, "main.cjs"), inAscii(outputFiles[0].text));
  for (const [unit, values] of Object.entries(data))
    writeFileSync(join(OUT, `${unit}.json`), inAscii(JSON.stringify(values)));
  writeFileSync(join(OUT, "LICENSES.txt"), licensesOf(Object.keys(metafile.inputs)));
}

/** Files in ASCII are read as they are. What is left of other characters in a program stands in regular expressions. */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
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

/** What tsc made of a module, given from the project's root. */
function built(module) {
  return import(pathToFileURL(join(ROOT, "dist", module.replace(/\.ts$/, ".js"))).href);
}

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

/** Puts a constructor in place of each codec class, which asks for the class and makes its object. */
const structsOnDemand = {
  name: "structs on demand",
  setup({ onResolve, onLoad }) {
    const namespace = "on-demand";
    onResolve({ filter: /\/structs\/.*\.js$/ }, ({ path, resolveDir, namespace: from }) => {
      const module = join(resolveDir, path).replace(/\.js$/, ".ts");
      return from === namespace ? { path: module } : { path: relative(ROOT, module), namespace };
    });
    onLoad({ filter: /./, namespace }, async ({ path }) => {
      const names = Object.keys(await built(path)).filter((name) => /Codec_/.test(name));
      const module = JSON.stringify(`./${path.replace(/\.ts$/, ".js")}`);
      const stands = names.map(
        (name) =>
          `export function ${name}(target, struct) { return new (require(${module}).${name})(target, struct); }`,
      );
      return { contents: stands.join("\n"), resolveDir: ROOT };
    });
  },
};

/** Takes the data out of generated modules. They get it from the file of their unit, which is read when the first of them is set up. */
function dataAsJson(data) {
  const namespace = "data";
  return {
    name: "data as JSON",
    setup({ onResolve, onLoad }) {
      onLoad({ filter: /\/generated\/.*\bcodecs\/(tables|descriptors\/.*)\.ts$/ }, async ({ path }) => {
        const [, unit = "image"] = /\/generated\/(\w+)\/codecs\//.exec(path) ?? [];
        data[unit] ??= [];
        const values = Object.entries(await built(relative(ROOT, path)));
        const exports = values.map(([name, value]) => `export const ${name} = ${programOf(value, data[unit])};`);
        return { contents: [`import { data } from "data:${unit}";`, ...exports].join("\n") };
      });
      onResolve({ filter: /^data:/ }, ({ path }) => ({ path: path.slice("data:".length), namespace }));
      onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: `import { readFileSync } from "node:fs";
export const data = JSON.parse(readFileSync(__dirname + "/${path}.json", "latin1"));`,
      }));
    },
  };
}

/** JSON has no bigints, so what holds one is taken apart. */
function programOf(value, data) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!holdsBigint(value)) return `data[${data.push(value) - 1}]`;
  if (Array.isArray(value)) return `[${value.map((item) => programOf(item, data)).join()}]`;
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${programOf(item, data)}`)}}`;
}

function holdsBigint(value) {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return Object.values(value).some(holdsBigint);
}
