/** Examines drawings: finds the figures of a page, and checks that everything in them is within their bounds. */
import type { Block, Drawing } from "../../generator/emit/reference/content.js";
import { CHARACTER } from "../../generator/emit/reference/drawing.js";

export type Figure = Extract<Block, { kind: "figure" }>;

export function figuresOf(blocks: readonly Block[]): Figure[] {
  return blocks.flatMap((block): Figure[] => {
    if (block.kind === "figure") return [block];
    if (block.kind === "cases") return block.cases.flatMap((one) => figuresOf(one.blocks));
    return block.kind === "details" || block.kind === "note" ? figuresOf(block.blocks) : [];
  });
}

export function svgOf(drawing: Drawing): string {
  return drawing.svg(({ page, anchor }) => `${page}${anchor === undefined ? "" : `#${anchor}`}`);
}

/** Corners that are outside the drawing. */
export function outside(drawing: Drawing): string[] {
  const { width, height } = drawing;
  return [...corners(svgOf(drawing))].flatMap(([x, y, what]) =>
    Number.isFinite(x) && Number.isFinite(y) && x >= 0 && y >= 0 && x <= width && y <= height
      ? []
      : [`${what}: ${x} ${y} is not within ${width} × ${height}`],
  );
}

function* corners(svg: string): Generator<readonly [x: number, y: number, what: string]> {
  for (const [what, attributes = ""] of svg.matchAll(/<rect([^>]*)\/>/g)) {
    const value = (name: string) => Number(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1]);
    yield [value("x"), value("y"), what];
    yield [value("x") + value("width"), value("y") + value("height"), what];
  }
  for (const [what, attributes = "", text = ""] of svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)) {
    const value = (name: string) => Number(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1]);
    const length = text.replace(/&[a-z0-9#]+;/g, "_").length * CHARACTER;
    const start = attributes.includes("middle") ? value("x") - length / 2 : value("x");
    yield [start, value("y") - 10, what];
    yield [start + length, value("y") + 2, what];
  }
  for (const [what, path = ""] of svg.matchAll(/<path[^>]* d="([^"]*)"/g)) {
    let [x, y] = [Number.NaN, Number.NaN];
    for (const [, command, numbers = ""] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
      const values = numbers.trim().split(/[ ,]+/).map(Number);
      if (command === "H") x = values[0] as number;
      else if (command === "V") y = values[0] as number;
      else if (command === "M" || command === "L" || command === "Q") [x = 0, y = 0] = values.slice(-2);
      else throw new Error(`${command} in ${path} is not understood`);
      yield [x, y, what];
    }
  }
}
