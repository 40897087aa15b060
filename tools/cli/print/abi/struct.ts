/** A struct in the style of pahole: offsets, sizes and holes, with the meanings of the fields. */
import type { RecordUse } from "../../../abi/records.js";
import type { ShownStruct } from "../../../abi/show.js";
import type { Colors } from "../../output/streams.js";
import { wrap } from "../../output/wrap.js";
import { meaningParagraph } from "./field.js";
import { memberRows, type Row } from "./member-rows.js";

const INDENT = 4;
/** Minimum width of the documentation in characters; if there is less room next to the table, it is printed below the fields. */
const MIN_DOC_WIDTH = 36;
const PLACE_HEADING = "/* offset  size */";

/**
 * Table of a struct as text.
 *
 * @param abi `version/arch`
 */
export function structText(struct: ShownStruct, abi: string, colors: Colors, width: number): string {
  const rows = memberRows(struct.members, struct.padding);
  const table = rows.filter(({ kind }) => kind !== "hole");
  const left = Math.max(...table.map((row) => row.depth * INDENT + row.before.length)) + 1;
  const column = Math.max(...table.map((row) => declaration(row, left).length), `struct ${struct.name} {`.length) + 2;
  const title = `struct ${struct.name} {`.padEnd(column).replace(struct.name, colors.bold(struct.name));
  return [
    ...comment(heading(struct, abi), colors, width),
    title + colors.dim(PLACE_HEADING),
    ...rows.flatMap((row) => rowLines(row, left, column, colors, width)),
    "",
    `${" ".repeat(INDENT)}${colors.dim(summary(struct))}`,
    "};",
    "",
  ].join("\n");
}

function rowLines(row: Row, left: number, column: number, colors: Colors, width: number): string[] {
  const indent = " ".repeat(row.depth * INDENT);
  if (row.kind === "hole") return [indent + colors.yellow(row.before)];
  const plain = declaration(row, left);
  const text = plain.replace(row.before, colors.cyan(row.before)).replace(row.name, colors.bold(row.name));
  if (row.kind === "open") return [text];
  const place = `/* ${String(row.offset).padStart(6)} ${String(row.member.size).padStart(5)} */`;
  const beside = column + place.length + 2;
  const fits = width - beside >= MIN_DOC_WIDTH;
  const docColumn = fits ? beside : indent.length + 2 * INDENT;
  const docs = wrap(meaningParagraph(row.member), width - docColumn);
  const declared = text + " ".repeat(column - plain.length) + colors.dim(place);
  const below = docs.slice(fits ? 1 : 0).map((line) => " ".repeat(docColumn) + line);
  return [fits && docs[0] !== undefined ? `${declared}  ${docs[0]}` : declared, ...below];
}

/** A declaration such as `    __u32        vma_type;`. Names are aligned in one column at any depth. */
function declaration(row: Row, left: number): string {
  const indent = " ".repeat(row.depth * INDENT);
  if (row.kind === "value") return indent + row.before.padEnd(left - indent.length) + row.name + row.after;
  return indent + row.before + row.name + row.after;
}

/** Paragraphs of the heading; an empty one is a blank line. */
function heading(struct: ShownStruct, abi: string): string[] {
  const { doc, purpose, external, variant, confidence, note, records, since, until, layout, reference } = struct;
  const arch = abi.split("/")[1];
  return [
    doc,
    "",
    purpose,
    "",
    ...(variant === undefined ? [] : [`Form of kernels with ${variant.toUpperCase()}.`]),
    ...(external === undefined ? [] : [`Defined outside the checkpoint headers (${external}).`]),
    ...(struct.kernels ? [kernelText(struct.kernels)] : []),
    ...(records ?? []).map(recordText),
    `Present since ${since}${until === undefined ? "" : `, gone in ${until}`}. Layout on ${arch}: ${layout}.`,
    ...(note ? [`From ${note.since} on: ${note.text}`] : []),
    ...(confidence ? [`Confidence: ${confidence}.`] : []),
    `Reference: ${reference}`,
  ];
}

function kernelText(kernels: NonNullable<ShownStruct["kernels"]>): string {
  const sizes = kernels.map(({ since, size }) => `${size} bytes from Linux ${since} on`);
  return `In images it has the size that it has in the kernel that wrote them: ${sizes.join(", ")}. The bytes after the members are private to the kernel.`;
}

function recordText({ record, number, when, payload }: RecordUse): string {
  return `${payload ? "Element of the array in record" : "Record"} ${record} (${number})${when === undefined ? "" : ` when ${when}`}.`;
}

function comment(paragraphs: readonly string[], colors: Colors, width: number): string[] {
  const lines = paragraphs.flatMap((paragraph) => (paragraph === "" ? [""] : wrap(paragraph, width - 3)));
  return ["/*", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].map((line) => colors.green(line));
}

/** The last line, as in pahole's output: size, alignment, holes. */
function summary({ size, align, members, padding }: ShownStruct): string {
  const holes = padding.filter((gap) => "before" in gap);
  const trailing = padding.find((gap) => "trailing" in gap);
  return [
    `/* size: ${size}, align: ${align}, members: ${members.length}`,
    ...(holes.length > 0
      ? [`holes: ${holes.length}, sum holes: ${holes.reduce((sum, gap) => sum + gap.size, 0)}`]
      : []),
    ...(trailing ? [`padding: ${trailing.size}`] : []),
  ]
    .join(", ")
    .concat(" */");
}
