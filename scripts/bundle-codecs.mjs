/**
 * Bundles the codecs of a build, so that an import loads few files: the structs, the descriptors and the runtime become one file each, which the
 * modules of all versions and architectures share. Modules keep their places and exports.
 *
 * Descriptors and tables become JSON, which is parsed several times as fast as the same data as a program; descriptors are parsed on demand.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { programOf, withDescriptorsOnDemand } from "./data-program.mjs";
import { pack } from "./pack-text.mjs";

const CODECS = "generated/codecs";

/**
 * Bundles the codecs of a build: structs, descriptors and runtime become one file each.
 *
 * @param dist directory with the output of tsc; its modules are replaced
 */
export async function bundleCodecs(dist) {
  const versions = readdirSync(join(dist, CODECS), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("v"))
    .flatMap(({ name }) => modulesIn(dist, join(CODECS, name)));
  const entries = [join(CODECS, "index"), join(CODECS, "browser"), ...versions, ...modulesIn(dist, "runtime")];
  const bundle = await rolldown({
    cwd: dist,
    input: Object.fromEntries(entries.map((entry) => [entry, join(dist, `${entry}.js`)])),
    logLevel: "warn",
    treeshake: { moduleSideEffects: false },
    plugins: [await packedData(dist), dataAsJson, viewsOnDemand],
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "[name].js",
    // Only local names are mangled: stack traces and the names of errors stay readable.
    minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
    chunkFileNames: `${CODECS}/shared/[name].js`,
    codeSplitting: {
      groups: [
        { name: "structs", test: /\/generated\/codecs\/structs\//, priority: 1 },
        { name: "descriptors", test: /^[^\0].*\/generated\/codecs\/(descriptors\/|tables\.)/ },
        { name: "runtime", test: /\/runtime\//, priority: 2 },
      ],
    },
  });
  mkdirSync(join(dist, CODECS, "shared"), { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(dist, fileName), code);
  removeBundled(join(dist, CODECS));
}

/** Removes the modules that are part of the bundles. The types of the structs stay: those of each version and architecture refer to them. */
function removeBundled(codecs) {
  rmSync(join(codecs, "descriptors"), { recursive: true });
  for (const file of ["tables.js", "tables.d.ts"]) rmSync(join(codecs, file));
  for (const file of readdirSync(join(codecs, "structs"), { recursive: true }))
    if (file.endsWith(".js")) rmSync(join(codecs, "structs", file));
}

function modulesIn(dist, folder) {
  return readdirSync(join(dist, folder))
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(folder, file.slice(0, -".js".length)));
}

const dataAsJson = {
  name: "data as JSON",
  async load(id) {
    const [, module] = /\/generated\/codecs\/(tables|descriptors|index|browser)\b.*\.js$/.exec(id) ?? [];
    if (module === "index" || module === "browser") return withDescriptorsOnDemand(readFileSync(id, "utf8"));
    if (module === undefined) return null;
    return dataModule(await import(pathToFileURL(id).href), (json) => `JSON.parse(${JSON.stringify(json)})`);
  },
};

/** Makes each class of views a function that makes the class on the first call: most programs use few views, and making a class takes long. */
const viewsOnDemand = {
  name: "views on demand",
  transform: {
    filter: { id: /\/generated\/codecs\/structs\// },
    handler: (code) =>
      code
        .replace(/\bnew (\w+View\w*)\(/g, (text, name) => (name === "ArrayView" ? text : `new (${name}())(`))
        .replace(
          /^export class (\w+View\w*) (\{.*?^\})/gms,
          (_, name, body) => `let ${name}$;\nexport function ${name}() { return ${name}$ ??= class ${name} ${body}; }`,
        ),
  },
};

/** The text of a module with a descriptor or tables. A descriptor becomes a function; it and each table are made on first use. */
function dataModule({ descriptor, tables }, programOfJson) {
  const program = (value) => programOf(value, (part) => programOfJson(JSON.stringify(part)));
  if (!tables) return `let known; export function descriptor() { return known ??= ${program(descriptor)}; }`;
  const getters = Object.entries(tables).map(
    ([name, table]) => `get ${name}() { return known.${name} ??= ${program(table)}; }`,
  );
  return `const known = {}; export const tables = { ${getters} };`;
}

/** Packs the descriptors and tables of the module for browsers, which people download: their texts are most of it. */
async function packedData(dist) {
  const format = await import(pathToFileURL(join(dist, "runtime/packed-text.js")).href);
  const modules = new Map();
  const lines = [];
  for (const file of [
    "tables.js",
    ...readdirSync(join(dist, CODECS, "descriptors"), { recursive: true })
      .sort()
      .map((name) => join("descriptors", name)),
  ]) {
    if (!file.endsWith(".js")) continue;
    const path = join(dist, CODECS, file);
    const text = dataModule(await import(pathToFileURL(path).href), (json) => `data(${lines.push(json) - 1})`);
    modules.set(PACKED + path, `import { data } from "packed-data";\n${text}`);
  }
  const packed = pack(lines.map(inPackable).join("\n").replaceAll("\n", "%"), format);
  modules.set(
    "packed-data",
    `import { unpack } from ${JSON.stringify(join(dist, "runtime/packed-text.js"))};
let lines;
export function data(line) {
  lines ??= unpack(${JSON.stringify(packed)}).replaceAll("@", '"').replaceAll("#", "\\\\").split("%");
  return JSON.parse(lines[line]);
}`,
  );
  return {
    name: "packed data",
    resolveId(source, importer = "") {
      if (source === "packed-data") return source;
      if (!importer.endsWith(`${CODECS}/browser.js`) || !/^\.\/(tables|descriptors\/.*)\.js$/.test(source)) return null;
      return PACKED + join(importer, "..", source);
    },
    load: (id) => modules.get(id) ?? null,
  };
}

const PACKED = "\0packed:";

/** JSON without the characters that packed text cannot have or that stand for others; in JSON they occur only in strings. */
function inPackable(json) {
  const escaped = json.replace(/[^ -~]|[@#%^~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return escaped.replaceAll('"', "@").replaceAll("\\", "#");
}
