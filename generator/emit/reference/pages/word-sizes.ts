/** Which structs are the same for 32-bit and 64-bit kernels, and what prevents it for the others. */
import type { LintName } from "../../../check/layouts.js";
import type { Struct } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { structPage, structTitle } from "../addresses.js";
import {
  type Block,
  badge,
  type Content,
  code,
  heading,
  type Inline,
  joined,
  link,
  type Page,
  paragraph,
  type Row,
} from "../content.js";
import { type Offence, offencesOf, pairsOf, type Verdict, verdictOf } from "../offences.js";
import type { Site } from "../site.js";
import { abisText } from "../spans.js";

/** A struct with the offences that the lints find in it. */
interface Judged {
  readonly struct: Struct;
  readonly verdict: Verdict;
  readonly offences: readonly Offence[];
}

interface OffenceKind {
  readonly lint: LintName;
  readonly title: string;
  readonly text: string;
  /** Headings of the columns for the field and the extent of the offence. */
  readonly columns: readonly [place: string, extent: string];
}

const KINDS: readonly OffenceKind[] = [
  {
    lint: "word-size",
    title: "Layouts that follow the word size",
    text: "The same version gives a 32-bit and a 64-bit architecture of one family different layouts. A reader must know which of them wrote the image.",
    columns: ["From", "Size, 32 and 64 bits"],
  },
  {
    lint: "misaligned-64",
    title: "64-bit members off a multiple of eight",
    text: "The offset of such a member depends on the compiler: i386 leaves it there, other architectures insert padding before it.",
    columns: ["Field", "Off by"],
  },
  {
    lint: "implicit-padding",
    title: "Implicit padding",
    text: "Bytes that no member names. They are equal for both word sizes, so the structs are too, but only because the rules of the compilers agree; named padding would not depend on them.",
    columns: ["After", "Padding"],
  },
];

export function wordSizes(site: Site): Page {
  const structs = site.model.structs.filter((struct) => site.layouts.distinct.get(struct)?.length);
  const judged = structs.map((struct): Judged => {
    const offences = offencesOf(site, struct);
    return { struct, offences, verdict: verdictOf(site, struct, offences) };
  });
  return {
    path: "immunity",
    title: "32-bit and 64-bit kernels",
    summary: "Which structs of checkpoint images are the same for 32-bit and 64-bit kernels, and which are not.",
    section: "immunity",
    sources: [...new Set(structs.map(({ origin }) => schemaFileOf(origin)))],
    blocks: [
      paragraph(
        "From its first revision on the format promises that 32-bit and 64-bit kernels write the same structs, so that readers need not know which of the two wrote an image. Therefore members have fixed widths, and most structs are aligned to eight bytes.",
      ),
      ...summary(site, judged),
      heading(2, "section-check", "How it is checked"),
      paragraph(
        "The generator lays out all structs in all versions on all architectures and looks for three kinds of offence. Old offences are acknowledged in the schema, by place and with a reason; any other fails ",
        code("npm run gen"),
        ", and so does an acknowledgement that no offence needs. This page shows what it found.",
      ),
      {
        kind: "list",
        items: KINDS.map(({ lint, title }) => [link(anchorOf(lint), title), ": lint ", code(lint), "."]),
      },
      ...KINDS.flatMap((kind) => kindBlocks(site, kind, judged)),
      heading(2, "section-all", "All structs"),
      {
        kind: "table",
        caption: "Every struct and whether it keeps the promise",
        columns: [
          { title: "Struct" },
          { title: "Verdict" },
          { title: "Compared", numeric: true },
          { title: "What was found", below: true },
        ],
        rows: judged.map((one) => judgedRow(site, one)),
      },
    ],
  };
}

function anchorOf(lint: LintName) {
  return { page: "immunity", anchor: lint };
}

function summary(site: Site, judged: readonly Judged[]): Block[] {
  const count = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).length;
  const offences = judged.flatMap(({ offences: own }) => own);
  const pairs = judged.reduce((sum, { struct }) => sum + pairsOf(site.abisOf(struct)), 0);
  const breaking = judged.filter(({ verdict }) => verdict === "breaks");
  const places = (lint: LintName) => new Set(of(offences, lint).map(({ struct, place }) => `${idOf(struct)} ${place}`));
  const facts: [string, Content][] = [
    ["Structs", [`${judged.length}, compared ${pairs} times: each version of each pair of architectures`]],
    ["Keep the promise", [`${count("keeps")}`]],
    [
      "Break it somewhere",
      [
        `${breaking.length}`,
        ...(breaking.length > 0 ? [": "] : []),
        ...joined(
          breaking.map(({ struct }) => [link({ page: "immunity", anchor: idOf(struct) }, code(structTitle(struct)))]),
          ", ",
        ),
      ],
    ],
    ["Nothing to compare with", [`${count("alone")}, which exist for one word size only`]],
    ...KINDS.map(({ lint, title }): [string, Content] => [
      title,
      [link(anchorOf(lint), `${places(lint).size} ${places(lint).size === 1 ? "place" : "places"}`)],
    ]),
    ["Not acknowledged", [`${offences.filter(({ reason }) => reason === undefined).length}`]],
  ];
  return [heading(2, "section-summary", "Summary"), { kind: "facts", facts }];
}

function kindBlocks(site: Site, { lint, title, text, columns }: OffenceKind, judged: readonly Judged[]): Block[] {
  const offences = judged.flatMap(({ offences: own }) => of(own, lint));
  return [
    heading(2, lint, title),
    paragraph(text),
    offences.length === 0
      ? paragraph("There is none.")
      : {
          kind: "table",
          caption: title,
          columns: [
            { title: "Struct" },
            { title: columns[0] },
            { title: "Offset", numeric: true },
            { title: columns[1], numeric: true },
            { title: "In", below: true },
            { title: "Why it stays", wide: true, below: true },
          ],
          rows: offences.map((offence, i) => offenceRow(site, offence, offences[i - 1])),
        },
  ];
}

/**
 * The row of an offence.
 *
 * @param before offence in the row above; its reason is not repeated
 */
function offenceRow(site: Site, offence: Offence, before: Offence | undefined): Row {
  const { struct, place, offset, extent, abis, reason, address } = offence;
  const repeats = before?.struct === struct && before.place === place && before.reason === reason;
  return {
    cells: [
      [link({ page: structPage(struct) }, code(structTitle(struct)))],
      [link(address, code(place || "the whole"))],
      [`${offset}`],
      [extent],
      [abisText(abis, site.model, site.abisOf(struct))],
      repeats ? ["the same"] : reason === undefined ? ["not acknowledged"] : site.prose(reason),
    ],
  };
}

const VERDICTS: Readonly<Record<Verdict, Inline>> = {
  keeps: badge("keeps", "keeps", "The same bytes from 32-bit and 64-bit kernels, in every version."),
  breaks: badge("breaks", "breaks", "In some version the layouts of 32-bit and 64-bit kernels differ."),
  alone: badge("plain", "one word size", "It exists for one word size only, so there is nothing to compare."),
};

function judgedRow(site: Site, { struct, verdict, offences }: Judged): Row {
  const found = KINDS.flatMap(({ lint }): Content[] => {
    const fields = new Map(of(offences, lint).map(({ place, address }) => [place, address]));
    if (fields.size === 0) return [];
    const names = [...fields].map(([place, address]): Content => [link(address, code(place || "the whole"))]);
    return [[link(anchorOf(lint), lint), " at ", ...joined(names, ", ")]];
  });
  return {
    anchor: idOf(struct),
    cells: [
      [link({ page: structPage(struct) }, code(structTitle(struct)))],
      [VERDICTS[verdict]],
      [`${pairsOf(site.abisOf(struct))}`],
      joined(found, "; "),
    ],
  };
}

function of(offences: readonly Offence[], lint: LintName): Offence[] {
  return offences.filter((offence) => offence.lint === lint);
}

/** Identifier of a struct: structs of different families may share a name. */
function idOf({ key, family }: Struct): string {
  return [family, key].filter(Boolean).join(".");
}
