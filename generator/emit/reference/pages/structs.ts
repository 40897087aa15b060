/** All structs, grouped by kernel subsystem. */
import type { Struct } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { structPage } from "../addresses.js";
import { type Block, code, heading, link, type Page, paragraph, type Row } from "../content.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText, enumerated } from "../spans.js";
import { recordsOf } from "../uses.js";

export function structIndex(site: Site): Page {
  const bySource = new Map<string, Struct[]>();
  for (const struct of site.model.structs) {
    if (!site.layouts.distinct.get(struct)?.length) continue;
    const source = schemaFileOf(struct.origin);
    bySource.set(source, [...(bySource.get(source) ?? []), struct]);
  }
  const generic = [...bySource].filter(([source]) => !source.startsWith("schema/arch/"));
  const arches = [...bySource].filter(([source]) => source.startsWith("schema/arch/"));
  return {
    path: "structs/index",
    title: "Structs",
    summary: "All structs of the checkpoint image format, by kernel subject.",
    section: "structs/index",
    sources: [...bySource.keys()],
    blocks: [
      paragraph(
        "Every record of an image is one of these structs, some contain others, and some are elements of arrays that follow a record. Sizes are those of the newest version.",
      ),
      ...[...generic, ...arches].flatMap(([source, structs]) => subject(site, source, structs)),
    ],
  };
}

function subject(site: Site, source: string, structs: readonly Struct[]): Block[] {
  const name = source.replace(/^.*\//, "").replace(/\.yaml$/, "");
  const title = source.startsWith("schema/arch/")
    ? `Architecture ${name}`
    : `${name[0]?.toUpperCase()}${name.slice(1)}`;
  return [
    heading(2, `subject-${name}`, title),
    {
      kind: "table",
      caption: `Structs of ${name}`,
      columns: [
        { title: "Struct" },
        { title: "Record" },
        { title: "Size", numeric: true },
        { title: "Exists in", minor: true },
        { title: "What it is", below: true },
      ],
      rows: structs.map((struct) => row(site, struct)),
    },
  ];
}

function row(site: Site, struct: Struct): Row {
  const layouts = site.layouts.distinct.get(struct) ?? [];
  const newest = layouts.at(-1);
  const sizes = [
    ...new Set(
      layouts
        .filter(({ abis }) => abis.at(-1)?.version === newest?.abis.at(-1)?.version)
        .map(({ layout }) => `${layout.size}`),
    ),
  ];
  return {
    cells: [
      [link({ page: structPage(struct) }, code(struct.key))],
      [enumerated(recordsOf(site, struct).map(({ name }) => name))],
      [sizes.join(" or ")],
      [abisText(site.abisOf(struct), site.model)],
      [...site.prose(struct.summary), ...confidenceMark(struct.confidence)],
    ],
  };
}
