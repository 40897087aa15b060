/** An address space drawn to scale. */
import { scaleLinear } from "d3-scale";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MappingKind, MappingRow } from "../../engine/questions/mappings.js";
import { hex } from "../../parts/numbers.js";
import { useAnswer } from "../../state/answer.js";
import { Patterns } from "./patterns.js";
import { moved, type Segment, WHOLE, type Window, zoomed } from "./scale.js";

interface StripProps {
  readonly space: number;
  /** Bytes of a page. */
  readonly pageSize: number;
  readonly mappings: readonly MappingRow[];
  readonly segments: readonly Segment[];
  readonly window: Window;
  readonly onWindow: (window: Window) => void;
  /** Position of the chosen mapping. */
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
}

const HEIGHT = 92;

/** Edges of the band of mappings, and of the band of pages in the image below it. */
const BANDS = { top: 8, middle: 52, bottom: 70 } as const;

/** Pixels of a part for which the share of pages in the image is shown. */
const PART = 2;

/** Maximum number of such parts of one mapping. */
const MAX_PARTS = 4096;

/** Maximum number of mappings that are drawn apart; neighbours that are narrower than a pixel are drawn as one. */
const MAX_DRAWN = 1500;

/** A mapping that is wider than this has its name in it. */
const NAMED = 44;

export function Strip({ space, pageSize, mappings, segments, window, onWindow, chosen, onChoose }: StripProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  const toPixels = scaleLinear([window.from, window.to], [0, width]);
  const drawn = useMemo(() => inSight(segments, window, width), [segments, window, width]);
  const settled = useSettled(drawn);
  const ranges = settled.flatMap(({ index, from, to }) => {
    const mapping = index === undefined ? undefined : mappings[index];
    if (!mapping || mapping.end <= mapping.start) return [];
    const pages = Number(mapping.end - mapping.start) / pageSize;
    const parts = Math.ceil(Math.max(1, Math.min(MAX_PARTS, pages, (toPixels(to) - toPixels(from)) / PART)));
    return [{ index, start: mapping.start, end: mapping.end, parts }];
  });
  const answer = useAnswer("presence", ranges.length > 0 ? { space, ranges } : undefined);
  const shares = new Map(
    answer.status === "done" ? ranges.map(({ index }, i) => [index, answer.value[i] as Uint8Array]) : [],
  );

  const drag = useRef<{ x: number; window: Window; hasMoved: boolean } | undefined>(undefined);
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    const around = toPixels.invert(event.clientX - (box.current?.getBoundingClientRect().left ?? 0));
    onWindow(
      event.ctrlKey || event.metaKey
        ? zoomed(window, 1.002 ** event.deltaY, around)
        : moved(window, event.deltaX / width),
    );
  };
  useEffect(() => {
    const element = box.current;
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const next: Record<string, () => Window> = {
      "+": () => zoomed(window, 0.5),
      "=": () => zoomed(window, 0.5),
      "-": () => zoomed(window, 2),
      "0": () => WHOLE,
      ArrowLeft: () => moved(window, -0.2),
      ArrowRight: () => moved(window, 0.2),
    };
    const change = next[event.key];
    if (!change || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onWindow(change());
  };

  return (
    <div
      ref={box}
      class="strip"
      tabIndex={0}
      role="group"
      aria-label="Map of the address space; plus and minus zoom, arrows move"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        drag.current = { x: event.clientX, window, hasMoved: false };
      }}
      onPointerMove={(event) => {
        const { current } = drag;
        if (!current || event.buttons === 0) return;
        const distance = event.clientX - current.x;
        if (Math.abs(distance) > 4) current.hasMoved = true;
        if (current.hasMoved) onWindow(moved(current.window, -distance / width));
      }}
      onPointerUp={(event) => {
        const wasClick = drag.current && !drag.current.hasMoved;
        drag.current = undefined;
        if (!wasClick) return;
        const place = toPixels.invert(event.clientX - (box.current?.getBoundingClientRect().left ?? 0));
        const index = nearest(drawn, place);
        if (index !== undefined) onChoose(index);
      }}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <Patterns />
        {drawn.map(({ index, from, to, kind }) => {
          const [left, right] = [toPixels(from), toPixels(to)];
          if (index === undefined) return <Gap key={from} left={left} right={right} />;
          const { name } = mappings[index] as MappingRow;
          const breadth = Math.max(1.5, right - left);
          const share = shares.get(index);
          return (
            <g key={from} class={`mapping kind-${kind ?? mappings[index]?.kind}${index === chosen ? " chosen" : ""}`}>
              <title>{`${hex((mappings[index] as MappingRow).start)} ${name || mappings[index]?.kind}`}</title>
              <rect class="ground" x={left} y={BANDS.top} width={breadth} height={BANDS.middle - BANDS.top} />
              <rect class="pattern" x={left} y={BANDS.top} width={breadth} height={BANDS.middle - BANDS.top} />
              <rect
                class={share ? "pages" : "pages pending"}
                x={left}
                y={BANDS.middle + 3}
                width={breadth}
                height={BANDS.bottom - BANDS.middle - 3}
              />
              {share && <path class="present" d={presentPath(share, left, breadth)} />}
              {breadth > NAMED && (
                <text x={Math.max(left, 0) + 5} y={BANDS.top + 16}>
                  {short(
                    name.replace(/^.*\//, "") || (mappings[index] as MappingRow).kind,
                    (Math.min(right, width) - Math.max(left, 0) - 8) / 7,
                  )}
                </text>
              )}
              {index === chosen && (
                <rect
                  class="frame"
                  x={left - 1}
                  y={BANDS.top - 3}
                  width={breadth + 2}
                  height={BANDS.bottom - BANDS.top + 6}
                  rx={2}
                />
              )}
            </g>
          );
        })}
        {ranges.length > 0 && answer.status === "pending" && (
          <text class="tick waiting" x={width - 4} y={BANDS.top} text-anchor="end">
            reading which pages are in the image…
          </text>
        )}
        <Ticks {...{ drawn, mappings, toPixels, width }} />
      </svg>
    </div>
  );
}

interface Drawn extends Segment {
  /** Kind of the mapping. */
  readonly kind?: MappingKind;
}

/** The segments in sight; neighbours without a pixel of their own are left out. */
function inSight(segments: readonly Segment[], { from, to }: Window, width: number): Drawn[] {
  if (width === 0) return [];
  const pixel = (to - from) / width;
  const drawn: Drawn[] = [];
  let behind = Number.NEGATIVE_INFINITY;
  for (const segment of segments) {
    if (segment.to < from || segment.from > to || drawn.length >= MAX_DRAWN) continue;
    if (segment.to < behind + pixel / 2) continue;
    drawn.push(segment);
    behind = segment.to;
  }
  return drawn;
}

/** The value after it did not change for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 60);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function nearest(drawn: readonly Drawn[], place: number): number | undefined {
  let best: Drawn | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const one of drawn) {
    if (one.index === undefined) continue;
    const away = place < one.from ? one.from - place : place > one.to ? place - one.to : 0;
    if (away < distance) [best, distance] = [one, away];
  }
  return best?.index;
}

/** A rectangle for each run of parts with pages in the image; lower where only some pages of a part are. */
function presentPath(shares: Uint8Array, left: number, breadth: number): string {
  const part = breadth / shares.length;
  const room = BANDS.bottom - BANDS.middle - 3;
  let path = "";
  for (let i = 0; i < shares.length; ) {
    const share = shares[i] as number;
    let end = i + 1;
    while (end < shares.length && shares[end] === share) end++;
    if (share > 0) {
      const height = Math.max(4, (share / 255) * room);
      path += `M${left + i * part} ${BANDS.bottom}V${BANDS.bottom - height}H${left + end * part}V${BANDS.bottom}Z`;
    }
    i = end;
  }
  return path;
}

/** A break in the line. */
function Gap({ left, right }: { readonly left: number; readonly right: number }) {
  if (right - left < 4) return null;
  const middle = (left + right) / 2;
  const [top, bottom] = [BANDS.top + 6, BANDS.bottom - 6];
  const step = (bottom - top) / 4;
  return <path class="gap" d={`M${middle} ${top}l-2 ${step}l4 ${step}l-4 ${step}l2 ${step}`} />;
}

interface TicksProps {
  readonly drawn: readonly Drawn[];
  readonly mappings: readonly MappingRow[];
  readonly toPixels: (place: number) => number;
  readonly width: number;
}

/** Addresses below the mappings, as many as there is room for. */
function Ticks({ drawn, mappings, toPixels, width }: TicksProps) {
  const ticks: { left: number; text: string }[] = [];
  let behind = 0;
  for (const { index, from } of drawn) {
    if (index === undefined) continue;
    const left = Math.max(0, toPixels(from));
    const text = hex((mappings[index] as MappingRow).start);
    const room = text.length * 6.8 + 12;
    if (left < behind || left + room > width) continue;
    ticks.push({ left, text });
    behind = left + room;
  }
  return (
    <>
      {ticks.map(({ left, text }) => (
        <text key={left} class="tick" x={left} y={HEIGHT - 6}>
          {text}
        </text>
      ))}
    </>
  );
}

function short(text: string, room: number): string {
  const most = Math.max(1, Math.floor(room));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
