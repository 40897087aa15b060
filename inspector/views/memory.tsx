/** Memory of a process by address, as bytes and as text. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MappingRow } from "../engine/questions/mappings.js";
import type { MemoryPart } from "../engine/questions/memory.js";
import type { MemoryMatch, MemorySearchStep } from "../engine/questions/memory-search.js";
import type { MemorySection } from "../engine/questions/memory-sections.js";
import type { SpaceRow } from "../engine/questions/spaces.js";
import { Blocks } from "../parts/blocks.js";
import { asciiText, hexText } from "../parts/byte-text.js";
import { GoTo } from "../parts/go-to.js";
import { byteCount, hex, hexDigits, hexPairs } from "../parts/numbers.js";
import { OfSpace, SpaceChoice } from "../parts/space-choice.js";
import { chosenPid } from "../parts/task-choice.js";
import { VirtualRows } from "../parts/virtual-rows.js";
import { Failure, Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address, adjust, numberIn, route } from "../state/route.js";
import { ask, messageOf, session } from "../state/session.js";
import { byteUnder, stepOf } from "./hex/cursor.js";
import { useLineWidth } from "./hex/line-width.js";
import type { View } from "./view.js";

export const memory: View = { name: "memory", title: "Memory", group: "Tasks", ofTask: true, component: Memory };

const ROW_HEIGHT = 22;

/** Bytes that are asked for together; a multiple of the length of every line. */
const BLOCK = 4096;

function Memory() {
  return <OfSpace title="Memory">{(space, all) => <Space key={space.objref} spaces={all} space={space} />}</OfSpace>;
}

function Space({ spaces, space }: { readonly spaces: readonly SpaceRow[]; readonly space: SpaceRow }) {
  const { objref } = space;
  const mappings = useAnswer("mappings", { space: objref });
  const sections = useAnswer("memorySections", { space: objref });
  return (
    <>
      <div class="bar">
        <h1>Memory</h1>
        <SpaceChoice spaces={spaces} chosen={space} />
        <GoTo
          label="Address"
          value={route.value.parameters.address ?? ""}
          placeholder="0x8048000, [stack]+0x40 or $sp"
          read={(text) => ask("addressOf", { space: objref, pid: chosenPid(), text })}
          onGo={(place) => adjust({ address: hex(place), length: undefined })}
        />
        <Find space={space} />
      </div>
      <Wait of={mappings}>
        {(all) => <Wait of={sections}>{(parts) => <Lines space={space} mappings={all} sections={parts} />}</Wait>}
      </Wait>
    </>
  );
}

/** Rows that follow each other: the title of a mapping, the lines of bytes in the image, or one line for memory that is not there. */
interface Run {
  readonly first: number;
  readonly rows: number;
  readonly section: MemorySection;
  /** The mapping that begins with the run, whose title is the first row. */
  readonly mapping: MappingRow | undefined;
}

function runsOf(
  sections: readonly MemorySection[],
  mappings: readonly MappingRow[],
  width: number,
): { runs: Run[]; count: number } {
  const titles = new Map(mappings.map((mapping) => [mapping.start, mapping]));
  const runs: Run[] = [];
  let count = 0;
  for (const section of sections) {
    const mapping = titles.get(section.start);
    // Beyond this, rows could not be counted exactly.
    const lines =
      section.absent === undefined ? Math.min(Number((section.end - section.start) / BigInt(width)), 2 ** 44) : 1;
    const rows = lines + (mapping ? 1 : 0);
    runs.push({ first: count, rows, section, mapping });
    count += rows;
  }
  return { runs, count };
}

interface LinesProps {
  readonly space: SpaceRow;
  readonly mappings: readonly MappingRow[];
  readonly sections: readonly MemorySection[];
}

function Lines({ space, mappings, sections }: LinesProps) {
  const width = useLineWidth();
  const { runs, count } = useMemo(() => runsOf(sections, mappings, width), [sections, mappings, width]);
  const blocks = useMemo(
    () => new Blocks((i) => ask("memoryAt", { space: space.objref, start: BigInt(i) * BigInt(BLOCK), length: BLOCK })),
    [space.objref, session.value],
  );
  const wanted = numberIn(route.value.parameters.address);
  const length = Number(numberIn(route.value.parameters.length) ?? 1n);
  const top = useMemo(() => signal(0), []);
  /** Number of lines in sight, known from the first key on. */
  const [inSight, setInSight] = useState(12);
  useEffect(() => {
    if (wanted === undefined) return;
    const row = rowOf(runs, wanted, width);
    if (row < top.peek() || row > top.peek() + inSight - 2) top.value = Math.max(0, row - 3);
  }, [wanted, runs, width, inSight, top]);
  const digits = hexDigits(sections.at(-1)?.end ?? 0n).length;
  if (count === 0) return <p class="none">This address space has no mappings.</p>;
  const section = wanted === undefined ? undefined : sections.find(({ start, end }) => wanted >= start && wanted < end);

  const go = (place: bigint) => adjust({ address: hex(place < 0n ? 0n : place), length: undefined });
  const onKeyDown = (event: KeyboardEvent, rows: number) => {
    if (rows !== inSight) setInSight(rows);
    const step = stepOf(event, width, rows);
    if (step === undefined || wanted === undefined) return;
    event.preventDefault();
    go(addressAfter(sections, wanted, BigInt(step)));
  };
  const onPointerUp = ({ target, clientX }: PointerEvent) => {
    const line = (target as Element).closest<HTMLElement>("[data-address]");
    const bytes = (target as Element).closest<HTMLElement>(".bytes, .ascii");
    if (line && bytes) go(BigInt(line.dataset.address ?? 0) + BigInt(byteUnder(bytes, clientX)));
  };
  return (
    <>
      <Failure of={blocks.failure.value} />
      {wanted !== undefined && (
        <Place
          {...{ space, length, section, blocks }}
          place={wanted}
          next={sections.find(({ start }) => start > wanted)}
        />
      )}
      <div class="hex" onPointerUp={onPointerUp}>
        <VirtualRows count={count} rowHeight={ROW_HEIGHT} top={top} label="Memory by address" onKeyDown={onKeyDown}>
          {(first, inSight) =>
            Array.from({ length: inSight }, (_, i) => {
              const { section, mapping, first: start } = runs[runAt(runs, first + i)] as Run;
              const line = first + i - start - (mapping ? 1 : 0);
              if (line < 0) return <Title key={first + i} mapping={mapping as MappingRow} />;
              if (section.absent !== undefined)
                return <Absent key={first + i} section={section} digits={digits} wanted={wanted} />;
              const address = section.start + BigInt(line * width);
              const block = blocks.at(Number(address / BigInt(BLOCK)));
              return (
                <MemoryLine
                  key={first + i}
                  {...{ start: address, width, block, digits, wanted, length }}
                  isFirst={line === 0}
                />
              );
            })
          }
        </VirtualRows>
      </div>
    </>
  );
}

/** Bytes that are shown of a place, and handed to the view that changes them. */
const MAX_PLACE_BYTES = 64;

interface PlaceProps {
  readonly space: SpaceRow;
  readonly place: bigint;
  /** Number of bytes from there on. */
  readonly length: number;
  /** Undefined for an address that is not mapped. */
  readonly section: MemorySection | undefined;
  /** The first one after the place. */
  readonly next: MemorySection | undefined;
  readonly blocks: Blocks<readonly MemoryPart[]>;
}

/** What is at the address that is marked. */
function Place({ space: { tasks }, place, length, section, next, blocks }: PlaceProps) {
  if (!section)
    return (
      <p class="place faint" role="status">
        {hex(place)} is not mapped; {next ? "what follows it is shown" : "nothing after it is, and the end is shown"}.
      </p>
    );
  const part = blocks.at(Number(place / BigInt(BLOCK)))?.find(({ start, end }) => place >= start && place < end);
  const from = part ? Number(place - part.start) : 0;
  const bytes = part?.bytes.subarray(from, from + Math.min(length, MAX_PLACE_BYTES));
  const pairs = bytes && hexPairs(bytes);
  const task = tasks.find(({ pid }) => pid === chosenPid()) ?? tasks[0];
  return (
    <p class="place faint" role="status">
      <code>{hex(place)}</code>
      {section.absent !== undefined && ` ${section.absent}`}
      {part && pairs !== undefined && (
        <>
          {" · "}
          <code>{pairs}</code>
          {length > MAX_PLACE_BYTES && " …"}
          {" · "}
          <a href={address("hex", { at: hex(part.offset + from) })}>offset {hex(part.offset + from)}</a>
          {task && (
            <>
              {" · "}
              <a href={address("edit", { task: String(task.pid), address: hex(place), bytes: pairs })}>edit</a>
            </>
          )}
        </>
      )}
    </p>
  );
}

/** The mapped address so many bytes after another, or before it: what is not mapped is skipped. */
function addressAfter(sections: readonly MemorySection[], place: bigint, step: bigint): bigint {
  const wanted = place + step;
  if (sections.some(({ start, end }) => wanted >= start && wanted < end)) return wanted;
  if (step < 0n) return (sections.filter(({ end }) => end <= place).at(-1)?.end ?? place + 1n) - 1n;
  return sections.find(({ start }) => start > place)?.start ?? place;
}

/** Position of the run with a row. */
function runAt(runs: readonly Run[], row: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle] as Run).first <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The row of an address; if it is not mapped, of the memory after it. */
function rowOf(runs: readonly Run[], wanted: bigint, width: number): number {
  const run = runs.find(({ section }) => wanted < section.end) ?? runs.at(-1);
  if (!run) return 0;
  const { section, first, mapping } = run;
  if (wanted < section.start || wanted >= section.end) return first;
  const line = section.absent === undefined ? Number((wanted - section.start) / BigInt(width)) : 0;
  return first + (mapping ? 1 : 0) + line;
}

function Title({ mapping: { start, end, permissions, kind, name } }: { readonly mapping: MappingRow }) {
  return (
    <div class="line mapping-title">
      <span class={`swatch kind-${kind}`} />
      <strong>{name === "" ? kind : name}</strong> {name !== "" && <span class="faint">{kind}</span>}{" "}
      <code>{permissions}</code>{" "}
      <span class="faint">
        {hex(start)}–{hex(end)}, {byteCount(end - start)}
      </span>
    </div>
  );
}

interface AbsentProps {
  readonly section: MemorySection;
  readonly digits: number;
  readonly wanted: bigint | undefined;
}

function Absent({ section: { start, end, absent }, digits, wanted }: AbsentProps) {
  const isWanted = wanted !== undefined && wanted >= start && wanted < end;
  return (
    <div class={isWanted ? "line absent wanted" : "line absent"}>
      <span class="offset">{hexDigits(start, digits)}</span>
      <span class="why">
        {byteCount(end - start)} {absent}
      </span>
    </div>
  );
}

interface MemoryLineProps {
  readonly start: bigint;
  readonly width: number;
  /** Undefined if it has not arrived yet. */
  readonly block: readonly MemoryPart[] | undefined;
  readonly digits: number;
  /** Address to mark, and the number of bytes from there on. */
  readonly wanted: bigint | undefined;
  readonly length: number;
  readonly isFirst: boolean;
}

function MemoryLine({ start, width, block, digits, wanted, length, isFirst }: MemoryLineProps) {
  const part = block?.find((one) => start >= one.start && start < one.end);
  const from = part ? Number(start - part.start) : 0;
  const bytes = part?.bytes.subarray(from, from + width) ?? new Uint8Array(0);
  const isNew = part && (isFirst || start % BigInt(BLOCK) === 0n);
  const [a, b] =
    wanted === undefined ? [0, 0] : [clamp(wanted - start, width), clamp(wanted + BigInt(length) - start, width)];
  return (
    <div class="line" data-address={hex(start)}>
      <span class="offset">{hexDigits(start, digits)}</span>
      <span class="bytes">
        {hexText(bytes.subarray(0, a))}
        {a < b && <mark>{hexText(bytes.subarray(a, b))}</mark>}
        {hexText(bytes.subarray(b))}
      </span>
      <span class="ascii">
        {asciiText(bytes.subarray(0, a))}
        {a < b && <mark>{asciiText(bytes.subarray(a, b))}</mark>}
        {asciiText(bytes.subarray(b))}
      </span>
      <span class="record">
        {isNew && <a href={address("hex", { at: hex(part.offset + from) })}>offset {hex(part.offset + from)}</a>}
      </span>
    </div>
  );
}

function clamp(value: bigint, most: number): number {
  return value < 0n ? 0 : value > BigInt(most) ? most : Number(value);
}

/** How far a search is. */
interface Finding {
  readonly text: string;
  readonly isRunning: boolean;
  /** What this memory does not have. The rest of the image may: pipes, sockets, other processes. */
  readonly missing?: string;
}

function Find({ space: { objref: space, tasks } }: { readonly space: SpaceRow }) {
  const [query, setQuery] = useState("");
  const [outcome, setOutcome] = useState<Finding>({ text: "", isRunning: false });
  /** Identifies the search that is going on. */
  const current = useRef<object | undefined>(undefined);
  useEffect(
    () => () => {
      current.current = undefined;
    },
    [],
  );

  const find = async (event: Event) => {
    event.preventDefault();
    if (query.trim() === "") return;
    const own = {};
    current.current = own;
    const before = numberIn(route.peek().parameters.address);
    const from = before === undefined ? 0n : before + 1n;
    const end = (found: MemoryMatch | undefined, text: string) => {
      setOutcome({ text, isRunning: false });
      if (found) adjust({ address: hex(found.address), length: String(found.length) });
    };
    try {
      for (const start of from === 0n ? [0n] : [from, 0n])
        for (let next: bigint | undefined = start; next !== undefined; ) {
          // Most searches end with their first part, so Next stays where it is.
          if (next === start) setOutcome({ text: "searching…", isRunning: false });
          else setOutcome({ text: `searching at ${hex(next)}…`, isRunning: true });
          const step: MemorySearchStep = await ask("findInMemory", { space, query, from: next });
          if (current.current !== own) return;
          if (step.match) return end(step.match, start === from ? "" : "from the start again");
          next = step.next;
        }
      const [task] = tasks;
      setOutcome({ text: `not in the memory of ${task?.pid ?? "this task"}`, isRunning: false, missing: query });
    } catch (error) {
      if (current.current === own) end(undefined, messageOf(error));
    }
  };
  const stop = (event: Event) => {
    // The button becomes the one that submits before the browser looks at what it does.
    event.preventDefault();
    current.current = undefined;
    setOutcome({ text: "stopped", isRunning: false });
  };
  return (
    <form class="go" onSubmit={find}>
      <label class="choice">
        Find
        <input
          type="search"
          value={query}
          placeholder="text or de ad be ef"
          spellcheck={false}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
      </label>
      {outcome.isRunning ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="submit">Next</button>
      )}
      <span class="faint" role="status">
        {outcome.text}
        {outcome.missing !== undefined && (
          <>
            {" · "}
            <a href={address("search", { query: outcome.missing })}>search the whole image</a>
          </>
        )}
      </span>
    </form>
  );
}
