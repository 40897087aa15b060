/** Reads the reference in the repository. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../generated/reference/", import.meta.url));

/** Texts by path from the root of the site. */
export function siteFiles(): Map<string, string> {
  return new Map(
    readdirSync(ROOT, { recursive: true })
      .map(String)
      // The page that shows images is no page of the reference: test/inspector has its tests.
      .filter((path) => path !== "inspect.html" && statSync(join(ROOT, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(ROOT, path), "utf8")]),
  );
}

/** A row of a table of fields. */
export interface FieldRow {
  readonly field: string;
  readonly offset: number;
  /** Size in bytes; 0 for a flexible array. */
  readonly size: number;
}

/** The layouts on a struct's page, by ABI. */
export function layoutsOn(
  html: string,
): { readonly abis: ReadonlySet<string>; readonly size: number; readonly rows: readonly FieldRow[] }[] {
  return html
    .split("<section data-abis=")
    .slice(1)
    .map((section) => ({
      abis: new Set(/^"([^"]*)"/.exec(section)?.[1]?.split(" ")),
      size: Number(/<p>(\d+) bytes, aligned/.exec(section)?.[1]),
      rows: [
        ...section.matchAll(
          /<tr id="[^"]*" data-field="([^"]*)"[^>]*><td[^>]*>(\d+)<\/td><td[^>]*>(\d+|flexible)<\/td>/g,
        ),
      ].map(([, field = "", offset, size]) => ({
        field,
        offset: Number(offset),
        size: size === "flexible" ? 0 : Number(size),
      })),
    }));
}
