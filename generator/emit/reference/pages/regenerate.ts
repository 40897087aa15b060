/** How the reference is made, published and cited. */

import { memberPaths } from "../../../members.js";
import { enumeratorAddress, fieldAddress, objectAddress, recordPage, rulePage } from "../addresses.js";
import { confidenceMarks } from "../confidence.js";
import { type Address, type Block, type Content, code, heading, link, type Page, paragraph } from "../content.js";
import type { Site } from "../site.js";

const PATH = "regenerate";

export function regenerate(site: Site): Page {
  return {
    path: PATH,
    title: "How to regenerate and cite",
    summary: "How this reference is generated from the schema, published, and linked to.",
    section: PATH,
    sources: ["generator/emit/reference", "schema"],
    blocks: [
      paragraph(
        "Every page is generated from the YAML files in ",
        code("schema/"),
        "; nothing here is edited by hand. After a change there, ",
        code("npm run gen"),
        " updates the pages.",
      ),
      heading(2, "section-generate", "Generate"),
      {
        kind: "code",
        language: "sh",
        text: `npm ci
npm run gen               # codecs, C headers and this reference, into generated/
npm run gen -- --check    # write nothing, fail where the output is not up to date
npm run gen -- --watch    # again whenever the schema changes
`,
      },
      paragraph(
        "A mistake in the schema is reported with file, line and column, and nothing is written. Dead links are errors too, and so is the ",
        link({ page: "example" }, "example"),
        " if the schema does not match the image that it shows.",
      ),
      heading(2, "section-publish", "Preview and publish"),
      {
        kind: "code",
        language: "sh",
        text: `npm run reference                                        # a preview on this machine
npm run publish-reference -- --to DIR                    # into a directory
npm run publish-reference -- --branch gh-pages           # as a commit on a branch
npm run publish-reference -- --archive reference.tar.gz  # into an archive
`,
      },
      paragraph(
        "The pages are plain files with relative links. They work from any directory of a web server, and from a disk; only the search and the choice of a version need scripts.",
      ),
      heading(2, "section-check", "Check a change"),
      { kind: "code", language: "sh", text: "npm run abi:check -- --against origin/main\n" },
      paragraph(
        "It compares the schema with that of another commit and reports the changes that break existing images or programs. The format of a released version never changes, and neither do the addresses below.",
      ),
      ...addresses(site),
      heading(2, "section-cite", "How to cite"),
      paragraph(
        "Link to the page, with the field as anchor, and name the version and architecture when the layout matters. In a mail or a commit message the path is enough, since every copy of the reference has the same: ",
        code("structs/NAME.html#FIELD"),
        ". For a text that must never change, add the commit of the schema.",
      ),
      heading(2, "section-markdown", "Markdown"),
      paragraph(
        "Every page also exists in Markdown, under a path with ",
        code(".md"),
        " in place of ",
        code(".html"),
        ". Its content is equal: tables are tables, diagrams are SVG files, and the layouts that the HTML page offers for choice follow one another. So the reference can be read on the site that hosts the repository.",
      ),
      heading(2, "section-confidence", "Marks of confidence"),
      paragraph(
        "The schema marks statements that no source makes. A mark does not mean that a statement is wrong; it names what to check before relying on it.",
      ),
      confidenceMarks(site.model),
    ],
  };
}

/** The forms of addresses, each with an existing example. */
function addresses(site: Site): Block[] {
  const forms: [form: string, leads: string, example: Address | undefined][] = [
    ["structs/NAME.html#FIELD", "a field, in the newest layout that has it", fieldExample(site)],
    ["structs/NAME.html#VERSION/ARCH", "the layout of that version and architecture", abiExample(site)],
    ["structs/NAME.html#VERSION/ARCH/FIELD", "a field in that layout", abiFieldExample(site)],
    [
      "structs/NAME.html#VERSION/ARCH...VERSION/ARCH",
      "the layouts of both versions and architectures side by side",
      comparisonExample(site),
    ],
    ["records/NAME.html", "a record type", pageOf(site.model.records[0], ({ name }) => ({ page: recordPage(name) }))],
    ["enums/NAME.html#ENUMERATOR", "a value or bit", enumExample(site)],
    [
      "objects.html#TYPE",
      "a type of shared object",
      pageOf(
        site.model.objects.find(({ principal }) => principal),
        ({ name }) => objectAddress(name),
      ),
    ],
    [
      "grammar/NAME.html",
      "a rule of the grammar",
      pageOf(site.model.grammar.rules[0], (rule) => ({ page: rulePage(rule) })),
    ],
    [
      "architectures.html#ARCH",
      "an architecture",
      pageOf(site.model.arches[0], ({ id }) => ({ page: "architectures", anchor: id })),
    ],
  ];
  return [
    heading(2, "section-addresses", "Addresses"),
    paragraph(
      "Addresses consist of names of the schema only, so they stay valid when the reference is generated again, and when other things are added. Structs that belong to one architecture family have the family as a directory: ",
      code("structs/FAMILY/NAME.html"),
      ". What is removed from the headers stays in the schema, so its page stays. A struct or field whose C name changed has a page under its newest name.",
    ),
    {
      kind: "table",
      caption: "Forms of addresses",
      columns: [{ title: "Address" }, { title: "Leads to", below: true }, { title: "For example", below: true }],
      rows: forms.map(([form, leads, address]) => ({ cells: [[code(form)], [leads], exampleContent(address)] })),
    },
  ];
}

function exampleContent(address: Address | undefined): Content {
  if (!address) return ["none in this schema"];
  const { page, anchor } = address;
  return [link(address, code(`${page}.html${anchor === undefined ? "" : `#${anchor}`}`))];
}

function pageOf<T>(thing: T | undefined, addressOf: (thing: T) => Address): Address | undefined {
  return thing === undefined ? undefined : addressOf(thing);
}

/** The newest layout of the struct with the most layouts, and a field in its middle: the first one is usually the header. */
function layoutExample(site: Site) {
  const generic = [...site.layouts.distinct].flatMap(([{ family }, layouts]) => (family ? [] : [layouts]));
  const layouts = generic.reduce((most, own) => (own.length > most.length ? own : most), []);
  const distinct = layouts.at(-1);
  if (!distinct) return undefined;
  const names = memberPaths(distinct.layout);
  const field = names[Math.floor(names.length / 2)];
  return field === undefined
    ? undefined
    : { struct: distinct.struct, oldest: layouts[0]?.abis[0], abi: distinct.abis.at(-1), field };
}

function fieldExample(site: Site): Address | undefined {
  return pageOf(layoutExample(site), ({ struct, field }) => fieldAddress(struct, field));
}

function abiExample(site: Site): Address | undefined {
  return pageOf(layoutExample(site), ({ struct, abi }) => fieldAddress(struct, abi?.name ?? ""));
}

function abiFieldExample(site: Site): Address | undefined {
  return pageOf(layoutExample(site), ({ struct, abi, field }) => fieldAddress(struct, `${abi?.name}/${field}`));
}

function comparisonExample(site: Site): Address | undefined {
  return pageOf(layoutExample(site), ({ struct, oldest, abi }) =>
    fieldAddress(struct, `${oldest?.name}...${abi?.name}`),
  );
}

function enumExample(site: Site): Address | undefined {
  const enumeration = site.model.enums.find(({ family, values }) => !family && values.length > 0);
  return pageOf(enumeration, ({ name, values }) => enumeratorAddress(name, values[0]?.name ?? ""));
}
