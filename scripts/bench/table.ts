/** The tables of ratios in README.md and docs/speed.md: between two markers, so that a script can write them. */
import { type Bound, held } from "./outcome.js";

const BEGIN = "<!-- ratios, written by: npm run bench -- --table -->";
const END = "<!-- end of ratios -->";

/** What the benches measured on one version of Node. */
export interface Measured {
  /** Version of Node, e.g. `v20.20.2`. */
  readonly node: string;
  /** Bounds by name of the bench, in the order of the benches. */
  readonly bounds: ReadonlyMap<string, readonly Bound[]>;
}

export interface Circumstances {
  /** Date as `2026-11-30`. */
  readonly date: string;
  readonly cpu: string;
}

/**
 * A table with a row per comparison and a column per version of Node.
 *
 * @param most number of comparisons of each bench that are listed
 */
export function tableOf(measured: readonly Measured[], { date, cpu }: Circumstances, most = Infinity): string {
  const benches = [...new Set(measured.flatMap(({ bounds }) => [...bounds.keys()]))];
  const rows = benches.flatMap((bench) => {
    const lists = measured.map(({ bounds }) => bounds.get(bench) ?? []);
    const names = [...new Set(lists.flat().map(({ name }) => name))].slice(0, most);
    return names.map((name) => {
      const found = lists.map((list) => list.find((bound) => bound.name === name));
      const limits = [...new Set(found.flatMap((bound) => (bound ? bound.limit.toFixed(2) : [])))];
      return [bench, name, ...found.map(cell), limits.join(" / ")];
    });
  });
  const heading = ["bench", "ratio of", ...measured.map(({ node }) => `Node ${node.replace(/^v/, "")}`), "bound"];
  const lines = [heading, heading.map((_, i) => (i < 2 ? "---" : "--:")), ...rows].map(
    (row) => `| ${row.join(" | ")} |`,
  );
  return `Measured on ${date}, ${cpu}; a ratio above its bound is in italics.\n\n${lines.join("\n")}`;
}

function cell(bound: Bound | undefined): string {
  if (!bound) return "–";
  return held(bound) ? bound.ratio.toFixed(2) : `*${bound.ratio.toFixed(2)}*`;
}

/**
 * The page with another table between its markers.
 *
 * @throws {Error} when the page has no markers
 */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`a page has no lines ${BEGIN} and ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n${table}\n${page.slice(to)}`;
}
