/** The architectures one by one, and what differs between them. */
import type { Abi, Arch } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { structPage } from "../addresses.js";
import { type Block, type Content, code, heading, joined, link, type Page, paragraph, type Row } from "../content.js";
import { differences } from "../differences.js";
import type { Site } from "../site.js";
import { abisText, enumerated, spans } from "../spans.js";

const PATH = "architectures";

export function architectures(site: Site): Page {
  const { arches } = site.model;
  return {
    path: PATH,
    title: "Architectures",
    summary: "The architectures that write checkpoint images, and what differs between them.",
    section: PATH,
    sources: [...new Set(arches.map(({ origin }) => schemaFileOf(origin)))],
    blocks: [
      paragraph(
        "Most structs are the same everywhere, apart from the byte order. What depends on the machine is in separate structs. ",
        link({ page: "immunity" }, "32-bit and 64-bit kernels"),
        " of one family should write the same; where they do not, that page has the details.",
      ),
      overview(site),
      ...arches.flatMap((arch) => section(site, arch)),
      heading(2, "differences", "What differs, and why"),
      paragraph(
        "One row for everything that differs between architectures of one version. A cell has the state in the newest version with a difference; the version is named if it is not the newest of the architecture. A dash means that the architecture does not have it, an empty cell that the architecture does not exist in these versions. Links select the version and architecture on their target page.",
      ),
      ...differences(site),
    ],
  };
}

function overview({ model }: Site): Block {
  return {
    kind: "table",
    caption: "Architectures at a glance",
    columns: [
      { title: "Architecture" },
      { title: "Family" },
      { title: "Bits", numeric: true },
      { title: "Byte order" },
      { title: "64-bit members aligned to", numeric: true },
      { title: "Page size", numeric: true },
      { title: "Versions", minor: true },
    ],
    rows: model.arches.map((arch): Row => {
      const { id, family, bits, endian, align64, pageSizes, versions } = arch;
      return {
        cells: [
          [link({ page: PATH, anchor: id }, code(id))],
          [family],
          [`${bits}`],
          [endian],
          [`${align64}`],
          [pageSizes.join(" or ")],
          [`${versions.length} of ${model.versions.length}`],
        ],
      };
    }),
  };
}

function section(site: Site, arch: Arch): Block[] {
  const { model } = site;
  const { id, bits, endian, align64, pageSizes, machines, unsupported } = arch;
  const family = model.families.get(arch.family);
  const abis = model.abis.filter((abi) => abi.arch === arch);
  const facts: [string, Content][] = [
    ["Family", [arch.family, ...(family?.doc ? [". ", ...site.prose(family.doc, PATH)] : [])]],
    ["Word size", [`${bits} bits`]],
    ["Byte order", [`${endian}-endian`]],
    ["Alignment", [`a 64-bit member of a struct is aligned to ${align64} bytes`]],
    ["Page size", [`${enumerated(pageSizes.map(String))} bytes`]],
  ];
  if (machines.length > 0)
    facts.push([
      "Machine text",
      joined(
        machines.map((machine) => [code(machine)]),
        ", ",
      ),
    ]);
  facts.push(["Number", numberContent(site, arch, abis)]);
  facts.push([
    "Versions",
    joined(
      arch.versions.map((version) => [site.name(version.id)]),
      ", ",
    ),
  ]);
  const structs = model.structs.filter((struct) => struct.family === arch.family && site.abisOf(struct).length > 0);
  if (structs.length > 0)
    facts.push([
      "Structs of its own",
      joined(
        structs.map((struct) => [link({ page: structPage(struct) }, code(struct.key))]),
        ", ",
      ),
    ]);
  for (const [name, reason] of family?.absent ?? [])
    facts.push(["Has not", [site.name(name), ": ", ...site.prose(reason, PATH)]]);
  return [
    heading(2, id, code(id)),
    paragraph(...site.prose(arch.doc, PATH)),
    ...(unsupported
      ? [
          {
            kind: "note" as const,
            tone: "unknown" as const,
            blocks: [paragraph("Checkpoint does not support it. ", ...site.prose(unsupported, PATH))],
          },
        ]
      : []),
    { kind: "facts", facts },
  ];
}

/** The number of the architecture in the header record, which changed between versions. */
function numberContent(site: Site, { idName }: Arch, abis: readonly Abi[]): Content {
  if (idName === undefined) return ["none"];
  const enumerator = site.model.enums.flatMap(({ values }) => values).find(({ name }) => name === idName);
  const values = spans(abis, (abi) => enumerator?.value.at(abi));
  if (values.length === 0) return ["none"];
  return [
    site.name(idName, PATH),
    ": ",
    ...joined(
      values.map(({ value, abis: own }) => [
        code(`${value}`),
        ...(own.length === abis.length ? [] : [` (${abisText(own, site.model, abis)})`]),
      ]),
      ", ",
    ),
  ];
}
