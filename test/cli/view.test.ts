/** `ckpt view`: what it answers, what it refuses, and how it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { pageWith, readPage } from "../../tools/cli/view/page.js";
import { rangeOf } from "../../tools/cli/view/range.js";
import { type Served, serve } from "../../tools/cli/view/serve.js";
import { InputError } from "../../tools/errors/input-error.js";
import { type ImageSource, MemorySource } from "../../tools/image/bytes/source.js";
import { utf8Text } from "../../tools/utf8.js";
import { ckpt } from "./ckpt.js";

const IMAGE = fileURLToPath(new URL("../fixtures/images/v16-self-min.img", import.meta.url));
const BYTES = readFileSync(IMAGE);
const PAGE = `<head><meta content="connect-src 'none'; base-uri 'none'">\n<meta name="reference" content="."></head>`;

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A request as it is, which `fetch` would tidy up. */
function ask(address: string, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, method }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the server", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ source: new MemorySource(BYTES), page: PAGE, name: 'a"<b>.img' }, 0);
    return () => served.close();
  });
  const path = () => new URL(served.address).pathname;

  it("has an address of this machine with 128 random bits", async () => {
    expect(served.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
    const other = await serve({ source: new MemorySource(BYTES), page: PAGE, name: "x" }, 0);
    expect(new URL(other.address).pathname).not.toBe(path());
    await other.close();
  });

  it("sends the page, which may ask for the image and for nothing else", async () => {
    const { status, headers, body } = await ask(served.address, path());
    expect(status).toBe(200);
    expect(body.toString()).toBe(
      `<head><meta content="connect-src ${served.address}image; base-uri 'none'">\n<meta name="image" data-address="image" data-name="a&#34;&#60;b&#62;.img" data-size="${BYTES.length}">\n</head>`,
    );
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("sends ranges of the image", async () => {
    const range = async (text: string) => {
      const { status, headers, body } = await ask(served.address, `${path()}image`, { range: `bytes=${text}` });
      return [
        status,
        headers["content-range"],
        body.equals(BYTES.subarray(Number(text.split("-")[0])).subarray(0, body.length)),
        body.length,
      ];
    };
    const size = BYTES.length;
    expect(await range("0-9")).toEqual([206, `bytes 0-9/${size}`, true, 10]);
    expect(await range("100-100")).toEqual([206, `bytes 100-100/${size}`, true, 1]);
    expect(await range(`${size - 5}-`)).toEqual([206, `bytes ${size - 5}-${size - 1}/${size}`, true, 5]);
    expect(await range(`0-${size * 2}`)).toEqual([206, `bytes 0-${size - 1}/${size}`, true, size]);
    const { status, headers, body } = await ask(served.address, `${path()}image`, {}, "HEAD");
    expect([status, headers["content-length"], body.length]).toEqual([200, `${size}`, 0]);
  });

  it.each(["", "bytes=5-4", "bytes=-5", "bytes=0-1,4-5", "bytes=99999999-", "bytes=1e3-", "items=0-1", "bytes=0x1-9"])(
    "refuses the range %j",
    async (range) => {
      const { status, body } = await ask(served.address, `${path()}image`, range === "" ? {} : { range });
      expect([status, body.toString()]).toEqual([416, "The image is sent in ranges of bytes.\n"]);
    },
  );

  it.each([
    "/",
    "/image",
    "/favicon.ico",
    `/${"0".repeat(32)}/`,
    `/${"0".repeat(32)}/image`,
    "/../etc/passwd",
    "//",
    "/%2e%2e/%2e%2e/etc/passwd",
  ])("has nothing at %s", async (at) => {
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
      expect([method, (await ask(served.address, at, {}, method)).status]).toEqual([method, 404]);
  });

  it.each([
    "..",
    "../",
    "image/",
    "image/..",
    "../../etc/passwd",
    "%2e%2e/image",
    "image?x=1",
    "etc/passwd",
    "\\..\\image",
  ])("has nothing below the address at %s", async (below) => {
    expect((await ask(served.address, path() + below)).status).toBe(404);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("does not do %s", async (method) => {
    const { status, headers } = await ask(served.address, path(), {}, method);
    expect([status, headers.allow]).toEqual([405, "GET, HEAD"]);
  });

  it("answers under no other name, as a web site that takes the address of this machine would ask", async () => {
    const { port } = new URL(served.address);
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `localhost:${port}`,
      `127.0.0.1:${port}.evil.example`,
    ])
      expect([host, (await ask(served.address, path(), { host })).status]).toEqual([host, 403]);
  });
});

it("says that the image cannot be read any more, and goes on", async () => {
  const source = new MemorySource(BYTES);
  let isThere = true;
  const failing: ImageSource = {
    size: source.size,
    get view() {
      return source.view;
    },
    window(offset, length) {
      if (isThere) return source.window(offset, length);
      throw new InputError("unreadable-file", "the file was truncated");
    },
  };
  const served = await serve({ source: failing, page: PAGE, name: "x" }, 0);
  const path = `${new URL(served.address).pathname}image`;
  isThere = false;
  const { status, body } = await ask(served.address, path, { range: "bytes=0-9" });
  expect([status, utf8Text(body)]).toEqual([500, "the file was truncated\n"]);
  isThere = true;
  expect((await ask(served.address, path, { range: "bytes=0-9" })).status).toBe(206);
  await served.close();
});

it("reads ranges of any size exactly", () => {
  expect(rangeOf("bytes=4294967296-4294967299", 2 ** 33)).toEqual({ start: 2 ** 32, end: 2 ** 32 + 4 });
  expect(rangeOf("bytes=0-", 0)).toBeUndefined();
});

it("says when there is no page, or another", () => {
  expect(() => readPage(["nothing.html"])).toThrow(
    /the page that shows images is missing; in a checkout npm run gen makes it/,
  );
  const image = { path: "image", url: "x", name: "x", size: 1, abi: undefined, pageSize: undefined };
  expect(() => pageWith("<html>", image)).toThrow(/not the expected policy/);
});

it.each(["0", "65536", "x", "-1", ""])("takes no port %j", async (port) => {
  const { code, err } = await ckpt(["view", IMAGE, `--port=${port}`]);
  expect([code, err]).toEqual([2, `ckpt: --port takes a number from 1 to 65535, not ${JSON.stringify(port)}\n`]);
});

// The reference has the page when it was generated.
describe.runIf(existsSync(new URL("../../generated/reference/inspect.html", import.meta.url)))("as a program", () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));

  async function start(...more: string[]): Promise<string> {
    const bin = fileURLToPath(new URL("../../bin/ckpt.js", import.meta.url));
    child = spawn(process.execPath, [bin, "view", IMAGE, ...more], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    return line.toString();
  }

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("prints one line, and ends at %s with %i", async (signal, code) => {
    const line = await start("--show", "#view=hex&at=0x10");
    expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/#view=hex&at=0x10\n$/);
    const address = line.trim();
    expect((await ask(address, new URL(address).pathname)).status).toBe(200);
    child?.kill(signal);
    expect(await once(child as ChildProcess, "exit")).toEqual([code, null]);
    await expect(ask(address, "/")).rejects.toThrow(/ECONNREFUSED/);
  });

  it.each(["zzz=1", "hex", ""])("refuses to show %j, which names no view", async (text) => {
    const { code, err } = await ckpt(["view", IMAGE, "--show", text]);
    expect(code).toBe(2);
    expect(err).toContain("--show takes a view such as view=hex&at=0x1234");
  });

  it("says when the port is taken", async () => {
    const { port } = new URL(await start());
    const { code, err } = await ckpt(["view", IMAGE, "--port", port]);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^ckpt: cannot serve on port \d+: .*EADDRINUSE.*; give --port another number\n$/),
    ]);
  });
});
