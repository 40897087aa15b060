/** The licences of bundled packages. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * The licences of the packages that modules come from; they must be shipped with them.
 *
 * @param modules absolute paths, or paths from the root of the checkout
 */
export function licensesOf(modules) {
  const packages = new Set(
    modules.flatMap((path) => relative(ROOT, resolve(ROOT, path)).match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []),
  );
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, path, "package.json"), "utf8"));
    const file = readdirSync(join(ROOT, path)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(ROOT, path, file), "utf8") : standardTexts(name, license);
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** The standard texts of the licences of a package that has no file with them, such as `(Apache-2.0 AND BSD-3-Clause)`. */
function standardTexts(name, license) {
  const ids = license.match(/[\w.-]+/g)?.filter((word) => word !== "AND" && word !== "OR") ?? [];
  if (ids.length === 0) throw new Error(`${name} has no licence`);
  return ids.map((id) => require(`spdx-license-list/licenses/${id}.json`).licenseText).join("\n\n");
}
