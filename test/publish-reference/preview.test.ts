/** The preview serves the files, and nothing else of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

let place: string;
let server: ChildProcess;
let port: number;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "ckpt-abi-preview-"));
  mkdirSync(join(place, "site"));
  writeFileSync(join(place, "site", "index.html"), "<p>start");
  writeFileSync(join(place, "site", "style.css"), "p {}");
  writeFileSync(join(place, "secret"), "secret");
  const root = fileURLToPath(new URL("../..", import.meta.url));
  server = spawn(
    process.execPath,
    ["--import", "tsx", "scripts/reference.ts", "--no-gen", "--from", join(place, "site")],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  port = await new Promise((resolve, reject) => {
    server.stdout?.on("data", (text) => resolve(Number(/:(\d+)\//.exec(String(text))?.[1])));
    server.on("exit", () => reject(new Error("the server ended")));
  });
});
afterAll(() => {
  server.kill();
  rmSync(place, { recursive: true });
});

/** Not fetch, which would make sense of the path before it asks. */
function get(path: string): Promise<{ status: number | undefined; type: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path }, (response) => {
      let body = "";
      response.on("data", (piece) => (body += String(piece)));
      response.on("end", () => resolve({ status: response.statusCode, type: response.headers["content-type"], body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

it("serves pages with their types", async () => {
  expect(await get("/")).toEqual({ status: 200, type: "text/html;charset=utf-8", body: "<p>start" });
  expect(await get("/style.css")).toMatchObject({ status: 200, type: "text/css" });
});

it("shows what was generated since", async () => {
  writeFileSync(join(place, "site", "index.html"), "<p>again");
  expect(await get("/index.html")).toMatchObject({ status: 200, body: "<p>again" });
});

it.each(["/nothing.html", "/../secret", "/%2e%2e/secret", "/..%2fsecret"])("does not find %s", async (path) => {
  expect(await get(path)).toEqual({ status: 404, type: "text/plain; charset=utf-8", body: "There is no such page.\n" });
});
