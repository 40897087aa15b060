/** Versions from top to bottom: a calendar to scale on the left, a row per version, and a lane per architecture that shows which versions have it. */
import type { Model, Version } from "../../../model.js";
import { versionPage } from "../addresses.js";
import type { Drawing } from "../content.js";
import { CHARACTER, linked, textElement } from "../drawing.js";

const ROW = 26;
const HEAD = 30;
/** Horizontal positions of the columns, in units of the drawing: the calendar, the marks of the versions, their names, and so on. */
const CALENDAR = 52;
const MARKS = 112;
const NAMES = 126;
const DATES = 232;
const LANES = 332;
const GAP = 18;

export function timeline({ versions, arches }: Model): Drawing {
  const lanes = arches.map(({ id }) => id.length * CHARACTER + GAP);
  const laneX = (i: number) => LANES + lanes.slice(0, i).reduce((sum, width) => sum + width, 0);
  const height = HEAD + versions.length * ROW + 8;
  const rowY = (index: number) => HEAD + (index + 0.5) * ROW;
  const dateY = scale(versions, rowY);
  return {
    width: laneX(arches.length),
    height,
    svg(href) {
      const [first, last] = [versions[0], versions.at(-1)];
      if (!first || !last) return "";
      const parts = [`<path class="rail" d="M${CALENDAR} ${rowY(0)}V${rowY(versions.length - 1)}"/>`];
      for (let year = yearOf(first) + 1; year <= yearOf(last); year++) {
        const y = dateY(Date.parse(`${year}-01-01`));
        parts.push(
          `<path class="rail" d="M${CALENDAR - 5} ${y}h10"/>`,
          textElement(CALENDAR - 10, y + 4, `${year}`, "end faint"),
        );
      }
      arches.forEach(({ id, versions: own }, i) => {
        parts.push(textElement(laneX(i), 16, id, "faint"));
        for (const [from, to] of runs(own.map(({ index }) => index)))
          parts.push(
            `<rect class="box" x="${laneX(i)}" y="${rowY(from) - 9}" width="${(lanes[i] as number) - GAP}" height="${(to - from) * ROW + 18}" rx="4"/>`,
          );
      });
      for (let i = 1; i < versions.length; i++)
        parts.push(`<path class="rail" opacity="0.2" d="M${NAMES} ${HEAD + i * ROW}H${laneX(arches.length) - GAP}"/>`);
      for (const version of versions) {
        const { id, index, date } = version;
        const y = rowY(index);
        parts.push(
          `<path class="rail" opacity="0.5" d="M${CALENDAR} ${dateY(Date.parse(date))}L${MARKS - 14} ${y}H${MARKS - 5}"/>`,
          linked(
            href({ page: versionPage(id) }),
            `${id}, ${date}, ${statusOf(version)}`,
            mark(version, MARKS, y),
            textElement(NAMES, y + 4, id, "over"),
          ),
          textElement(DATES, y + 4, date, "faint"),
        );
      }
      return parts.join("\n");
    },
  };
}

export function statusOf({ posted, confidence }: Version): string {
  if (posted) return "posted";
  return confidence === undefined ? "snapshot" : "snapshot, placed by its date";
}

/** Mark of a version: a filled circle if it was posted; dashed if only its date determines the position. */
function mark({ posted, confidence }: Version, x: number, y: number): string {
  const dashes = confidence === undefined ? "" : ' stroke-dasharray="2.5 2"';
  return `<circle class="${posted ? "terminal" : "box"}" cx="${x}" cy="${y}" r="${posted ? 6.5 : 5}"${dashes}/>`;
}

function yearOf({ date }: Version): number {
  return Number(date.slice(0, 4));
}

/** Maps a time to a height, so that the first and the last version are at the height of their rows. */
function scale(versions: readonly Version[], rowY: (index: number) => number): (time: number) => number {
  const start = Date.parse(versions[0]?.date ?? "");
  const end = Date.parse(versions.at(-1)?.date ?? "");
  const room = rowY(versions.length - 1) - rowY(0);
  return (time) => Math.round(rowY(0) + (end === start ? 0 : ((time - start) / (end - start)) * room));
}

/** Consecutive numbers as ranges: `[0, 1, 2, 5]` as `[0, 2], [5, 5]` */
function runs(numbers: readonly number[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
