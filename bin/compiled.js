// Loads CommonJS files, all of them ASCII, and keeps their compiled code for the next run. To compile takes longer than most commands do.
// Versions of Node that can do this are asked to. For older ones the code lies beside the files: whoever can write there could change
// the program itself.
const { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } = require("node:fs");
const module_ = require("node:module");
const { basename, dirname, join } = require("node:path");

exports.loadCompiled = module_.enableCompileCache
  ? (file) => {
      module_.enableCompileCache();
      return require(file);
    }
  : (file) => {
      process.once("exit", (code) => {
        // A word that is no command ends with another code.
        if (code < 2) for (const [kept, script] of fresh) keep(kept, script);
      });
      return loadKept(file);
    };

/** Modules by file. */
const loaded = new Map();

/** Scripts that had to be compiled, by the file that is to keep their code. */
const fresh = new Map();

function loadKept(file) {
  const known = loaded.get(file);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(file, module);
  const directory = dirname(file);
  const others = module_.createRequire(file);
  const load = (name) => (name.startsWith("./") ? loadKept(join(directory, name)) : others(name));
  compile(file)(module.exports, load, module, file, directory);
  return module.exports;
}

function compile(file) {
  const { Script } = require("node:vm");
  // Commands use different parts of the files, so each has its own code.
  const [, , command = ""] = process.argv;
  const kept = join(dirname(file), "compiled", `${basename(file)}-${process.version}-${process.arch}-${command}`);
  const mayBeCommand = /^[a-z]+$/.test(command);
  const cachedData = mayBeCommand ? read(kept) : undefined;
  const script = new Script(module_.wrap(readFileSync(file, "latin1")), { filename: file, cachedData });
  if (mayBeCommand && (cachedData === undefined || script.cachedDataRejected)) fresh.set(kept, script);
  return script.runInThisContext();
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Where it cannot be written, the next run compiles again. Others may run at the same time, and must find all of it or nothing. */
function keep(file, script) {
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(fresh, "wx");
    try {
      writeSync(descriptor, script.createCachedData());
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(fresh, file);
  } catch {
    rmSync(fresh, { force: true });
  }
}
