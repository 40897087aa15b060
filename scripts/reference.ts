/** `npm run reference`: generates the reference and serves it on this machine, until Ctrl-C. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import sirv from "sirv";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Options {
  readonly port: number;
  readonly from: string;
  readonly gen: boolean;
}

const { port, from, gen } = new Command("reference")
  .description("Generate the reference and serve it on this machine.")
  .option("--port <n>", "port (default: any free one)", portNumber, 0)
  .option("--no-gen", "serve the reference as it is, without generating it")
  .option(
    "--from <dir>",
    "directory with the reference",
    fileURLToPath(new URL("../generated/reference", import.meta.url)),
  )
  .addHelpText("after", "\nExit codes: 0 ended by Ctrl-C, 1 not done, 2 usage.")
  .allowExcessArguments(false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const status = gen ? spawnSync("npm", ["run", "--silent", "gen"], { cwd: ROOT, stdio: "inherit" }).status : 0;
if (status !== 0) process.exitCode = 1;
else if (existsSync(join(from, "index.html"))) serve();
else fail(`${from} holds no reference; run: npm run gen`);

function fail(message: string): void {
  process.stderr.write(`reference: ${message}\n`);
  process.exitCode = 1;
}

function serve(): void {
  // Files are read on each request, so that the next generation is visible at once.
  const files = sirv(from, { dev: true, etag: true, setHeaders: nameEncoding });
  const server = createServer((request, response) => {
    // Whole files only: sirv throws on a range that ends before it begins, which would end the preview.
    delete request.headers.range;
    files(request, response, () => {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
      response.end("There is no such page.\n");
    });
  });
  server.on("error", (error) => fail(`cannot serve on port ${port}: ${error.message}; give --port another number`));
  process.once("SIGINT", () => process.exit(0));
  server.listen(port, "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ (Ctrl-C ends)\n`);
  });
}

/** HTML pages state their encoding themselves; for Markdown a browser would guess. */
function nameEncoding(response: ServerResponse, path: string): void {
  if (path.endsWith(".md")) response.setHeader("content-type", "text/markdown;charset=utf-8");
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) throw new InvalidArgumentError("expected a number from 0 to 65535");
  return number;
}
