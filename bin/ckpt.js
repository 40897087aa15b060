#!/usr/bin/env node
// In a checkout the TypeScript sources run as they are, so that the command is never older than they; the package has only what was
// built from them.
import { existsSync, readFileSync } from "node:fs";
import module from "node:module";

const sources = new URL("../tools/cli/main.ts", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const { main } = existsSync(sources) ? await fromSources() : await fromPackage();
process.exitCode = await main(process.argv.slice(2), version);

async function fromSources() {
  const { tsImport } = await import("tsx/esm/api").catch((error) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stderr.write("ckpt: this checkout lacks what it needs to run its sources: run npm ci\n");
    process.exit(1);
  });
  return tsImport(sources.href, import.meta.url);
}

function fromPackage() {
  // Newer versions of Node keep what they compiled for the next run.
  module.enableCompileCache?.();
  return import("../dist/ckpt/main.js");
}
