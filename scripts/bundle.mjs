/**
 * Bundles the command into ckpt/ of a build, so that it starts quickly: there are few files to find, and little code runs before the command.
 *
 * - main.cjs, the command line; reading.cjs, the common part of all commands that read an image; structs/ and elf-structs/, the codecs, a file
 *   per struct, because a run uses few of them; and modules that single commands import on demand. It is CommonJS, which Node starts faster than
 *   modules;
 * - *.jsonl, descriptors and tables of images and of cores, and the system calls: JSON is parsed several times as fast as the same data as
 *   a program, and only on demand;
 * - LICENSES.txt of the packages in it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { programOf, withDescriptorsOnDemand } from "./data-program.mjs";
import { licensesOf } from "./licenses.mjs";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Folders of codecs by the folder that they are bundled into. */
const STRUCTS = { structs: "generated/codecs/structs", "elf-structs": "generated/elf/codecs/structs" };

/** Modules that every command that reads an image needs. Those that identify other kinds of files are needed only for files that are not images. */
const READING = /\/(runtime|tools\/(image|model))\/(?!file-kind|criu-magics)/;

/** Modules that only commands that show tasks need: their lists, registers and system calls. */
const INSPECTING =
  /\/tools\/(inspect\/|model\/(registers\/|task-registers|program|system-call|interrupted-call|checkpoint-call))/;

/**
 * Bundles the command `ckpt` of a build into the few files that it loads.
 *
 * @param dist directory with the output of tsc, from which names and data of generated modules are taken
 */
export async function bundleCommand(dist) {
  const data = {};
  const built = (module) => import(pathToFileURL(join(dist, module.replace(/\.ts$/, ".js"))).href);
  const bundle = await rolldown({
    cwd: ROOT,
    input: { main: "tools/cli/main.ts", ...structModules() },
    platform: "node",
    logLevel: "warn",
    plugins: [seldomUsed, structsOnDemand(built), dataAsJson(data, built)],
  });
  const { output } = await bundle.generate({
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    // Names are not mangled, so that the stack trace of a bug is readable.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      groups: [
        {
          name: "command-line",
          test: /\/(tools\/cli\/(frame|output)\/[\w-]+|runtime\/errors|tools\/errors\/(?!codes)[\w-]+|tools\/image\/bytes\/open-source|tools\/model\/cho[\w-]+)\.ts$/,
          priority: 2,
        },
        { name: "reading", test: (id) => READING.test(id) && !INSPECTING.test(id), priority: 1 },
        { name: "inspecting", test: INSPECTING },
      ],
    },
  });
  const out = join(dist, "ckpt");
  for (const { fileName, code } of output) {
    mkdirSync(dirname(join(out, fileName)), { recursive: true });
    writeFileSync(join(out, fileName), inAscii(code));
  }
  for (const [unit, values] of Object.entries(data))
    writeFileSync(join(out, `${unit}.jsonl`), inAscii(values.map((value) => JSON.stringify(value)).join("\n")));
  writeFileSync(join(out, "LICENSES.txt"), licensesOf(output.flatMap(({ moduleIds }) => moduleIds)));
}

/** The modules of all structs, by their names in the output. */
function structModules() {
  return Object.fromEntries(
    Object.entries(STRUCTS).flatMap(([to, from]) =>
      readdirSync(join(ROOT, from), { recursive: true })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => [join(to, file.slice(0, -".ts".length)), join(from, file)]),
    ),
  );
}

/** Files in ASCII are read without decoding. Other characters remain only in regular expressions. */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Modules that few runs use and that take long to load: each is loaded when something in it is used. */
const seldomUsed = {
  name: "seldom used",
  resolveId: {
    filter: { id: /^(node:(child_process|crypto|fs\/promises|os|perf_hooks|timers\/promises|tty|vm)|picocolors)$/ },
    handler: (source, importer = "") => (importer.startsWith("\0seldom-used:") ? null : `\0seldom-used:${source}`),
  },
  load: {
    filter: { id: /^\0seldom-used:/ },
    handler(id) {
      const name = id.slice("\0seldom-used:".length);
      const getters = Object.keys(require(name)).map((each) => `get ${each}() { return require("${name}").${each}; }`);
      return { code: `module.exports = { ${getters} };`, moduleType: "js" };
    },
  },
};

/**
 * Replaces each codec class by a constructor that loads the class and creates its object.
 *
 * @param built returns the output of tsc for a module, named by its path from the project's root
 */
const structsOnDemand = (built) => ({
  name: "structs on demand",
  resolveId(source, importer) {
    if (importer?.startsWith(ON_DEMAND)) return { id: source, external: true };
    if (!importer || !/\/structs\/.*\.js$/.test(source)) return null;
    return ON_DEMAND + relative(ROOT, join(importer, "..", source));
  },
  async load(id) {
    if (!id.startsWith(ON_DEMAND)) return null;
    const path = id.slice(ON_DEMAND.length);
    const [to, from] = Object.entries(STRUCTS).find(([, folder]) => path.startsWith(`${folder}/`));
    const file = JSON.stringify(`./${join(to, relative(from, path)).replace(/\.js$/, ".cjs")}`);
    const names = Object.keys(await built(path)).filter((name) => /Codec_/.test(name));
    return names
      .map(
        (name) => `export function ${name}(target, struct) { return new (require(${file}).${name})(target, struct); }`,
      )
      .join("\n");
  },
});

const ON_DEMAND = "\0on-demand:";

/**
 * Moves the data of generated modules to a file per unit, with one value per line, which is read when the first value is used. Descriptors are parsed
 * one by one, because a run needs few of them.
 */
function dataAsJson(data, built) {
  return {
    name: "data as JSON",
    resolveId: { filter: { id: /^data:/ }, handler: (source) => `\0${source}` },
    async load(id) {
      if (id.startsWith("\0data:"))
        return `import { readFileSync } from "node:fs";
let lines;
export function data(line) {
  lines ??= readFileSync(__dirname + "/${id.slice("\0data:".length)}.jsonl", "utf8").split("\\n");
  return JSON.parse(lines[line]);
}`;
      const [, unit = "image", module] =
        /\/generated\/(?:(\w+)\/)?codecs\/(tables|descriptors|syscalls|index)\b.*\.ts$/.exec(id) ?? [];
      if (module === undefined) return null;
      if (module === "index") return withDescriptorsOnDemand(readFileSync(id, "utf8"));
      if (module === "syscalls") {
        const { syscalls } = await built(relative(ROOT, id));
        data.syscalls = [syscalls()];
        return `import { data } from "data:syscalls"; export function syscalls() { return data(0); }`;
      }
      data[unit] ??= [];
      const values = Object.entries(await built(relative(ROOT, id)));
      const exports = values.map(([name, value]) => {
        const program = programOf(value, (json) => `data(${data[unit].push(json) - 1})`);
        if (module === "tables") return `export const ${name} = ${program};`;
        return `let known; export function ${name}() { return known ??= ${program}; }`;
      });
      return [`import { data } from "data:${unit}";`, ...exports].join("\n");
    },
  };
}
