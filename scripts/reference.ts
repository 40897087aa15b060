/** `npm run reference`: generates the reference and shows it on this machine, until Ctrl-C. */
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
  .option("--port <n>", "port; a free one when it is not given", portNumber, 0)
  .option("--no-gen", "show what is there")
  .option(
    "--from <dir>",
    "directory with the reference",
    fileURLToPath(new URL("../generated/reference", import.meta.url)),
  )
  .parse()
  .opts<Options>();

const status = gen ? spawnSync("npm", ["run", "--silent", "gen"], { cwd: ROOT, stdio: "inherit" }).status : 0;
if (status === 0) serve();
else process.exitCode = 1;

function serve(): void {
  // Files are read anew each time: the next generation shows at once.
  const files = sirv(from, { dev: true, etag: true });
  const server = createServer((request, response) =>
    files(request, response, () => {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
      response.end("There is no such page.\n");
    }),
  );
  server.on("error", (error) => {
    process.stderr.write(`reference: cannot serve on port ${port}: ${error.message}\n`);
    process.exitCode = 1;
  });
  server.listen(port, "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ (Ctrl-C ends)\n`);
  });
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) throw new InvalidArgumentError("expected a number from 0 to 65535");
  return number;
}
