/**
 * Step 5: `generated/reference`: the schema as a static HTML site, and the same pages in Markdown.
 *
 * In: model and layouts. Out: texts by path from the project's root. A broken link throws an error: pages are made from the schema alone, so it is a
 * bug of the generator.
 */
import { readFileSync } from "node:fs";
import type { Layouts } from "../../layout.js";
import type { Model } from "../../model.js";
import { scripts } from "./client.js";
import type { Page } from "./content.js";
import { factData } from "./facts.js";
import { renderHtml } from "./html.js";
import { checkLinks } from "./links.js";
import { renderMarkdown } from "./markdown.js";
import { architectures } from "./pages/architectures.js";
import { constants, enumIndex, enumReference } from "./pages/enums.js";
import { example } from "./pages/example.js";
import { grammarIndex } from "./pages/grammar.js";
import { nameIndex } from "./pages/names.js";
import { objects } from "./pages/objects.js";
import { recordIndex, recordReference } from "./pages/records.js";
import { regenerate } from "./pages/regenerate.js";
import { bodyReference, ruleReference } from "./pages/rule.js";
import { start } from "./pages/start.js";
import { structReference } from "./pages/struct.js";
import { structIndex } from "./pages/structs.js";
import { versionComparison, versionIndex, versionReference } from "./pages/versions.js";
import { wordSizes } from "./pages/word-sizes.js";
import { choiceData, searchData } from "./search.js";
import { Site } from "./site.js";

export const DIRECTORY = "generated/reference";

export function emitReference(model: Model, layouts: Layouts): Map<string, string> {
  const files = siteFiles(model, layouts);
  checkLinks(files, new Set(model.abis.map(({ name }) => name)));
  return new Map([...files].map(([path, text]) => [`${DIRECTORY}/${path}`, text]));
}

/** Texts by path from the root of the site. */
export function siteFiles(model: Model, layouts: Layouts): Map<string, string> {
  const site = new Site(model, layouts);
  const pages = pagesOf(site);
  const files = new Map<string, string>();
  for (const page of pages) {
    files.set(`${page.path}.html`, renderHtml(page));
    const { text, drawings } = renderMarkdown(page);
    files.set(`${page.path}.md`, text);
    for (const [path, drawing] of drawings) files.set(path, drawing);
  }
  files.set("style.css", readFileSync(new URL("./style.css", import.meta.url), "utf8"));
  files.set("script.js", scripts());
  files.set("data.js", choiceData(site));
  files.set("names.js", searchData(site, pages));
  files.set("compare.js", factData(site));
  return files;
}

function pagesOf(site: Site): Page[] {
  const { model, layouts } = site;
  return [
    start(site),
    structIndex(site),
    ...model.structs
      .filter((struct) => layouts.distinct.get(struct)?.length)
      .map((struct) => structReference(site, struct)),
    recordIndex(site),
    ...model.records.map((record) => recordReference(site, record)),
    enumIndex(site),
    ...model.enums.map((enumeration) => enumReference(site, enumeration)),
    constants(site),
    objects(site),
    grammarIndex(site),
    ...model.grammar.rules.map((rule) => ruleReference(site, rule)),
    ...model.grammar.bodies.map((body) => bodyReference(site, body)),
    nameIndex(site),
    versionIndex(site),
    ...model.versions.map((version) => versionReference(site, version)),
    versionComparison(site),
    architectures(site),
    wordSizes(site),
    example(site),
    regenerate(site),
  ];
}
