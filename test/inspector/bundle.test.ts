/** The page as a file: its size, its policy, and that nothing of an image can become markup. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { pagePath } from "./page.js";

const text = readFileSync(await pagePath(), "utf8");
const SOURCES = fileURLToPath(new URL("../../inspector", import.meta.url));

test("it has less than 400 kB when it is packed", () => {
  expect(gzipSync(text).length).toBeLessThan(400_000);
});

test("its policy allows its own script, style and worker, and nothing else", () => {
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
  const hashOf = (pattern: RegExp) =>
    `'sha256-${createHash("sha256")
      .update(pattern.exec(text)?.[1] ?? "")
      .digest("base64")}'`;
  expect(
    Object.fromEntries(policy.split("; ").map((part) => [part.split(" ", 1)[0], part.split(" ").slice(1).join(" ")])),
  ).toEqual({
    "default-src": "'none'",
    "script-src": hashOf(/<script>([\s\S]*?)<\/script>/),
    "worker-src": "blob:",
    "style-src": hashOf(/<style>([\s\S]*?)<\/style>/),
    "img-src": "data: blob:",
    "connect-src": "'none'",
    "form-action": "'none'",
    "base-uri": "'none'",
  });
});

test("no source writes markup", () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  expect(files.length).toBeGreaterThan(30);
  const markup = files.filter((name) =>
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function/.test(
      readFileSync(join(SOURCES, name), "utf8"),
    ),
  );
  expect(markup).toEqual([]);
});

test("it has the licences of the packages in it", () => {
  const [, licenses = ""] = /<script type="text\/plain" id="licenses">([\s\S]*?)<\/script>/.exec(text) ?? [];
  const named = [...licenses.matchAll(/^(\S+) \d\S* \([\w.-]+\)$/gm)].map(([, name]) => name);
  expect(named).toEqual(
    expect.arrayContaining(["preact", "@preact/signals", "comlink", "d3-hierarchy", "uint8array-extras"]),
  );
  expect(licenses).toContain("Permission is hereby granted, free of charge");
});
