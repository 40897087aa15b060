/**
 * Bundles the codecs of a build, so that an import loads few files: the structs, the descriptors and the runtime become one file each, which the
 * modules of all versions and architectures share. Modules keep their places and exports.
 *
 * Descriptors and tables become JSON, which is parsed several times as fast as the same data as a program; descriptors are parsed on demand.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

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
  const entries = [join(CODECS, "index"), ...versions, ...modulesIn(dist, "runtime")];
  const bundle = await rolldown({
    cwd: dist,
    input: Object.fromEntries(entries.map((entry) => [entry, join(dist, `${entry}.js`)])),
    logLevel: "warn",
    treeshake: { moduleSideEffects: false },
    plugins: [dataAsJson],
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
        { name: "descriptors", test: /\/generated\/codecs\/(descriptors\/|tables\.)/ },
        { name: "runtime", test: /\/runtime\//, priority: 2 },
      ],
    },
  });
  mkdirSync(join(dist, CODECS, "shared"), { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(dist, fileName), code);
}

function modulesIn(dist, folder) {
  return readdirSync(join(dist, folder))
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(folder, file.slice(0, -".js".length)));
}

const dataAsJson = {
  name: "data as JSON",
  async load(id) {
    const [, module] = /\/generated\/codecs\/(tables|descriptors|index)\b.*\.js$/.exec(id) ?? [];
    if (module === "index")
      return readFileSync(id, "utf8").replace(/descriptor: (descriptor_\w+)/g, "get descriptor() { return $1(); }");
    if (module === undefined) return null;
    const { descriptor, tables } = await import(pathToFileURL(id).href);
    if (module === "tables") return `export const tables = ${programOf(tables)};`;
    return `let known; export function descriptor() { return known ??= ${programOf(descriptor)}; }`;
  },
};

/** JSON has no bigints, so values that contain one are split. */
function programOf(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!holdsBigint(value)) return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
  if (Array.isArray(value)) return `[${value.map(programOf).join()}]`;
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${programOf(item)}`)}}`;
}

function holdsBigint(value) {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return Object.values(value).some(holdsBigint);
}
