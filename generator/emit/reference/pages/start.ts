/** The first page: what the format is, how to read the reference, and where to find things. */
import type { Confidence } from "../../../../runtime/descriptor.js";
import type { DistinctLayout } from "../../../layout.js";
import { livesIn } from "../../../life.js";
import type { Abi, GrammarNode, Model, Struct } from "../../../model.js";
import { lineText } from "../../text.js";
import { fieldAddress, INSPECTOR, recordPage, rulePage, structPage } from "../addresses.js";
import { confidenceMarks } from "../confidence.js";
import { type Block, type Content, code, heading, type Inline, link, type Page, paragraph } from "../content.js";
import { byteDiagram } from "../diagrams/bytes.js";
import { EXAMPLE_ABI } from "../example/story.js";
import { confidenceMark, type Site } from "../site.js";

export function start(site: Site): Page {
  const { model } = site;
  return {
    path: "index",
    title: "The checkpoint image ABI",
    summary: "Reference of the image format of Linux checkpoint/restart.",
    section: "index",
    sources: ["schema"],
    blocks: [
      paragraph(
        "linux-cr is checkpoint and restart in the kernel. One system call writes a tree of processes to a file, another recreates the tree from it, and the processes continue. Oren Laadan and others developed it as patches to the kernel, with user-cr as its tools; the headers described here date from ",
        `${years(model)}.`,
      ),
      paragraph(
        "What the call writes is an ABI: images outlive the kernel that wrote them, and tools read them elsewhere. But it was defined only by headers in patches that did not become part of the mainline kernel. Record numbers changed, fields were added, removed, widened and moved, some on one architecture only, and no revision describes an earlier one. This reference describes all of them: ",
        `${model.versions.length} revisions on ${model.arches.length} architectures.`,
      ),
      ...shortcuts(site),
      ...image(site),
      ...recordHeader(site),
      ...glance(site),
      ...reading(),
      ...evidence(site),
    ],
  };
}

function years({ versions }: Model): string {
  const [first, last] = [versions[0], versions.at(-1)].map((version) => version?.date.slice(0, 4));
  return first === last ? `${first}` : `${first} to ${last}`;
}

/** Links to the entry points, by what the reader has. */
function shortcuts(site: Site): Block[] {
  const to = (page: string, title: string): Inline => link({ page }, title);
  const hasExample = site.model.abis.some(({ name }) => name === EXAMPLE_ABI);
  const items: Content[] = [
    ["You have an image: ", to(INSPECTOR, "Open an image"), " shows what is in it. Nothing is uploaded."],
    [
      "You have the name of a struct or field: ",
      to("structs/index", "Structs"),
      ", or the search at the top of every page.",
    ],
    ["You have a number from an image: ", to("records/index", "Records"), " and ", to("objects", "Objects"), "."],
    ["You want to know which record comes next: ", to("grammar/index", "Grammar"), "."],
    ["You have a value or a bit: ", to("enums/index", "Enums and constants"), "."],
    ["You have images of several kernels: ", to("versions/index", "Versions"), " shows what changed."],
    [
      "You have images of several machines: ",
      to("architectures", "Architectures"),
      " shows what differs, ",
      to("immunity", "32/64 bits"),
      " whether the word size matters.",
    ],
    ...(hasExample ? [["You want to see one: ", to("example", "a real image, record by record"), "."]] : []),
    ["You want every name there is: ", to("names", "Index"), "."],
    ["You want to change the schema or to cite a page: ", to("regenerate", "Regenerate"), "."],
  ];
  return [heading(2, "section-find", "Where to find things"), { kind: "list", items }];
}

/** The structure of an image, as the grammar defines it. */
function image(site: Site): Block[] {
  const { grammar, versions } = site.model;
  const rule = grammar.rules.find(({ name }) => name === grammar.start);
  const newest = versions.at(-1);
  const steps = rule && newest ? rule.items.filter((node) => livesIn(site.model, newest, node)) : [];
  return [
    heading(2, "section-image", "How an image is laid out"),
    paragraph(...site.prose(grammar.framing, "index")),
    ...(rule ? [paragraph(...site.prose(rule.doc, "index"))] : []),
    ...(rule && newest && steps.length > 0
      ? [
          paragraph(
            "In ",
            site.name(newest.id),
            " an image consists of these, in order. ",
            link({ page: rulePage(rule) }, "The rule"),
            " has the conditions and what it was before.",
          ),
          { kind: "list" as const, ordered: true, items: steps.map((node) => step(site, node)) },
        ]
      : []),
  ];
}

function step(site: Site, node: GrammarNode): Content {
  const { records, model } = site;
  const text = (doc: string | undefined): Content => (doc ? [": ", ...site.prose(firstSentence(doc), "index")] : []);
  if (node.kind === "record")
    return [
      link({ page: recordPage(node.name) }, code(node.name)),
      ...(node.as ? [` (${node.as.replaceAll("_", " ")})`] : []),
      ...text(node.contains?.doc ?? records.get(node.name)?.doc),
    ];
  if (node.kind === "rule") {
    const rule = model.grammar.rules.find(({ name }) => name === node.name);
    return [
      ...(rule ? [link({ page: rulePage(rule) }, node.name)] : [node.name]),
      ...(node.repeat === undefined ? [] : [", repeated"]),
      ...text(rule?.doc),
    ];
  }
  if (node.kind === "ref" || node.kind === "object")
    return ["an object of type ", site.name(node.name), ...text(node.doc)];
  return [node.doc ? firstSentence(node.doc) : "a part that depends on the image"];
}

function firstSentence(doc: string): string {
  return /^.*?\.(?=\s|$)/.exec(lineText(doc))?.[0] ?? lineText(doc);
}

/** The struct at the start of every record, to scale. */
function recordHeader(site: Site): Block[] {
  const found = headerOf(site);
  if (!found) return [];
  const { struct, layout, abis } = found;
  const newest = abis.at(-1) as Abi;
  const page = structPage(struct);
  return [
    heading(2, "section-header", "What every record begins with"),
    paragraph(
      link({ page }, code(struct.key)),
      ": ",
      ...site.prose(struct.summary, "index"),
      " The page of every struct has such a diagram, with eight bytes per row; a click on a field leads to its meaning.",
    ),
    {
      kind: "figure",
      name: "record-header",
      drawing: byteDiagram(struct, page, found, (field) => field),
      text: `Bytes of ${struct.key}: ${layout.members.map(({ name, field, offset, size }) => `${name ?? field.key}, ${size} bytes at ${offset}`).join("; ")}.`,
    },
    {
      kind: "list",
      items: layout.members.map(({ name, field }) => [
        link(fieldAddress(struct, name ?? field.key), code(name ?? field.key)),
        ": ",
        ...site.prose(field.meanings.at(newest).doc, "index"),
      ]),
    },
  ];
}

/** The record header: found by following first members from a record that has a struct. */
function headerOf(site: Site): DistinctLayout | undefined {
  const newestOf = (struct: Struct) => site.layouts.distinct.get(struct)?.at(-1);
  for (const record of site.model.records) {
    const struct = site.structs.get(record.struct ?? "")?.find(newestOf);
    let found = struct && newestOf(struct);
    for (let first = found?.layout.members[0]; first?.type.kind === "reference"; first = found?.layout.members[0])
      found = newestOf(first.type.struct);
    if (found && found.struct !== struct) return found;
  }
  return undefined;
}

function glance(site: Site): Block[] {
  const { model, layouts } = site;
  const { versions, arches, abis, records, objects, enums, constants, grammar, structs } = model;
  const distinct = [...layouts.distinct.values()].reduce((count, list) => count + list.length, 0);
  const posted = versions.filter(({ posted: is }) => is).length;
  const bits = (width: number) => arches.filter((arch) => arch.bits === width).length;
  const big = arches.filter(({ endian }) => endian === "big").length;
  const values = enums.reduce((count, { values: own }) => count + own.length, 0);
  const facts: [page: string, title: string, count: string, rest: string][] = [
    [
      "versions/index",
      "Versions",
      `${versions.length} revisions`,
      ` of the headers, ${versions[0]?.date} to ${versions.at(-1)?.date}; ${posted} of them are releases that a mail or a commit names, the others are snapshots, ordered by the evidence that their pages give`,
    ],
    [
      "architectures",
      "Architectures",
      `${arches.length} architectures`,
      ` in ${model.families.size} families: ${bits(32)} with 32 bits, ${bits(64)} with 64; ${big} are big-endian. ${abis.length} combinations with versions exist`,
    ],
    ["structs/index", "Structs", `${structs.length} structs`, ` in ${distinct} distinct layouts`],
    ["records/index", "Records", `${records.length} types of records`, ""],
    ["objects", "Objects", `${objects.length} types of shared objects`, ""],
    [
      "enums/index",
      "Enums",
      `${enums.length} enumerations`,
      ` with ${values} values, and ${constants.length} other constants`,
    ],
    [
      "grammar/index",
      "Grammar",
      `${grammar.rules.length} rules`,
      ` and the bodies of ${grammar.bodies.length} objects`,
    ],
  ];
  return [
    heading(2, "section-glance", "At a glance"),
    { kind: "facts", facts: facts.map(([page, title, count, rest]) => [title, [link({ page }, count), rest]]) },
  ];
}

function reading(): Block[] {
  return [
    heading(2, "section-reading", "How to read it"),
    {
      kind: "list",
      items: [
        [
          "A version is one revision of the headers, an architecture one kind of kernel; an image belongs to one of each. Pages of structs show the newest layout first, and let you choose version and architecture; the choice is kept from page to page and is part of the address.",
        ],
        [
          "Offsets and sizes are bytes. Numbers in an image have the byte order of the machine that wrote it, unless a field says otherwise.",
        ],
        [
          "“Since” names the first version that has something, “until” the first that no longer has it. “Every version” means every version of the architecture.",
        ],
        ["Hatched bytes are padding that the compiler inserts. Reserved fields are padding that the header names."],
        ["Names, numbers and layouts are those of the headers. Descriptions are original to this reference."],
      ],
    },
  ];
}

function evidence(site: Site): Block[] {
  const inferred = site.model.versions.filter(({ confidence }) => confidence !== undefined).length;
  const mark: Confidence = "inferred";
  return [
    heading(2, "section-evidence", "Evidence"),
    paragraph(
      "Layouts follow the rules of C compilers, and tests compare every offset and size with measurements by gcc on the real headers, for every version and architecture. Order and meaning come from the patches, from the headers and from the restart program; each page names its sources. Tests read images that kernels on 32-bit x86 wrote, compare them with records of the processes' state, and write them back byte for byte. For the other architectures there are headers and compilers, but no images.",
    ),
    ...(inferred > 0
      ? [
          paragraph(
            `Of the versions, ${inferred} are ordered by their dates alone; they are marked `,
            ...confidenceMark(mark).slice(1),
            " in ",
            link({ page: "versions/index" }, "Versions"),
            ".",
          ),
        ]
      : []),
    heading(2, "section-confidence", "Confidence"),
    paragraph("A statement that no source makes has a mark:"),
    confidenceMarks(site.model),
  ];
}
