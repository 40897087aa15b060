/** A listing of the command, laid out for a page. */

import type { ComponentChildren } from "preact";
import type { TableColumn } from "../../tools/cli/output/parts.js";
import type { Part } from "../../tools/cli/output/sheet.js";
import { address } from "../state/route.js";

interface ListingProps {
  readonly parts: readonly Part[];
  /** What to say if there is nothing. */
  readonly none: string;
  /** Shows a cell of a table in its own way; undefined leaves it as it is. The title is empty in a table without titles. */
  readonly cell?: CellOf;
}

type CellOf = (title: string, text: string) => ComponentChildren;

export function Listing({ parts, none, cell }: ListingProps) {
  if (parts.length === 0) return <p class="none">{none}</p>;
  return (
    <>
      {parts.map((part, i) => (
        <ListingPart key={i} part={part} label={labelOf(parts, i)} cell={cell} />
      ))}
    </>
  );
}

/** Name of a part: the heading before it, and its position, because several parts may have one heading. */
function labelOf(parts: readonly Part[], index: number): string {
  const heading = parts
    .slice(0, index)
    .filter((part) => part.kind === "heading")
    .at(-1);
  return `${heading?.kind === "heading" ? heading.text : "Table"} (${index + 1})`;
}

interface ListingPartProps extends Pick<TableProps, "label" | "cell"> {
  readonly part: Part;
}

function ListingPart({ part, label, cell }: ListingPartProps) {
  switch (part.kind) {
    case "heading":
      return part.level === 1 ? <h2>{part.text}</h2> : <h3>{part.text}</h3>;
    case "line":
      return <p class="line">{part.text}</p>;
    case "facts":
      return <Facts facts={part.facts} />;
    case "table":
      return <Table {...part} label={label} cell={cell} />;
  }
}

/** More facts than this stand in several columns, if all are short. */
const MAX_ONE_COLUMN = 6;

/** Maximum number of characters of a short text. */
const MAX_SHORT = 24;

export function Facts({ facts }: { readonly facts: readonly (readonly [label: string, text: string])[] }) {
  const groups = grouped(facts);
  const isShort = groups.length > MAX_ONE_COLUMN && facts.every(([, text]) => text.length <= MAX_SHORT);
  return (
    <dl class={isShort ? "facts short" : "facts"}>
      {groups.map(([label, texts], i) => (
        <div key={i}>
          <dt>{label}</dt>
          {texts.map((text, k) => (
            <dd key={k}>{text}</dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

/** Facts without a label, or with the same one, belong to the one before. */
function grouped(facts: readonly (readonly [label: string, text: string])[]): [label: string, texts: string[]][] {
  const groups: [string, string[]][] = [];
  for (const [label, text] of facts) {
    const last = groups.at(-1);
    if (last && (label === "" || label === last[0])) last[1].push(text);
    else groups.push([label === "" ? "also" : label, [text]]);
  }
  return groups;
}

/** Columns with numbers of objects, which are links to these. */
const OBJECTS: ReadonlySet<string> = new Set([
  "FILE",
  "SOCKET",
  "PEER",
  "SET",
  "UTS",
  "IPC",
  "NET",
  "DEVICE",
  "OPENED AS",
  "LIST",
]);

type TableParts = Extract<Part, { kind: "table" }>;

interface TableProps extends TableParts {
  readonly label: string;
  readonly cell: CellOf | undefined;
}

function Table({ columns, rows, isCut, label, cell }: TableProps) {
  const used = (columns ?? rows[0]?.map((): TableColumn => ({ title: "" })) ?? []).map((column, i) => ({
    ...column,
    i,
  }));
  // A column in which no row has anything would only take room.
  const shown = used.filter(({ i }) => rows.some((row) => (row[i] ?? "") !== ""));
  return (
    <div class={columns ? "table" : "table grid"} tabIndex={0} role="region" aria-label={label}>
      <table>
        {columns && (
          <thead>
            <tr>
              {shown.map(({ title, align, i }) => (
                <th key={i} scope="col" class={align === "right" ? "number" : ""}>
                  {title.toLowerCase()}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {shown.map(({ title, align, i }) => (
                <td
                  key={i}
                  class={`${align === "right" ? "number" : ""}${row[i] === "" ? " empty" : ""}`}
                  data-title={title.toLowerCase()}
                >
                  {(row[i] !== undefined && cell?.(title, row[i])) || <Cell title={title} text={row[i]} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {isCut && <p class="line">There are more rows; the command lists all.</p>}
    </div>
  );
}

function Cell({ title, text }: { readonly title: string; readonly text: string | undefined }) {
  if (text === undefined) return <span class="faint">–</span>;
  if (OBJECTS.has(title) && /^[1-9]\d*$/.test(text)) return <a href={address("hex", { object: text })}>{text}</a>;
  return <>{text}</>;
}
