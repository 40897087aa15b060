/** Memory of a process by address, as bytes and as text. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { MappingRow } from "../engine/questions/mappings.js";
import type { MemoryPart } from "../engine/questions/memory.js";
import type { SpaceRow } from "../engine/questions/spaces.js";
import { Blocks } from "../parts/blocks.js";
import { asciiText, hexText } from "../parts/byte-text.js";
import { byteCount, hex } from "../parts/numbers.js";
import { chosenSpace, SpaceChoice } from "../parts/space-choice.js";
import { VirtualRows } from "../parts/virtual-rows.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address, adjust, numberIn, route } from "../state/route.js";
import { ask, session } from "../state/session.js";
import { useLineWidth } from "./hex/line-width.js";
import type { View } from "./view.js";

export const memory: View = { name: "memory", title: "Memory", group: "Tasks", ofTask: true, component: Memory };

const ROW_HEIGHT = 22;

/** Bytes that are asked for together; a multiple of the length of every line. */
const BLOCK = 4096;

function Memory() {
  const spaces = useAnswer("spaces", null);
  return (
    <Wait of={spaces}>
      {(all) => {
        const space = chosenSpace(all);
        return space ? (
          <Space key={space.objref} spaces={all} space={space} />
        ) : (
          <>
            <div class="bar">
              <h1>Memory</h1>
            </div>
            <p class="none">There are no address spaces in this image.</p>
          </>
        );
      }}
    </Wait>
  );
}

function Space({ spaces, space }: { readonly spaces: readonly SpaceRow[]; readonly space: SpaceRow }) {
  const mappings = useAnswer("mappings", { space: space.objref });
  return (
    <>
      <div class="bar">
        <h1>Memory</h1>
        <SpaceChoice spaces={spaces} chosen={space} />
        <GoTo />
        <Find space={space.objref} />
      </div>
      <Wait of={mappings}>{(all) => <Lines space={space} mappings={all} />}</Wait>
    </>
  );
}

/** A row above the lines of each mapping names it. */
interface Section {
  readonly mapping: MappingRow;
  /** Row with its name. */
  readonly first: number;
  readonly lines: number;
}

function sectionsOf(mappings: readonly MappingRow[], width: number): { sections: Section[]; count: number } {
  const sections: Section[] = [];
  let count = 0;
  for (const mapping of mappings) {
    if (mapping.end <= mapping.start) continue;
    // Beyond this, rows could not be counted exactly.
    const lines = Math.min(Number((mapping.end - mapping.start) / BigInt(width)), 2 ** 44);
    sections.push({ mapping, first: count, lines });
    count += lines + 1;
  }
  return { sections, count };
}

function Lines({ space, mappings }: { readonly space: SpaceRow; readonly mappings: readonly MappingRow[] }) {
  const width = useLineWidth();
  const { sections, count } = useMemo(() => sectionsOf(mappings, width), [mappings, width]);
  const blocks = useMemo(
    () => new Blocks((i) => ask("memoryAt", { space: space.objref, start: BigInt(i) * BigInt(BLOCK), length: BLOCK })),
    [space.objref, session.value],
  );
  const wanted = numberIn(route.value.parameters.address);
  const length = Number(numberIn(route.value.parameters.length) ?? 1n);
  const top = useMemo(() => signal(0), []);
  useEffect(() => {
    if (wanted === undefined) return;
    const row = rowOf(sections, wanted, width);
    if (row !== undefined) top.value = Math.max(0, row - 3);
  }, [wanted, sections, width, top]);
  const digits = (mappings.at(-1)?.end ?? 0n).toString(16).length;
  if (count === 0) return <p class="none">This address space has no mappings.</p>;
  return (
    <div class="hex">
      <VirtualRows count={count} rowHeight={ROW_HEIGHT} top={top} label="Memory by address">
        {(first, inSight) =>
          Array.from({ length: inSight }, (_, i) => {
            const section = sections[sectionAt(sections, first + i)] as Section;
            const line = first + i - section.first - 1;
            if (line < 0) return <Title key={first + i} mapping={section.mapping} />;
            const start = section.mapping.start + BigInt(line * width);
            const block = blocks.at(Number(start / BigInt(BLOCK)));
            return (
              <MemoryLine key={first + i} {...{ start, width, block, digits, wanted, length }} isFirst={line === 0} />
            );
          })
        }
      </VirtualRows>
    </div>
  );
}

/** Position of the section with a row. */
function sectionAt(sections: readonly Section[], row: number): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sections[middle] as Section).first <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The row of an address; if it is not mapped, of the mapping after it. */
function rowOf(sections: readonly Section[], wanted: bigint, width: number): number | undefined {
  const section = sections.find(({ mapping }) => wanted < mapping.end) ?? sections.at(-1);
  if (!section) return undefined;
  const { mapping, first } = section;
  if (wanted < mapping.start || wanted >= mapping.end) return first;
  return first + 1 + Number((wanted - mapping.start) / BigInt(width));
}

function Title({ mapping: { start, end, permissions, kind, name } }: { readonly mapping: MappingRow }) {
  return (
    <div class="line mapping-title">
      <span class={`swatch kind-${kind}`} />
      <strong>{name === "" ? kind : name}</strong> <span class="faint">{kind}</span> <code>{permissions}</code>{" "}
      <span class="faint">
        {hex(start)}–{hex(end)}, {byteCount(end - start)}
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
  const bytes = part?.bytes?.subarray(from, from + width);
  const isNew = isFirst || (part && start - BigInt(width) < part.start);
  const marks =
    wanted === undefined ? [0, 0] : [clamp(wanted - start, width), clamp(wanted + BigInt(length) - start, width)];
  const [a = 0, b = 0] = marks;
  return (
    <div class="line">
      <span class="offset">{start.toString(16).padStart(digits, "0")}</span>
      {bytes ? (
        <>
          <span class={part?.offset === undefined ? "bytes absent" : "bytes"}>
            {hexText(bytes.subarray(0, a))}
            {a < b && <mark>{hexText(bytes.subarray(a, b))}</mark>}
            {hexText(bytes.subarray(b))}
          </span>
          <span class={part?.offset === undefined ? "ascii absent" : "ascii"}>
            {asciiText(bytes.subarray(0, a))}
            {a < b && <mark>{asciiText(bytes.subarray(a, b))}</mark>}
            {asciiText(bytes.subarray(b))}
          </span>
        </>
      ) : (
        <>
          <span class="bytes absent">{part ? "-- ".repeat(width) : "   ".repeat(width)}</span>
          <span class="ascii absent">{" ".repeat(width)}</span>
        </>
      )}
      <span class="record">
        {part &&
          isNew &&
          (part.offset === undefined ? (
            part.where
          ) : (
            <a href={address("hex", { at: hex(part.offset + from) })}>offset {hex(part.offset + from)}</a>
          ))}
      </span>
    </div>
  );
}

function clamp(value: bigint, most: number): number {
  return value < 0n ? 0 : value > BigInt(most) ? most : Number(value);
}

function GoTo() {
  const [text, setText] = useState<string | undefined>();
  const wanted = text === undefined ? undefined : numberIn(text.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined) adjust({ address: hex(wanted), length: undefined });
        setText(undefined);
      }}
    >
      <label class="choice">
        Address
        <input
          value={text ?? route.value.parameters.address ?? ""}
          placeholder="0x8048000"
          spellcheck={false}
          aria-invalid={text !== undefined && text.trim() !== "" && wanted === undefined}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onBlur={() => setText(undefined)}
        />
      </label>
    </form>
  );
}

function Find({ space }: { readonly space: number }) {
  const [query, setQuery] = useState("");
  const [outcome, setOutcome] = useState("");
  const find = async (event: Event) => {
    event.preventDefault();
    if (query.trim() === "") return;
    setOutcome("searching…");
    const before = numberIn(route.peek().parameters.address);
    try {
      const next = await ask("findInMemory", { space, query, from: before === undefined ? 0n : before + 1n });
      const found = next ?? (before === undefined ? undefined : await ask("findInMemory", { space, query, from: 0n }));
      setOutcome(found ? (next ? "" : "from the start again") : "not in the image");
      if (found) adjust({ address: hex(found.address), length: String(found.length) });
    } catch (error) {
      setOutcome((error as Error).message);
    }
  };
  return (
    <form class="go" role="search" onSubmit={find}>
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
      <button type="submit">Next</button>
      <span class="faint" role="status">
        {outcome}
      </span>
    </form>
  );
}
