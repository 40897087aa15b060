/** One line of bytes. */
import { asciiText, hexText } from "../../parts/byte-text.js";
import { hexDigits } from "../../parts/numbers.js";
import type { Line, LineSpan } from "./spans.js";

/** Some bytes of a record with one meaning. */
export interface Mark {
  readonly row: number;
  readonly place: number;
}

interface HexLineProps {
  readonly offset: number;
  /** Bytes of a full line. */
  readonly width: number;
  /** Undefined if it has not arrived yet. */
  readonly line: Line | undefined;
  /** What the pointer is on. */
  readonly marked: Mark | undefined;
  /** Offset of the cursor. */
  readonly cursor: number;
  /** Digits of an offset. */
  readonly digits: number;
}

export function HexLine({ offset, width, line, marked, cursor, digits }: HexLineProps) {
  const spans = line?.spans.flatMap((span) => aroundCursor(span, cursor)) ?? [];
  const [first] = line?.begins ?? [];
  const missing = width - spans.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return (
    <div class="line" data-offset={offset}>
      <span class="offset">{hexDigits(offset, digits)}</span>
      <span class="bytes">
        <Spans spans={spans} text={hexText} classOf={(span) => classOf(span, marked, cursor)} />
        {missing > 0 && "   ".repeat(missing)}
      </span>
      <span class="ascii">
        <Spans spans={spans} text={asciiText} classOf={(span) => classOf(span, marked, cursor)} />
        {missing > 0 && " ".repeat(missing)}
      </span>
      <span class="record">
        {first && (
          <>
            <strong>{first.name}</strong> {first.label}
            {line && line.begins.length > 1 ? ` +${line.begins.length - 1}` : ""}
          </>
        )}
      </span>
    </div>
  );
}

interface SpansProps {
  readonly spans: readonly LineSpan[];
  readonly text: (bytes: Uint8Array) => string;
  readonly classOf: (span: LineSpan) => string;
}

function Spans({ spans, text, classOf }: SpansProps) {
  return (
    <>
      {spans.map((span) => (
        <span
          key={span.start}
          class={classOf(span)}
          data-row={span.row}
          data-place={span.place}
          data-start={span.start}
        >
          {text(span.bytes)}
        </span>
      ))}
    </>
  );
}

/** Divides a span at the byte of the cursor. */
function aroundCursor(span: LineSpan, cursor: number): LineSpan[] {
  const { start, end, bytes } = span;
  if (cursor < start || cursor >= end || end - start === 1) return [span];
  const cuts = [start, cursor, cursor + 1, end];
  return cuts.slice(1).flatMap((to, i) => {
    const from = cuts[i] as number;
    return from < to ? [{ ...span, start: from, end: to, bytes: bytes.subarray(from - start, to - start) }] : [];
  });
}

/** Number of tints that neighbouring fields take in turn. */
const TINTS = 6;

function classOf({ kind, row, place, start, end }: LineSpan, marked: Mark | undefined, cursor: number): string {
  const names = [kind === "field" ? `tint${place % TINTS}` : kind];
  if (marked && row >= 0 && marked.row === row && marked.place === place) names.push("marked");
  if (cursor >= start && cursor < end && end - start === 1) names.push("cursor");
  return names.join(" ");
}
