/** Serves the page and one image on this machine. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { UsageError } from "../../errors/usage-error.js";
import { copyBytes, type ImageSource } from "../../image/bytes/source.js";
import { pageWith } from "./page.js";
import { rangeOf } from "./range.js";

/** What is served. */
export interface Exhibit {
  readonly source: ImageSource;
  /** The page as it is published. */
  readonly page: string;
  /** Name of the image. */
  readonly name: string;
  /** What the image is read as, where a person said so. */
  readonly abi?: string | undefined;
  readonly pageSize?: string | undefined;
}

export interface Served {
  readonly address: string;
  /** Ends all connections. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Random bytes in the address: as many as an AES key has. */
const TOKEN_BYTES = 16;

/** Path of the image, below the page. */
const IMAGE = "image";

/**
 * Serves the page and the image at an address with a random part. Requests without it are answered with 404, requests for another host, as a web site
 * sends them that gives its name the address of this machine, with 403.
 *
 * @param port 0 for any free one
 * @throws {UsageError} (`wrong-usage`) when the port cannot be used
 */
export async function serve(exhibit: Exhibit, port: number): Promise<Served> {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const server = createServer();
  await listen(server, port);
  const host = `${HOST}:${(server.address() as AddressInfo).port}`;
  const address = `http://${host}/${token}/`;
  const { source, name, abi, pageSize } = exhibit;
  const image = { path: IMAGE, url: address + IMAGE, name, size: source.size, abi, pageSize };
  const page = Buffer.from(pageWith(exhibit.page, image));

  server.on("request", (request, response) => {
    answer(request, response).catch((error: Error) => {
      // Of what was begun only the connection can say that it is not all; a client that went away needs no answer.
      if (response.headersSent) response.destroy();
      else refuse(response, 500, error.message);
    });
  });
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host !== host) return refuse(response, 403, "This server answers only under its own address.");
    const [, given = "", path, ...more] = (request.url ?? "").split("/");
    if (!isToken(given, token) || more.length > 0) return refuse(response, 404, "There is nothing here.");
    if (path !== "" && path !== IMAGE) return refuse(response, 404, "There is nothing here.");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return refuse(response, 405, "Only reading is possible.");
    }
    if (path === IMAGE) return sendImage(request, response, source);
    send(response, 200, { "content-type": "text/html; charset=utf-8", "content-length": page.length });
    response.end(request.method === "HEAD" ? undefined : page);
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ message }) =>
      reject(new UsageError("wrong-usage", `cannot serve on port ${port}: ${message}; give --port another number`)),
    );
    server.listen(port, HOST, resolve);
  });
}

/** Compares in a time that does not depend on the contents. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Number of bytes that are read and sent together. */
const PIECE_BYTES = 1024 * 1024;

async function sendImage(request: IncomingMessage, response: ServerResponse, source: ImageSource): Promise<void> {
  const type = { "content-type": "application/octet-stream", "accept-ranges": "bytes" };
  if (request.method === "HEAD") {
    send(response, 200, { ...type, "content-length": source.size });
    response.end();
    return;
  }
  const range = rangeOf(request.headers.range, source.size);
  if (!range) {
    response.setHeader("content-range", `bytes */${source.size}`);
    return refuse(response, 416, "The image is sent in ranges of bytes.");
  }
  const { start, end } = range;
  let piece = copyBytes(source, start, Math.min(PIECE_BYTES, end - start));
  const headers = { "content-range": `bytes ${start}-${end - 1}/${source.size}`, "content-length": end - start };
  send(response, 206, { ...type, ...headers });
  for (let at = start; ; ) {
    const isTaken = response.write(piece);
    at += piece.length;
    if (at >= end || response.destroyed) break;
    if (!isTaken) await new Promise<void>((resolve) => response.once("drain", resolve).once("close", resolve));
    else await setImmediate();
    piece = copyBytes(source, at, Math.min(PIECE_BYTES, end - at));
  }
  response.end();
}

function refuse(response: ServerResponse, status: number, text: string): void {
  send(response, status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

/** Keeps what is sent in this browser and in this page: the address has a secret. */
const GUARDS = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

function send(response: ServerResponse, status: number, headers: Record<string, string | number>): void {
  response.writeHead(status, { ...GUARDS, ...headers });
}
