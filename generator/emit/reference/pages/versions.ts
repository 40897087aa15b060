/** The versions in chronological order, a page for each with its changes, and the comparison of any two. */
import type { Abi, Version } from "../../../model.js";
import { structPage, versionPage } from "../addresses.js";
import { changeCount, changelog } from "../changelog.js";
import { changesBetween, type FactTable, stepsTo, type VersionStep } from "../changes.js";
import {
  type Block,
  type Content,
  code,
  heading,
  joined,
  line,
  link,
  type Page,
  paragraph,
  type Row,
} from "../content.js";
import { statusOf, timeline } from "../diagrams/timeline.js";
import { factTable } from "../facts.js";
import { confidenceMark, type Site } from "../site.js";
import { enumerated } from "../spans.js";

const SECTION = "versions/index";
const COMPARE = "versions/compare";
const SOURCES = ["schema/abi.yaml"];

/** The constant with the revision of the format that kernels of a version write into the header. */
const REVISION = "CHECKPOINT_VERSION";

export function versionIndex(site: Site): Page {
  const { model } = site;
  const posted = model.versions.filter((version) => version.posted).length;
  return {
    path: SECTION,
    title: "Versions",
    summary: "All versions of the checkpoint image format in time, with their dates and where they come from.",
    section: SECTION,
    sources: SOURCES,
    blocks: [
      paragraph(
        `A version is one state of the headers. ${posted} of the ${model.versions.length} were posted as releases; the others are snapshots from the time between. `,
        link({ page: COMPARE }, "Compare any two of them"),
        ".",
      ),
      heading(2, "section-timeline", "In time"),
      {
        kind: "figure",
        name: "versions",
        drawing: timeline(model),
        text: `Timeline of the versions: ${model.versions.map((version) => `${version.id} ${version.date} (${statusOf(version)})`).join(", ")}.`,
      },
      paragraph(
        "A large full circle is a posted version, a small one a snapshot, a dashed one a snapshot that is ordered by its date alone. The bars show which architectures a version has.",
      ),
      heading(2, "section-versions", "One by one"),
      {
        kind: "table",
        caption: "Versions, newest first",
        columns: [
          { title: "Version" },
          { title: "Date", numeric: true },
          ...(revision(site) ? [{ title: "Revision", numeric: true, minor: true }] : []),
          { title: "What is new" },
          { title: "Evidence", minor: true },
        ],
        rows: [...model.versions].reverse().map((version) => row(site, version)),
      },
    ],
  };
}

function row(site: Site, version: Version): Row {
  const joining = stepsTo(factTable(site), version.id).filter(({ from }) => from === undefined);
  return {
    cells: [
      [link({ page: versionPage(version.id) }, code(version.id)), line(statusOf(version))],
      [version.date],
      ...(revision(site) ? [revisionContent(site, version)] : []),
      [...site.prose(version.summary), ...joining.map(({ arches }) => line(`First described: ${enumerated(arches)}.`))],
      [...site.prose(version.evidence), ...confidenceMark(version.confidence)],
    ],
  };
}

function revision(site: Site) {
  return site.model.constants.find(({ name }) => name === REVISION);
}

function revisionContent(site: Site, version: Version): Content {
  const abi = abisIn(site, version)[0];
  const value = abi && revision(site)?.value.at(abi);
  return [value === undefined ? "unknown" : `${value}`];
}

function abisIn({ model }: Site, version: Version): Abi[] {
  return model.abis.filter((abi) => abi.version === version);
}

export function versionReference(site: Site, version: Version): Page {
  const { model } = site;
  const table = factTable(site);
  const path = versionPage(version.id);
  const steps = stepsTo(table, version.id);
  return {
    path,
    title: version.id,
    summary: `Version ${version.id} of ${version.date}: where it comes from and what changed in it.`,
    section: SECTION,
    sources: SOURCES,
    blocks: [
      paragraph(...site.prose(version.summary, path)),
      { kind: "facts", facts: factsOf(site, version) },
      ...steps.flatMap((step) => stepBlocks(site, table, version, step)),
      neighbours(model.versions[version.index - 1], model.versions[version.index + 1]),
    ],
  };
}

function factsOf(site: Site, version: Version): (readonly [string, Content])[] {
  const arches = abisIn(site, version).map(({ arch }) => arch.id);
  const previous = site.model.versions[version.index - 1];
  const gone = previous
    ? factTable(site)
        .archesOf(previous.id)
        .filter((arch) => !arches.includes(arch))
    : [];
  return [
    ["Date", [version.date]],
    ["Status", [statusOf(version), ...confidenceMark(version.confidence)]],
    ...(revision(site)
      ? [["Revision", [...revisionContent(site, version), ", the value of ", site.name(REVISION)]] as const]
      : []),
    ["Evidence", site.prose(version.evidence)],
    ...(version.commit === undefined ? [] : [["Commit of user-cr", [code(version.commit)]] as const]),
    ["Architectures", archLinks(arches)],
    ...(gone.length > 0 ? [["No longer has", archLinks(gone)] as const] : []),
  ];
}

function archLinks(arches: readonly string[]): Content {
  return joined(
    arches.map((arch) => [link({ page: "architectures", anchor: arch }, code(arch))]),
    ", ",
    " and ",
  );
}

/** Changes on the architectures with the same preceding version. */
function stepBlocks(site: Site, table: FactTable, { id, index }: Version, { from, arches }: VersionStep): Block[] {
  if (from === undefined) return index === 0 ? [] : newArches(site, arches);
  const isUsual = from === site.model.versions[index - 1]?.id;
  const name = isUsual ? "changes" : `changes-${arches.join("-")}`;
  const changes = changesBetween(table, from, id, arches);
  const pair = `${from}...${id}`;
  return [
    heading(
      2,
      `section-${name}`,
      "What changed since ",
      link({ page: versionPage(from) }, from),
      ...(isUsual ? [] : [` on ${enumerated(arches)}`]),
    ),
    paragraph(
      changes.length === 0 ? "Nothing that this reference describes. " : `${changeCount(changes)}. `,
      ...(isUsual ? [link({ page: COMPARE, anchor: pair }, "Compare with other versions"), "."] : []),
    ),
    ...changelog(changes, { from, to: id }, name),
  ];
}

/** Structs that only new architectures have. */
function newArches({ model }: Site, arches: readonly string[]): Block[] {
  const families = new Set(model.arches.filter(({ id }) => arches.includes(id)).map(({ family }) => family));
  const structs = model.structs.filter(({ family }) => family !== undefined && families.has(family));
  return [
    heading(2, "section-architectures", "New architectures"),
    paragraph(
      ...archLinks(arches),
      arches.length === 1 ? " is described from here on" : " are described from here on",
      ...(structs.length > 0
        ? [
            ". Structs of such machines: ",
            ...joined(
              structs.map((struct) => [link({ page: structPage(struct) }, code(struct.key))]),
              ", ",
            ),
          ]
        : []),
      ".",
    ),
  ];
}

function neighbours(before: Version | undefined, after: Version | undefined): Block {
  const to = (word: string, version: Version | undefined): Content[] =>
    version ? [[`${word}: `, link({ page: versionPage(version.id) }, code(version.id))]] : [];
  return paragraph(
    ...joined([...to("Before it", before), ...to("After it", after), [link({ page: SECTION }, "All versions")]], " · "),
  );
}

/** The page that compares any two versions, with a script. Without scripts it links to the changes of each version. */
export function versionComparison(site: Site): Page {
  const { versions } = site.model;
  return {
    path: COMPARE,
    title: "Compare versions",
    summary: "What is different between any two versions of the checkpoint image format.",
    section: SECTION,
    sources: ["schema"],
    blocks: [
      paragraph(
        "Differences between any two versions, in either direction. The address of this page contains the choice, so it can be shared. On the command line, ",
        code("ckpt abi diff"),
        " lists the differences of structs and constants.",
      ),
      {
        kind: "widget",
        name: "compare",
        blocks: [
          paragraph("The choice needs scripts. The changes from each version to the next have pages of their own:"),
          {
            kind: "table",
            caption: "Versions and the ones after them",
            columns: [{ title: "From" }, { title: "To" }, { title: "What changed" }],
            rows: versions.slice(1).map((version, i): Row => {
              const before = versions[i] as Version;
              return {
                anchor: `${before.id}...${version.id}`,
                cells: [
                  [code(before.id)],
                  [code(version.id)],
                  [link({ page: versionPage(version.id), anchor: "section-changes" }, `Changes in ${version.id}`)],
                ],
              };
            }),
          },
        ],
      },
    ],
  };
}
