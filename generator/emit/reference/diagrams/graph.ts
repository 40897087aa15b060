/** A graph of references, in layers from top to bottom: a node is above the nodes that it refers to, unless there is a cycle. */
import { Graph, layout } from "@dagrejs/dagre";
import type { Address, Drawing } from "../content.js";
import { CHARACTER, linked, textElement } from "../drawing.js";
import { rail } from "./parts.js";

export interface Node {
  readonly name: string;
  readonly title: string;
  readonly to: Address;
  /** CSS class of the node's frame. */
  readonly className: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly dashed: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
}

const HEIGHT = 28;
const MARGIN = 6;
/** Length and half width of an arrow's head, in units of the drawing. */
const HEAD = [7, 4] as const;

/** Draws the graph. An edge from a node to itself is drawn as a circle next to its name. */
export function graphDrawing(nodes: readonly Node[], edges: readonly Edge[]): Drawing {
  const loops = new Set(edges.filter(({ from, to }) => from === to).map(({ from }) => from));
  const labelOf = ({ name }: Node) => (loops.has(name) ? `${name} ↺` : name);
  const graph = new Graph();
  graph.setGraph({ nodesep: 8, edgesep: 5, ranksep: 34, marginx: MARGIN, marginy: MARGIN, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.name, { width: labelOf(node).length * CHARACTER + 16, height: HEIGHT });
  let leaves = 0;
  for (const { from, to } of edges) {
    // Nodes with one incoming edge and no outgoing ones would make one layer very wide, so they alternate between two.
    const isLeaf = !edges.some((other) => other.from === to || (other.to === to && other.from !== from));
    if (from !== to) graph.setEdge(from, to, { minlen: isLeaf ? 1 + (leaves++ % 2) : 1 });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    svg(href) {
      const arrows = edges
        .filter(({ from, to }) => from !== to)
        .map(({ from, to, dashed }) => {
          const bends = (graph.edge(from, to).points as Point[]).slice(1, -1);
          const [start, end] = [graph.node(from) as Box, graph.node(to) as Box];
          return arrow([towards(start, bends[0] ?? end), ...bends, towards(end, bends.at(-1) ?? start)], dashed);
        });
      const boxes = nodes.map((node) => {
        const { x, y, width: room } = graph.node(node.name) as Box;
        return linked(
          href(node.to),
          node.title,
          `<rect class="${node.className}" x="${rounded(x - room / 2)}" y="${rounded(y - HEIGHT / 2)}" width="${rounded(room)}" height="${HEIGHT}" rx="4"/>`,
          textElement(Math.round(x), Math.round(y) + 4, labelOf(node), "middle"),
        );
      });
      return [...arrows, ...boxes].join("\n");
    },
  };
}

/** Point where an edge meets a box: on its lower or upper side, as straight as possible, so that the edge does not touch neighbours. */
function towards({ x, y, width }: Box, other: Point): Point {
  const reach = width / 2 - 8;
  return { x: Math.min(Math.max(other.x, x - reach), x + reach), y: other.y > y ? y + HEIGHT / 2 : y - HEIGHT / 2 };
}

/** A curve through the midpoints between the points, with a head at its end. */
function arrow(points: readonly Point[], dashed: boolean): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  const end = rest.at(-1) ?? first;
  const before = rest.at(-2) ?? first;
  const steps = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] as Point;
    const to = i === rest.length - 2 ? end : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(to)}`;
  });
  const line = rail(`M${at(first)}${steps.join("") || `L${at(end)}`}`);
  return (dashed ? line.replace("<path", '<path stroke-dasharray="4 3"') : line) + head(before, end);
}

function head(from: Point, to: Point): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const [back, side] = HEAD;
  const wing = (sign: number) => ({ x: to.x - back * dx - sign * side * dy, y: to.y - back * dy + sign * side * dx });
  return rail(`M${at(wing(1))}L${at(to)}L${at(wing(-1))}`);
}

function at({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}

function rounded(size: number): string {
  return `${Math.round(size * 10) / 10}`;
}
