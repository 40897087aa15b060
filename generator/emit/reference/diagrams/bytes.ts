/**
 * A struct to scale: eight bytes per row, every field as wide as its bytes. Bytes without a field are hatched. Of a field with many rows only the
 * first and the last one are drawn, with a gap between them. The HTML is a grid of nine columns, the first one for offsets; its style is in `style.css`.
 */
import type { DistinctLayout, LaidMember, Layout } from "../../../layout.js";
import type { Abi, Struct } from "../../../model.js";
import { cDeclaration } from "../../types.js";
import type { Address, ByteRange, Drawing } from "../content.js";
import { fitted, linked, textElement } from "../drawing.js";
import { bytesAttribute, escapeHtml } from "../html.js";

const BYTE = 84;
const ROW = 34;
const PER_ROW = 8;
/** Width of the margin for offsets on the left, in units of the drawing. */
const MARGIN = 52;
const HEAD = 24;
/** Number of rows from which on a field is shortened. */
const MIN_SHORTENED_ROWS = 4;
/** Height of the gap in a shortened field. */
const GAP = 18;

/** A run of bytes that is drawn as one area. */
interface Region extends ByteRange {
  readonly name: string;
  readonly title: string;
  readonly className: string;
  readonly anchor: string | undefined;
}

/**
 * Draws the layout of a struct.
 *
 * @param anchorOf anchor of a field's row in the table below the diagram
 */
export function byteDiagram(
  struct: Pick<Struct, "key" | "family">,
  page: string,
  { layout, id, abis }: DistinctLayout,
  anchorOf: (field: string) => string,
): Drawing {
  const regions = regionsOf(layout, abis.at(-1) as Abi, anchorOf);
  const rows = rowsOf(regions, layout.size);
  const y = (row: number) => HEAD + (rows.positions[row] as number);
  const height = HEAD + rows.height + 2;
  const pattern = `hatch-${struct.family ?? "any"}-${struct.key}-${id}`;
  return {
    width: MARGIN + PER_ROW * BYTE + 2,
    height,
    svg(href) {
      const parts = [
        `<defs><pattern id="${pattern}" class="hatch" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M-2 10L10 -2M-2 2L2 -2M6 10L10 6"/></pattern></defs>`,
      ];
      for (let byte = 0; byte < PER_ROW; byte++)
        parts.push(textElement(MARGIN + (byte + 0.5) * BYTE, 15, `${byte}`, "middle faint"));
      for (const row of rows.shown) parts.push(textElement(MARGIN - 8, y(row) + 22, `${row * PER_ROW}`, "end faint"));
      for (const region of regions) parts.push(drawRegion(region, rows, { y, pattern, href, page }));
      return parts.join("\n");
    },
    html: (href) => gridOf(regions, rows, (anchor) => href({ page, anchor })),
  };
}

function regionsOf(layout: Layout, abi: Abi, anchorOf: (field: string) => string): Region[] {
  const regions = [...fields(layout, abi, 0, "", anchorOf)];
  const padding = layout.holes.map(
    ({ offset, size }): Region => ({
      offset,
      size,
      name: size > 1 ? "padding" : "",
      title: `${size} bytes of padding`,
      className: "padding",
      anchor: undefined,
    }),
  );
  return [...regions, ...padding].sort((a, b) => a.offset - b.offset);
}

/** Members in order, with those of nested aggregates in place; a union is one run of bytes. */
function* fields(
  layout: Layout,
  abi: Abi,
  base: number,
  prefix: string,
  anchorOf: (field: string) => string,
): Generator<Region> {
  for (const member of layout.members) {
    if (member.size === 0) continue;
    const path = `${prefix}${member.name ?? member.field.key}`;
    const offset = base + member.offset;
    const { type } = member;
    if (type.kind === "struct" && member.dims.length === 0) {
      yield* fields(type.layout, abi, offset, `${path}.`, anchorOf);
      for (const hole of type.layout.holes)
        yield {
          offset: offset + hole.offset,
          size: hole.size,
          name: "padding",
          title: `${hole.size} bytes of padding`,
          className: "padding",
          anchor: undefined,
        };
      continue;
    }
    yield {
      offset,
      size: member.size,
      name: labelOf(member, path),
      title: titleOf(member, path, offset),
      className: classOf(member, abi),
      anchor: anchorOf(path),
    };
  }
}

function labelOf(member: LaidMember, path: string): string {
  const { type } = member;
  if (type.kind !== "union") return path;
  return member.name ?? type.layout.members.map(({ name, field }) => name ?? field.key).join(" / ");
}

function titleOf(member: LaidMember, path: string, offset: number): string {
  return `${path}: ${cDeclaration(member)}, ${member.size} bytes at offset ${offset}`;
}

function classOf({ type, field }: LaidMember, abi: Abi): string {
  if (field.meanings.at(abi).reserved) return "box reserved";
  return type.kind === "scalar" ? "box" : "box nested";
}

interface Rows {
  /** Top of each row; rows within a gap have none. */
  readonly positions: readonly (number | undefined)[];
  readonly shown: readonly number[];
  readonly height: number;
}

/** Position of each drawn row; the inner rows of long fields are not drawn. */
function rowsOf(regions: readonly Region[], size: number): Rows {
  const count = Math.ceil(size / PER_ROW);
  const hidden = new Set<number>();
  for (const { offset, size: length } of regions) {
    const first = Math.ceil(offset / PER_ROW);
    const last = Math.floor((offset + length) / PER_ROW) - 1;
    if (last - first + 1 > MIN_SHORTENED_ROWS) for (let row = first + 1; row < last; row++) hidden.add(row);
  }
  const positions: (number | undefined)[] = [];
  const shown: number[] = [];
  let height = 0;
  for (let row = 0; row < count; row++) {
    if (hidden.has(row)) {
      positions.push(undefined);
      if (!hidden.has(row + 1)) height += GAP;
      continue;
    }
    positions.push(height);
    shown.push(row);
    height += ROW;
  }
  return { positions, shown, height };
}

/** A part of a region: bytes of one row, or several whole rows. */
interface Piece {
  readonly row: number;
  readonly column: number;
  /** Its width. */
  readonly bytes: number;
  rows: number;
}

/** The parts of a region that are drawn, and the first row that is not. */
function piecesOf({ offset, size }: ByteRange, positions: Rows["positions"]): { pieces: Piece[]; gap?: number } {
  const pieces: Piece[] = [];
  let gap: number | undefined;
  for (let row = Math.floor(offset / PER_ROW); row * PER_ROW < offset + size; row++) {
    if (positions[row] === undefined) {
      gap ??= row;
      continue;
    }
    const start = Math.max(offset, row * PER_ROW);
    const bytes = Math.min(offset + size, (row + 1) * PER_ROW) - start;
    const above = pieces.at(-1);
    if (above && bytes === PER_ROW && above.bytes === PER_ROW && above.row + above.rows === row) above.rows++;
    else pieces.push({ row, column: start % PER_ROW, bytes, rows: 1 });
  }
  return { pieces, ...(gap !== undefined && { gap }) };
}

/** The piece with most room for the name. */
function widestOf(pieces: readonly Piece[]): Piece {
  return pieces.reduce((one, other) => (other.bytes > one.bytes ? other : one));
}

/** The cells of the grid in order: those that span rows leave the places below them out, so no cell needs a position. */
function gridOf(regions: readonly Region[], { positions, shown }: Rows, href: (anchor: string) => string): string {
  const cells: { readonly row: number; readonly column: number; readonly html: string }[] = [];
  for (const row of shown) cells.push({ row, column: -1, html: `<span>${row * PER_ROW}</span>` });
  for (const region of regions) {
    const { size, name, title, className, anchor } = region;
    const { pieces, gap } = piecesOf(region, positions);
    const named = widestOf(pieces);
    const tone = className.replace(/^box ?/, "");
    for (const piece of pieces) {
      const { row, column, bytes, rows } = piece;
      const classes = [`w${bytes}`, ...(rows > 1 ? [`h${rows}`] : []), ...(tone === "" ? [] : [tone])].join(" ");
      const tag = piece === named && anchor !== undefined ? "a" : "b";
      const link = tag === "a" ? ` href="${href(anchor ?? "")}"` : "";
      const words = piece === named ? ` title="${escapeHtml(title)}">${escapeHtml(name)}` : ">";
      cells.push({ row, column, html: `<${tag}${link} class="${classes}"${bytesAttribute(region)}${words}</${tag}>` });
    }
    if (gap !== undefined) cells.push({ row: gap, column: 0, html: `<i${bytesAttribute(region)}>⋮ ${size} bytes</i>` });
  }
  cells.sort((a, b) => a.row - b.row || a.column - b.column);
  const head = Array.from({ length: PER_ROW }, (_, byte) => `<span>${byte}</span>`).join("");
  return `<span></span>${head}\n${cells.map(({ html }) => html).join("\n")}`;
}

/** The coordinate system of a diagram. */
interface Sheet {
  /** Top edge of a row. */
  readonly y: (row: number) => number;
  /** Id of the hatching pattern for padding. */
  readonly pattern: string;
  readonly href: (to: Address) => string;
  readonly page: string;
}

function drawRegion(
  { offset, size, name, title, className, anchor }: Region,
  { positions }: Rows,
  { y, pattern, href, page }: Sheet,
): string {
  const { pieces, gap } = piecesOf({ offset, size }, positions);
  const boxOf = ({ row, column, bytes, rows }: Piece) => ({
    x: MARGIN + column * BYTE,
    y: y(row),
    width: bytes * BYTE,
    height: rows * ROW,
  });
  const widest = boxOf(widestOf(pieces));
  const fill = className === "padding" ? ` fill="url(#${pattern})"` : "";
  const boxes = pieces
    .map(boxOf)
    .map(
      (piece) =>
        `<rect x="${piece.x}" y="${piece.y}" width="${piece.width}" height="${piece.height}" class="${className}"${fill}/>`,
    );
  const label = textElement(
    widest.x + widest.width / 2,
    widest.y + 21,
    fitted(name, widest.width - 8),
    className === "padding" ? "middle over" : "middle",
  );
  const before = gap === undefined ? undefined : positions[gap - 1];
  const rest =
    before === undefined
      ? ""
      : textElement(MARGIN + (PER_ROW * BYTE) / 2, HEAD + before + ROW + 13, `⋮ ${size} bytes`, "middle faint");
  const elements = [...boxes, label, rest];
  return anchor === undefined
    ? `<g><title>${escapeHtml(title)}</title>${elements.join("")}</g>`
    : linked(href({ page, anchor }), title, ...elements);
}
