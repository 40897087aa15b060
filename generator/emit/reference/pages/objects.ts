/** The page of shared objects: all types, and the references between them. */
import type { Abi, ObjectType } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { bodyPage, fieldAddress, objectAddress, recordPage, rulePage } from "../addresses.js";
import {
  type Address,
  type Block,
  type Content,
  code,
  heading,
  line,
  link,
  type Page,
  paragraph,
  type Row,
} from "../content.js";
import { type Edge, graphDrawing, type Node } from "../diagrams/graph.js";
import { objectTarget } from "../diagrams/railroad.js";
import { objectReferences, type Reference } from "../object-graph.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText, enumerated, spans } from "../spans.js";

export function objects(site: Site): Page {
  const { model } = site;
  const found = objectReferences(site);
  return {
    path: "objects",
    title: "Objects",
    summary: "Shared objects: their types with their numbers, and which refers to which.",
    section: "objects",
    sources: [...new Set(model.objects.map(({ origin }) => schemaFileOf(origin)))],
    blocks: [
      paragraph(
        "Tasks share things: tables of files, address spaces, credentials. Each is written once, as an object with a number; tasks and other objects refer to it by that number. All objects of an image share one sequence of numbers; 0 means no object.",
      ),
      paragraph(
        "A record with the type and the number introduces an object, and its body follows in the order that the ",
        link({ page: "grammar/index" }, "grammar"),
        " describes. Some types have no such record: their rows name what introduces them.",
      ),
      ...(found.length > 0 ? picture(site, found) : []),
      heading(2, "section-types", "Types"),
      types(site),
      ...(found.length > 0 ? table(site, found) : []),
    ],
  };
}

function types(site: Site): Block {
  return {
    kind: "table",
    caption: "Types of shared objects",
    columns: [
      { title: "Type" },
      { title: "What it is", wide: true, below: true },
      { title: "Number" },
      { title: "Record" },
      { title: "Introduced by a record", minor: true },
    ],
    rows: site.model.objects.map((object) => typeRow(site, object)),
  };
}

function typeRow(site: Site, object: ObjectType): Row {
  const { model } = site;
  const { name, principal, knownBy, notes, confidence } = object;
  const exists = (abi: Abi) => object.number.at(abi) !== undefined;
  const hasBody = model.grammar.bodies.some((body) => body.name === name);
  return {
    anchor: name,
    cells: [
      [code(name)],
      [
        ...site.prose(object.doc),
        ...confidenceMark(confidence),
        ...(knownBy === undefined ? [] : [line(...site.prose(knownBy))]),
        ...Object.entries(notes).map(([version, text]) => line(`From ${version} on: `, ...site.prose(text))),
        ...(hasBody ? [line("What it consists of: ", link({ page: bodyPage(name) }, "its body"), ".")] : []),
      ],
      steps(site, (abi) => object.number.at(abi)?.toString()),
      principal === undefined ? [] : [link({ page: recordPage(principal) }, code(principal))],
      steps(site, (abi) => (exists(abi) ? ((object.framed.at(abi) ?? true) ? "yes" : "no") : undefined)),
    ],
  };
}

/** A value by the versions that introduced it, newest first; by architecture as well where a version has several. */
function steps(site: Site, valueAt: (abi: Abi) => string | undefined): Content {
  const { abis } = site.model;
  const found = spans(abis, valueAt).reverse();
  const only = found.length === 1 && found[0]?.abis.length === abis.length;
  const isMixed = found.some(({ abis: own }, i) =>
    found.slice(i + 1).some((other) => other.abis.some(({ version }) => own.some((abi) => abi.version === version))),
  );
  return found.map(({ value, abis: own }) => {
    if (only) return value;
    return isMixed
      ? line(`${value}: ${abisText(own, site.model)}`)
      : line(`${value} since `, code((own[0] as Abi).version.id));
  });
}

function picture(site: Site, found: readonly Reference[]): Block[] {
  const named = new Set(found.flatMap(({ from, to }) => [from, to]));
  const alone = site.model.objects.filter(({ name }) => !named.has(name)).map(({ name }) => name);
  return [
    heading(2, "section-references", "Which refers to which"),
    paragraph(
      ...outsideName(site),
      " is everything outside objects, mainly the tasks. An arrow leads from what has the number of an object to the object; ↺ marks a type whose objects refer to objects of that type. A dashed arrow means that no field has the number of the object: it is part of the body of the other.",
      ...(alone.length > 0 ? [` Nothing refers to ${enumerated(alone)}.`] : []),
    ),
    {
      kind: "figure",
      name: "objects",
      drawing: drawing(site, found),
      text: `Which object refers to which: ${arrowsText(site, found)}.`,
    },
  ];
}

function table(site: Site, found: readonly Reference[]): Block[] {
  return [
    heading(2, "section-fields", "Fields that refer to objects"),
    {
      kind: "table",
      caption: "References to objects, over all versions",
      columns: [
        { title: "From" },
        { title: "Field", below: true },
        { title: "To", below: true },
        { title: "In", minor: true },
      ],
      rows: found.map((one) => ({
        cells: [
          one.from === undefined ? outsideName(site) : [typeLink(one.from)],
          fieldLink(one),
          [typeLink(one.to)],
          [link({ page: one.page }, one.page.replace(/^grammar\//, "").replace(/^object-/, "body of "))],
        ],
      })),
    },
  ];
}

function fieldLink({ field }: Reference): Content {
  if (!field) return ["none, given by its place"];
  const { struct, path } = field;
  return [link(fieldAddress(struct, path), code(`${struct.key}.${path}`))];
}

function typeLink(name: string) {
  return link(objectAddress(name), code(name));
}

/** The start rule of an image represents the part outside of all objects. */
function outsideAddress({ model }: Site): Address {
  return { page: rulePage({ name: model.grammar.start }) };
}

function outsideName(site: Site): Content {
  return [link(outsideAddress(site), code(site.model.grammar.start))];
}

function drawing(site: Site, found: readonly Reference[]): ReturnType<typeof graphDrawing> {
  const outside = site.model.grammar.start;
  const edges = new Map<string, Edge>();
  for (const { from = outside, to, field } of found) {
    const key = `${from} ${to}`;
    edges.set(key, { from, to, dashed: !field && (edges.get(key)?.dashed ?? true) });
  }
  const names = new Set([...edges.values()].flatMap(({ from, to }) => [from, to]));
  const nodes = [...names].map((name): Node => {
    const object = site.model.objects.find((one) => one.name === name);
    return object
      ? { name, title: object.doc, to: objectTarget(site, name), className: "box" }
      : { name, title: "everything outside objects", to: outsideAddress(site), className: "box nested" };
  });
  return graphDrawing(nodes, [...edges.values()]);
}

function arrowsText(site: Site, found: readonly Reference[]): string {
  const targets = new Map<string, Set<string>>();
  for (const { from = site.model.grammar.start, to } of found)
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  return [...targets].map(([from, to]) => `${from} to ${enumerated([...to])}`).join("; ");
}
