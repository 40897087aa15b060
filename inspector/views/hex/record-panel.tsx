/** The record at the cursor with its fields. */
import { useEffect, useRef } from "preact/hooks";
import type { PlaceDetails, RecordDetails } from "../../engine/questions/record.js";
import { grouped, hex, hexPairs } from "../../parts/numbers.js";
import { Reference } from "../../parts/reference.js";
import { useAnswer } from "../../state/answer.js";
import { address } from "../../state/route.js";
import type { Mark } from "./line.js";

interface RecordPanelProps {
  readonly record: RecordDetails;
  readonly cursor: number;
  /** The byte at the cursor; undefined if it has not arrived yet. */
  readonly byte: Uint8Array | undefined;
  readonly marked: Mark | undefined;
  readonly onMark: (mark: Mark | undefined) => void;
  readonly onGo: (offset: number) => void;
}

export function RecordPanel({ record, cursor, byte, marked, onMark, onGo }: RecordPanelProps) {
  const { row, offset, length, name, label, within, struct, link, places, leftOut, rawLength } = record;
  const current = places.find(({ start, end }) => cursor >= start && cursor < end);
  return (
    <aside class="panel record-panel" aria-label="Record at the cursor">
      <div class="panel-head">
        <h2>
          <Reference to={link}>{name}</Reference>
          {label !== undefined && <em> {label}</em>}
        </h2>
        <span class="steps">
          <button type="button" class="quiet" title="Record before" onClick={() => onGo(Math.max(0, offset - 1))}>
            ←<span class="hidden">Record before</span>
          </button>
          <button type="button" class="quiet" title="Next record" onClick={() => onGo(offset + length + rawLength)}>
            →<span class="hidden">Next record</span>
          </button>
        </span>
      </div>
      <p class="path">
        <a href={address("records", { row: String(row) })}>{within.join(" › ")}</a>
      </p>
      <p class="faint">
        {hex(offset)}, {grouped(length)} bytes
        {struct && (
          <>
            {" · "}
            <code>
              <Reference to={struct.link}>struct {struct.name}</Reference>
            </code>
          </>
        )}
      </p>
      <div class="at-cursor" role="status">
        {current && <Current {...current} record={offset} cursor={cursor} byte={byte} />}
      </div>
      <ul class="fields" aria-label="Fields" onPointerLeave={() => onMark(undefined)}>
        {places.map((place) => (
          <Field
            key={place.place}
            {...place}
            isCurrent={place === current}
            isMarked={marked?.row === row && marked.place === place.place}
            onEnter={() => onMark({ row, place: place.place })}
            onGo={() => onGo(place.start)}
          />
        ))}
      </ul>
      {leftOut > 0 && <p class="faint">and {grouped(leftOut)} more</p>}
    </aside>
  );
}

interface CurrentProps extends PlaceDetails, Pick<RecordPanelProps, "cursor" | "byte"> {
  /** Offset of the record. */
  readonly record: number;
}

function Current({ record, cursor, byte, ...place }: CurrentProps) {
  const { name, type, value, doc, link, enumeration, refersTo, start, end, kind } = place;
  return (
    <>
      <p>
        <strong>
          <Reference to={link}>{name}</Reference>
        </strong>{" "}
        {type !== undefined && <code>{type}</code>}
      </p>
      {(kind === "field" || kind === "payload") && <p class="value">{value}</p>}
      {doc !== undefined && <p>{doc}</p>}
      <p class="faint">
        {hex(start)}, {grouped(end - start)} {end - start === 1 ? "byte" : "bytes"}
        {enumeration && (
          <>
            {" · values: "}
            <Reference to={enumeration.link}>{enumeration.name}</Reference>
          </>
        )}
        {refersTo !== undefined && (
          <>
            {" · "}
            <a href={address("hex", { object: String(refersTo) })}>object {refersTo}</a>
          </>
        )}
        {kind === "field" && <EditField record={record} name={name} />}
        {(kind === "payload" || kind === "raw") && <EditBytes {...{ record, kind, cursor, byte }} />}
      </p>
    </>
  );
}

function EditField({ record, name }: { readonly record: number; readonly name: string }) {
  return (
    <>
      {" · "}
      <a href={address("edit", { field: `record[@${hex(record)}].${name}` })}>edit</a>
    </>
  );
}

/** For memory the address of the byte; for anything else all bytes as a field. */
function EditBytes({ record, kind, cursor, byte }: Pick<CurrentProps, "record" | "kind" | "cursor" | "byte">) {
  const answer = useAnswer("memoryPlace", { offset: cursor });
  if (answer.status !== "done") return null;
  if (!answer.value) return <EditField record={record} name={kind} />;
  const { space, pid, address: place } = answer.value;
  const task: Record<string, string> = pid === undefined ? {} : { task: String(pid) };
  return (
    <>
      {" · "}
      <a href={address("memory", { space: String(space), address: hex(place) })}>address {hex(place)}</a>
      {byte && (
        <>
          {" · "}
          <a href={address("edit", { ...task, address: hex(place), bytes: hexPairs(byte) })}>edit</a>
        </>
      )}
    </>
  );
}

interface FieldProps extends PlaceDetails {
  readonly isCurrent: boolean;
  readonly isMarked: boolean;
  readonly onEnter: () => void;
  readonly onGo: () => void;
}

function Field({ place, kind, name, value, isCurrent, isMarked, onEnter, onGo }: FieldProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const [item, list] = [button.current, button.current?.closest("ul")];
    if (!isCurrent || !item || !list) return;
    // Not scrollIntoView, which would scroll everything around the list too.
    const above = item.offsetTop - list.offsetTop;
    if (above < list.scrollTop) list.scrollTop = above;
    else if (above + item.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = above + item.offsetHeight - list.clientHeight;
  }, [isCurrent]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        class={`field ${kind}${isCurrent ? " current" : ""}${isMarked ? " marked" : ""}`}
        aria-current={isCurrent ? "true" : undefined}
        onPointerEnter={onEnter}
        onClick={onGo}
      >
        <span class={`swatch ${kind === "field" ? `tint${place % 6}` : kind}`} />
        <span class="name">{name}</span>
        <span class="value">{value}</span>
      </button>
    </li>
  );
}
