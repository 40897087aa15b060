/** Address spaces drawn to scale, with the list of their mappings. */
import { useMemo, useState } from "preact/hooks";
import type { MappingKind, MappingRow } from "../../engine/questions/mappings.js";
import type { SpaceRow } from "../../engine/questions/spaces.js";
import { byteCount, grouped, hex } from "../../parts/numbers.js";
import { OfSpace, SpaceChoice } from "../../parts/space-choice.js";
import { Wait } from "../../parts/wait.js";
import { useAnswer } from "../../state/answer.js";
import { address, adjust, numberIn, route } from "../../state/route.js";
import { session } from "../../state/session.js";
import type { View } from "../view.js";
import { type Segment, segmentsOf, WHOLE, type Window, zoomed } from "./scale.js";
import { Strip } from "./strip.js";

export const maps: View = { name: "maps", title: "Address space", group: "Tasks", ofTask: true, component: Maps };

function Maps() {
  return (
    <OfSpace title="Address space">
      {(space, all) => (
        <>
          <div class="bar">
            <h1>Address space</h1>
            <SpaceChoice spaces={all} chosen={space} />
          </div>
          <Space key={space.objref} space={space} />
        </>
      )}
    </OfSpace>
  );
}

function Space({ space }: { readonly space: SpaceRow }) {
  const answer = useAnswer("mappings", { space: space.objref });
  return <Wait of={answer}>{(mappings) => <SpaceMap space={space} mappings={mappings} />}</Wait>;
}

/** Maximum number of mappings in the list. */
const MAX_LISTED = 500;

function SpaceMap({ space, mappings }: { readonly space: SpaceRow; readonly mappings: readonly MappingRow[] }) {
  const segments = useMemo(() => segmentsOf(mappings), [mappings]);
  const [window, setWindow] = useState<Window>(WHOLE);
  const { value: current } = session;
  const pageSize = current.status === "open" ? current.summary.pageSize : 4096;
  const chosen = chosenMapping(mappings);
  const choose = (index: number) => adjust({ address: hex((mappings[index] as MappingRow).start) });
  const shown = segments.filter(({ index, from, to }) => index !== undefined && to >= window.from && from <= window.to);
  const isZoomed = window.to - window.from < 1;
  return (
    <>
      <p class="sum">
        {space.executable !== undefined && <strong>{space.executable}</strong>} {grouped(mappings.length)} mappings,{" "}
        {byteCount(space.size)} of addresses, {byteCount(space.present)} in the image
      </p>
      <div class="tools">
        <button type="button" onClick={() => setWindow(zoomed(window, 0.5))}>
          Zoom in
        </button>
        <button type="button" disabled={!isZoomed} onClick={() => setWindow(zoomed(window, 2))}>
          Zoom out
        </button>
        <button type="button" disabled={!isZoomed} onClick={() => setWindow(WHOLE)}>
          Whole
        </button>
        {chosen !== undefined && (
          <button type="button" onClick={() => setWindow(around(segments, chosen))}>
            Zoom to the chosen mapping
          </button>
        )}
      </div>
      <Strip
        {...{ space: space.objref, pageSize, mappings, segments, window, chosen }}
        onWindow={setWindow}
        onChoose={choose}
      />
      <Legend mappings={mappings} />
      <List
        space={space.objref}
        mappings={mappings}
        shown={shown.slice(0, MAX_LISTED)}
        chosen={chosen}
        onChoose={choose}
      />
      {shown.length > MAX_LISTED && (
        <p class="faint">and {grouped(shown.length - MAX_LISTED)} more; zoom in to list them</p>
      )}
    </>
  );
}

function chosenMapping(mappings: readonly MappingRow[]): number | undefined {
  const wanted = numberIn(route.value.parameters.address);
  if (wanted === undefined) return undefined;
  const index = mappings.findIndex(({ start, end }) => wanted >= start && wanted < end);
  return index < 0 ? undefined : index;
}

/** The part of the line that a mapping takes half of. */
function around(segments: readonly Segment[], index: number): Window {
  const segment = segments.find((one) => one.index === index);
  if (!segment) return WHOLE;
  const { from, to } = segment;
  return zoomed({ from, to }, 2);
}

const KINDS: readonly MappingKind[] = ["file", "anonymous", "shared", "heap", "stack", "kernel", "unknown"];

function Legend({ mappings }: { readonly mappings: readonly MappingRow[] }) {
  return (
    <ul class="legend">
      {KINDS.map((kind) => {
        const own = mappings.filter((mapping) => mapping.kind === kind);
        if (own.length === 0) return null;
        const size = own.reduce((sum, { start, end }) => sum + (end > start ? end - start : 0n), 0n);
        return (
          <li key={kind}>
            <Swatch kind={kind} /> {kind} <span class="faint">{byteCount(size)}</span>
          </li>
        );
      })}
      <li>
        <span class="swatch in-image" /> page in the image
      </li>
    </ul>
  );
}

function Swatch({ kind }: { readonly kind: MappingKind }) {
  return (
    <svg class={`swatch mapping kind-${kind}`} width="14" height="14" aria-hidden="true">
      <rect class="ground" width="14" height="14" />
      <rect class="pattern" width="14" height="14" />
    </svg>
  );
}

interface ListProps {
  readonly space: number;
  readonly mappings: readonly MappingRow[];
  readonly shown: readonly Segment[];
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
}

function List({ space, mappings, shown, chosen, onChoose }: ListProps) {
  return (
    <div class="table mappings" tabIndex={0} role="region" aria-label="Mappings">
      <table>
        <thead>
          <tr>
            <th scope="col">addresses</th>
            <th scope="col" class="number">
              size
            </th>
            <th scope="col" class="number">
              in image
            </th>
            <th scope="col">mode</th>
            <th scope="col">kind</th>
            <th scope="col">name</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ index }) => {
            const mapping = mappings[index as number] as MappingRow;
            const { start, end, permissions, kind, name, present, offset } = mapping;
            return (
              <tr key={index} class={index === chosen ? "chosen" : ""} onClick={() => onChoose(index as number)}>
                <td data-title="addresses">
                  <a href={address("memory", { space: String(space), address: hex(start) })}>
                    <code>
                      {hex(start)}–{hex(end)}
                    </code>
                  </a>
                </td>
                <td class="number" data-title="size">
                  {byteCount(end > start ? end - start : 0n)}
                </td>
                <td class="number" data-title="in image">
                  {present === 0 ? <span class="faint">–</span> : byteCount(present)}
                </td>
                <td data-title="mode">
                  <code>{permissions}</code>
                </td>
                <td data-title="kind" class="kind">
                  <span>
                    <Swatch kind={kind} /> {kind}
                  </span>
                </td>
                <td data-title="name" class={name === "" ? "name empty" : "name"}>
                  <span>
                    {name}
                    {offset !== undefined && offset > 0n && <span class="faint"> + {hex(offset)}</span>}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
