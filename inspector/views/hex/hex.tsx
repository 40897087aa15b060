/** The bytes of the image, each with its meaning. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { PlaceDetails, RecordDetails } from "../../engine/questions/record.js";
import { Blocks } from "../../parts/blocks.js";
import { GoTo } from "../../parts/go-to.js";
import { hex, hexDigits } from "../../parts/numbers.js";
import { VirtualRows } from "../../parts/virtual-rows.js";
import { Failure } from "../../parts/wait.js";
import { useAnswer } from "../../state/answer.js";
import { adjust, numberIn, route } from "../../state/route.js";
import { ask, session } from "../../state/session.js";
import type { View } from "../view.js";
import { byteUnder, stepOf } from "./cursor.js";
import { HexLine, type Mark } from "./line.js";
import { useLineWidth } from "./line-width.js";
import { RecordPanel } from "./record-panel.js";
import { BLOCK, lineAt } from "./spans.js";

export const hexView: View = { name: "hex", title: "Hex", group: "Bytes", component: Hex };

const ROW_HEIGHT = 22;

function Hex() {
  const { value: current } = session;
  const size = current.status === "open" ? current.summary.size : 0;
  const width = useLineWidth();
  const lines = Math.ceil(size / width);
  const digits = Math.max(4, hexDigits(size).length);
  const [marked, setMarked] = useState<Mark | undefined>();
  const blocks = useMemo(
    () => new Blocks((i) => ask("bytesAt", { offset: i * BLOCK, length: BLOCK })),
    [session.value],
  );

  const { at, object } = route.value.parameters;
  useObject(object);
  const cursor = Math.max(0, Math.min(Number(numberIn(at) ?? 0n), size - 1));
  const top = useMemo(() => signal(Math.max(0, Math.floor(cursor / width) - 4)), [width, session.value]);
  const record = useAnswer("record", size > 0 ? { offset: cursor } : undefined);
  const known = useLast(record.status === "done" ? record.value : undefined, record.status === "pending");

  const other = useAnswer("record", marked && marked.row !== known?.row ? { row: marked.row } : undefined);
  const under = marked && (marked.row === known?.row ? known : other.status === "done" ? other.value : undefined);
  const pointed = under && { record: under, place: under.places.find(({ place }) => place === marked?.place) };

  /** Brings the line of the cursor into sight, if it is not. */
  const [inSight, setInSight] = useState(20);
  useEffect(() => {
    const line = Math.floor(cursor / width);
    const first = top.peek();
    if (line < first) top.value = Math.max(0, line - (first - line > inSight ? 4 : 0));
    else if (line > first + inSight - 2) top.value = line - (line - first > 2 * inSight ? 4 : inSight - 2);
  }, [cursor, width, inSight, top]);

  const go = (offset: number) => adjust({ at: hex(Math.max(0, Math.min(offset, size - 1))), object: undefined });

  const read = async (text: string) => {
    const offset = numberIn(text);
    if (offset === undefined) throw new Error(`${JSON.stringify(text)} is not an offset such as 0x3f0 or 1008`);
    if (offset >= BigInt(size)) throw new Error(`the image ends at ${hex(size)}`);
    return offset;
  };

  const onKeyDown = (event: KeyboardEvent, rows: number) => {
    if (rows !== inSight) setInSight(rows);
    const edges: Readonly<Record<string, number>> = {
      Home: event.ctrlKey ? 0 : cursor - (cursor % width),
      End: event.ctrlKey ? size - 1 : cursor - (cursor % width) + width - 1,
    };
    const step = stepOf(event, width, rows);
    const next = step === undefined ? edges[event.key] : cursor + step;
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  };

  const spanOf = (target: EventTarget | null) =>
    (target as Element | null)?.closest<HTMLElement>("[data-start]") ?? undefined;
  const onPointerMove = ({ target }: PointerEvent) => {
    const span = spanOf(target);
    const row = Number(span?.dataset.row ?? -1);
    const place = Number(span?.dataset.place ?? 0);
    if (row < 0) setMarked(undefined);
    else if (marked?.row !== row || marked.place !== place) setMarked({ row, place });
  };
  const onPointerUp = ({ target, clientX }: PointerEvent) => {
    const span = spanOf(target);
    if (!span) return;
    go(Number(span.dataset.start) + byteUnder(span, clientX));
  };

  return (
    <>
      <div class="bar">
        <h1>Hex</h1>
        <GoTo label="Offset" value={hex(cursor)} read={read} onGo={(place) => go(Number(place))} />
        <Meaning of={pointed} />
      </div>
      <Failure of={blocks.failure.value} />
      <div class="split fill">
        <div
          class="hex"
          onPointerMove={onPointerMove}
          onPointerLeave={() => setMarked(undefined)}
          onPointerUp={onPointerUp}
        >
          <VirtualRows count={lines} rowHeight={ROW_HEIGHT} top={top} label="Bytes of the image" onKeyDown={onKeyDown}>
            {(first, count) =>
              Array.from({ length: count }, (_, i) => {
                const offset = (first + i) * width;
                const line = lineAt(blocks, offset, width);
                return <HexLine key={offset} {...{ offset, width, line, marked, cursor, digits }} />;
              })
            }
          </VirtualRows>
        </div>
        {known ? (
          <RecordPanel
            record={known}
            cursor={cursor}
            byte={lineAt(blocks, cursor, 1)?.spans[0]?.bytes}
            marked={marked}
            onMark={setMarked}
            onGo={go}
          />
        ) : (
          record.status === "done" && (
            <aside class="panel" aria-label="Record at the cursor">
              <p class="none">
                These bytes were not read as a record: they follow the end of the image, or its damage.
              </p>
            </aside>
          )
        )}
      </div>
    </>
  );
}

/** The value, or the last one while the next is pending, so that nothing flickers. */
function useLast<T>(value: T | undefined, isPending: boolean): T | undefined {
  const [last, setLast] = useState(value);
  useEffect(() => {
    if (!isPending) setLast(value);
  }, [value, isPending]);
  return isPending ? last : value;
}

/** Goes to an object that the address names by its number. */
function useObject(object: string | undefined): void {
  const number = numberIn(object);
  const answer = useAnswer("objectRow", number === undefined ? undefined : { objref: Number(number) });
  const offset = answer.status === "done" ? answer.value?.offset : undefined;
  useEffect(() => {
    if (offset !== undefined) adjust({ at: hex(offset), object: undefined });
  }, [offset]);
}

interface MeaningProps {
  readonly of: { readonly record: RecordDetails; readonly place: PlaceDetails | undefined } | undefined;
}

/** What the bytes under the pointer are, in one line, so that nothing moves. */
function Meaning({ of }: MeaningProps) {
  if (!of?.place) return null;
  const { record, place } = of;
  const text = [`${record.name}.${place.name}`, place.type, `= ${place.value}`].filter((part) => part !== undefined);
  return (
    <p class="pointed" title={place.doc}>
      <strong>{text.join(" ")}</strong> {place.doc !== undefined && <span class="faint">{place.doc}</span>}
    </p>
  );
}
