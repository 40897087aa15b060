/**
 * The parts of railroad diagrams. The rail runs from top to bottom, so that a diagram grows in height rather than width and fits on a phone. Every
 * part knows its size and draws itself; what surrounds a part is another part.
 */
import type { Address } from "../content.js";
import { CHARACTER, linked, textElement } from "../drawing.js";

export type Href = (to: Address) => string;

export interface Part {
  /** Space that it needs on both sides of the rail. */
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Elements of the drawing. The rail enters at `x`, `y` and leaves at `x`, `y + height`. */
  draw(x: number, y: number, href: Href): string;
}

/** Length of the rail between two parts. */
const GAP = 12;
/** Radius of curves, in pixels. */
const RADIUS = 8;
/** Length of the rail where another one leaves or joins it. */
const JOINT = 2 * RADIUS;
/** Width next to a part for a rail that goes around it. */
const LANE = 18;
const LINE = 16;
/** Distance from the left edge of a box to the rail. */
const ENTRY = 26;
const INSET = 12;
const ALTERNATIVES = 20;

export type BoxKind = "record" | "rule" | "object";

/** Text of a box: the name of a node, its label below, and a link to its description. */
export interface BoxText {
  readonly kind: BoxKind;
  readonly name: string;
  readonly label?: string | undefined;
  readonly to?: Address | undefined;
}

export function box({ kind, name, label, to }: BoxText): Part {
  const width = Math.max(name.length, label?.length ?? 0) * CHARACTER + 2 * INSET;
  const height = label === undefined ? 30 : 46;
  return {
    left: ENTRY,
    right: Math.max(width, 2 * ENTRY) - ENTRY,
    height,
    draw(x, y, href) {
      const left = x - ENTRY;
      const size = { width: this.left + this.right, height };
      const elements = [
        ...frame(kind, left, y, size),
        textElement(left + INSET, y + 19, name, ""),
        ...(label === undefined ? [] : [textElement(left + INSET, y + 36, label, "faint")]),
      ];
      return to ? linked(href(to), `${kind} ${name}`, ...elements) : elements.join("");
    },
  };
}

/** Frame of a box: records are rectangular, rules have round ends, objects have a double frame. */
function frame(kind: BoxKind, x: number, y: number, { width, height }: { width: number; height: number }): string[] {
  const rect = (className: string, inset: number, radius: number) =>
    `<rect class="${className}" x="${rounded(x + inset)}" y="${rounded(y + inset)}" width="${rounded(width - 2 * inset)}" height="${rounded(height - 2 * inset)}" rx="${radius}"/>`;
  switch (kind) {
    case "record":
      return [rect("terminal", 0, 2)];
    case "rule":
      return [rect("box nested", 0, 15)];
    case "object":
      return [rect("box", 0, 4), rect("rail", 3, 2)];
  }
}

/** Parts in sequence. */
export function column(parts: readonly Part[]): Part {
  const tops: number[] = [];
  let height = GAP;
  for (const part of parts) {
    tops.push(height);
    height += part.height + GAP;
  }
  return {
    left: widest(parts.map(({ left }) => left)),
    right: widest(parts.map(({ right }) => right)),
    height,
    draw(x, y, href) {
      const ends = [0, ...parts.map((part, i) => (tops[i] as number) + part.height)];
      const rails = [...tops, height].map((top, i) => rail(`M${x} ${y + (ends[i] as number)}V${y + top}`));
      return [...rails, ...parts.map((part, i) => part.draw(x, y + (tops[i] as number), href))].join("\n");
    },
  };
}

/** Alternatives, side by side. */
export function alternatives(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0] as Part;
  const offsets: number[] = [];
  let right = 0;
  for (const [i, part] of parts.entries()) {
    offsets.push(i === 0 ? 0 : right + ALTERNATIVES + part.left);
    right = (offsets[i] as number) + part.right;
  }
  const tallest = widest(parts.map(({ height }) => height));
  const height = tallest + 2 * JOINT;
  return {
    left: parts[0]?.left ?? 0,
    right,
    height,
    draw(x, y, href) {
      const bottom = y + height;
      return parts
        .flatMap((part, i) => {
          const at = x + (offsets[i] as number);
          const start = y + JOINT;
          const end = start + part.height;
          const [into, out] =
            i === 0
              ? [`M${x} ${y}V${start}`, `M${x} ${end}V${bottom}`]
              : [
                  `M${x} ${y}${curve(x, y + RADIUS, x + RADIUS, y + RADIUS)}H${at - RADIUS}${curve(at, y + RADIUS, at, start)}`,
                  `M${at} ${end}V${bottom - JOINT}${curve(at, bottom - RADIUS, at - RADIUS, bottom - RADIUS)}H${x + RADIUS}${curve(x, bottom - RADIUS, x, bottom)}`,
                ];
          return [rail(into), part.draw(at, start, href), rail(out)];
        })
        .join("\n");
    },
  };
}

/** An optional part, with a rail around it on the left. The notes are where the rails part. */
export function skippable(part: Part, notes: readonly string[]): Part {
  const inner = noted(part, notes);
  const left = inner.left + LANE;
  const height = inner.height + 2 * JOINT;
  return {
    left,
    right: inner.right,
    height,
    draw(x, y, href) {
      const [lane, bottom] = [x - left, y + height];
      return [
        rail(`M${x} ${y}V${y + JOINT}M${x} ${bottom - JOINT}V${bottom}`),
        rail(
          `M${x} ${y}${curve(x, y + RADIUS, x - RADIUS, y + RADIUS)}H${lane + RADIUS}${curve(lane, y + RADIUS, lane, y + JOINT)}V${bottom - JOINT}${curve(lane, bottom - RADIUS, lane + RADIUS, bottom - RADIUS)}H${x - RADIUS}${curve(x, bottom - RADIUS, x, bottom)}`,
        ),
        inner.draw(x, y + JOINT, href),
      ].join("\n");
    },
  };
}

/** A repeated part: a rail leads back on the right. */
export function repeated(part: Part, notes: readonly string[]): Part {
  const inner = noted(part, notes);
  const right = inner.right + LANE;
  const height = inner.height + 2 * JOINT;
  return {
    left: inner.left,
    right,
    height,
    draw(x, y, href) {
      const [lane, bottom, middle] = [x + right, y + height, y + height / 2];
      return [
        rail(`M${x} ${y}V${y + JOINT}M${x} ${bottom - JOINT}V${bottom}`),
        rail(
          `M${x} ${bottom - JOINT}${curve(x, bottom - RADIUS, x + RADIUS, bottom - RADIUS)}H${lane - RADIUS}${curve(lane, bottom - RADIUS, lane, bottom - JOINT)}V${y + JOINT}${curve(lane, y + RADIUS, lane - RADIUS, y + RADIUS)}H${x + RADIUS}${curve(x, y + RADIUS, x, y + JOINT)}`,
        ),
        rail(`M${lane - 4} ${middle + 4}L${lane} ${middle}L${lane + 4} ${middle + 4}`),
        inner.draw(x, y + JOINT, href),
      ].join("\n");
    },
  };
}

/** A part with lines of text next to the rail before it. */
function noted(part: Part, notes: readonly string[]): Part {
  if (notes.length === 0) return part;
  const room = notes.length * LINE + 4;
  return {
    left: part.left,
    right: Math.max(part.right, RADIUS + widest(notes.map(({ length }) => length)) * CHARACTER),
    height: part.height + room,
    draw(x, y, href) {
      return [
        rail(`M${x} ${y}V${y + room}`),
        ...notes.map((text, i) => textElement(x + RADIUS, y + i * LINE + 12, text, "note")),
        part.draw(x, y + room, href),
      ].join("\n");
    },
  };
}

export function rail(path: string): string {
  return `<path class="rail" d="${path.replace(/\d+\.\d+/g, (number) => rounded(Number(number)))}"/>`;
}

function curve(cornerX: number, cornerY: number, x: number, y: number): string {
  return `Q${cornerX} ${cornerY} ${x} ${y}`;
}

function widest(sizes: readonly number[]): number {
  return Math.max(0, ...sizes);
}

/** Rounds to one decimal: smaller differences are invisible. */
function rounded(size: number): string {
  return `${Math.round(size * 10) / 10}`;
}
