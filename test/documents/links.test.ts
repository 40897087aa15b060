/** Links between the Markdown files, and paths that they name, exist. */
import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import pack from "../../package.json" with { type: "json" };
import { documentAt, MARKDOWN, ROOT, readDocument } from "./documents.js";

const FOLDERS = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** Broken links of a file. Web addresses are not followed. */
function deadLinks(file: string, links: readonly string[]): string[] {
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? file : posix.join(posix.dirname(file), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !documentAt(target).anchors.has(anchor);
  });
}

/**
 * Paths in code that begin with a folder of the checkout and do not exist, neither from the root nor from the folder of the file. Patterns such as
 * `schema/*.yaml` are ignored.
 */
function deadPaths(file: string, code: readonly string[]): string[] {
  return code.filter(
    (text) =>
      /^[\w-]+\/[\w./-]*$/.test(text) &&
      FOLDERS.includes(text.split("/", 1)[0] ?? "") &&
      !["", posix.dirname(file)].some((folder) =>
        ["", ".ts", ".test.ts"].some((ending) => existsSync(join(ROOT, folder, `${text}${ending}`))),
      ),
  );
}

test.each(MARKDOWN)("%s", (file) => {
  const { links, code } = documentAt(file);
  expect(deadLinks(file, links)).toEqual([]);
  expect(deadPaths(file, code)).toEqual([]);
});

test("the README and the index of docs/ lead to every document there", () => {
  const documents = MARKDOWN.filter((file) => /^docs\/(?!README)/.test(file));
  expect(documents.length).toBeGreaterThan(5);
  expect(documentAt("README.md").links).toEqual(expect.arrayContaining(documents));
  expect(documentAt("docs/README.md").links).toEqual(
    expect.arrayContaining(documents.map((file) => file.slice("docs/".length))),
  );
});

test("links of the documents in the package lead to documents in it", () => {
  const isShipped = (file: string) =>
    pack.files.some((form) => file === form || (form.endsWith("/") && file.startsWith(form)));
  const shipped = MARKDOWN.filter(isShipped);
  expect(shipped).toContain("docs/README.md");
  const dead = shipped.flatMap((file) =>
    documentAt(file)
      .links.filter((link) => !/^(https?:|#)/.test(link))
      .map((link) => posix.join(posix.dirname(file), link.split("#")[0] ?? ""))
      .filter((target) => !isShipped(target))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test("links and paths that lead nowhere are found", () => {
  const { links, code } = readDocument(
    "[a](docs/README.md), [b](docs/none.md), [c](#none), [d](docs/abi.md#the-reference), `tools/none`, `tools/files`, `tools/*`",
  );
  expect(deadLinks("README.md", links)).toEqual(["docs/none.md", "#none"]);
  expect(deadPaths("README.md", code)).toEqual(["tools/none"]);
});
