#!/usr/bin/env node
// In a checkout the TypeScript sources run as they are, so that the command is never older than they; the package has only what was
// built from them. Compiled code is not kept between runs: it runs as it is found, so nobody else must ever be able to put it there,
// and it saves only a few hundredths of a second.
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { version } = require("../package.json");

const sources = join(__dirname, "../tools/cli/main.ts");

run();

async function run() {
  const { main } = existsSync(sources) ? await fromSources() : require("../dist/ckpt/main.cjs");
  const code = await main(process.argv.slice(2), version);
  // Everything is written. What Node does in the background, such as making code faster, need not come to its end.
  process.exit(code);
}

async function fromSources() {
  const { tsImport } = await import("tsx/esm/api").catch((error) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stderr.write("ckpt: this checkout lacks what it needs to run its sources: run npm ci\n");
    process.exit(1);
  });
  return tsImport(pathToFileURL(sources).href, pathToFileURL(__filename).href);
}
