/** The preview serves the files of the reference, and nothing else of this machine. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled } from "../bundled.js";
import { HANG } from "../hang.js";
import { failure, permitted } from "../requirement.js";

const PROGRAM = await bundled("scripts/reference.ts");

/** Listens in a separate network namespace, to which no other process can connect. */
const CONNECT = `
  const { createServer, connect } = require("node:net");
  const server = createServer(() => process.exit());
  server.listen(0, "127.0.0.1", () => connect(server.address().port, "127.0.0.1"));`;
const loopback = permitted("use the loopback address", () => failure([process.execPath, "-e", CONNECT]));

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let place: string;
let server: ChildProcess;
let port: number;

describe.skipIf(!loopback)("the preview", () => {
  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "ckpt-abi-preview-"));
    mkdirSync(join(place, "site"));
    writeFileSync(join(place, "site", "index.html"), "<p>start");
    writeFileSync(join(place, "site", "style.css"), "p {}");
    writeFileSync(join(place, "site", "page.md"), "→");
    writeFileSync(join(place, "secret"), "secret");
    server = spawn(process.execPath, [PROGRAM, "--no-gen", "--from", join(place, "site")], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    port = await new Promise((resolve, reject) => {
      server.stdout?.on("data", (text) => resolve(Number(/:(\d+)\//.exec(String(text))?.[1])));
      server.on("exit", () => reject(new Error("the server ended")));
    });
  });
  afterAll(() => {
    server.kill();
    rmSync(place, { recursive: true });
  });

  /** Not fetch, which would normalise the path. */
  function get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number | undefined; type: string | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, headers }, (response) => {
        let body = "";
        response.on("data", (piece) => (body += String(piece)));
        response.on("end", () =>
          resolve({ status: response.statusCode, type: response.headers["content-type"], body }),
        );
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  it("serves pages with their types", async () => {
    expect(await get("/")).toEqual({ status: 200, type: "text/html;charset=utf-8", body: "<p>start" });
    expect(await get("/style.css")).toMatchObject({ status: 200, type: "text/css" });
    expect(await get("/page.md")).toEqual({ status: 200, type: "text/markdown;charset=utf-8", body: "→" });
  });

  it("shows what was generated since", async () => {
    writeFileSync(join(place, "site", "index.html"), "<p>again");
    expect(await get("/index.html")).toMatchObject({ status: 200, body: "<p>again" });
  });

  it.each(["/nothing.html", "/../secret", "/%2e%2e/secret", "/..%2fsecret"])("does not find %s", async (path) => {
    expect(await get(path)).toEqual({
      status: 404,
      type: "text/plain; charset=utf-8",
      body: "There is no such page.\n",
    });
  });

  it("answers a range that makes no sense with the whole file", async () => {
    expect(await get("/style.css", { range: "bytes=3-1" })).toMatchObject({ status: 200, body: "p {}" });
  });

  it("says what it cannot do", () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [PROGRAM, "--no-gen", ...args], {
        cwd: ROOT,
        encoding: "utf8",
        // A server that starts by mistake would run for ever.
        timeout: HANG,
      });
    expect(run("--port", "x")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("a number from 0 to 65535"),
    });
    const nothing = join(place, "nothing");
    expect(run("--from", nothing)).toMatchObject({
      status: 1,
      stderr: `reference: ${nothing} holds no reference; run: npm run gen\n`,
    });
    expect(run("--from", join(place, "site"), "--port", String(port))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^reference: cannot serve on port \d+: .*EADDRINUSE.*; give --port another number\n$/,
      ),
    });
  });

  it("ends on Ctrl-C", async () => {
    const ended = once(server, "exit");
    server.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });
});
