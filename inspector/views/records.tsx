/** The records of the image, under the rules of the grammar that explain them. */
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { RecordRow } from "../engine/questions/record-rows.js";
import { Blocks } from "../parts/blocks.js";
import { byteCount, grouped, hex } from "../parts/numbers.js";
import { VirtualRows } from "../parts/virtual-rows.js";
import { Failure } from "../parts/wait.js";
import { address, numberIn, route } from "../state/route.js";
import { ask, session } from "../state/session.js";
import type { View } from "./view.js";

export const records: View = { name: "records", title: "Records", group: "Bytes", component: Records };

const ROW_HEIGHT = 24;

/** Rows that are asked for together. */
const BLOCK = 64;

function Records() {
  const { value: current } = session;
  const { rows, records: count } = current.status === "open" ? current.summary : { rows: 0, records: 0 };
  const blocks = useMemo(
    () => new Blocks((i) => ask("recordRows", { first: i * BLOCK, count: BLOCK })),
    [session.value],
  );
  const start = Number(numberIn(route.value.parameters.row) ?? 0n);
  const top = useMemo(() => signal(Math.max(0, start - 3)), [start]);
  return (
    <>
      <div class="bar">
        <h1>Records</h1>
        <span class="faint">{grouped(count)} records, under the rules of the grammar</span>
      </div>
      <Failure of={blocks.failure.value} />
      <VirtualRows count={rows} rowHeight={ROW_HEIGHT} top={top} label="Records of the image" class="records">
        {(first, inSight) =>
          Array.from({ length: inSight }, (_, i) => {
            const row = blocks.at(Math.floor((first + i) / BLOCK))?.[(first + i) % BLOCK];
            return row ? (
              <Row key={row.row} row={row} isMarked={row.row === start && start > 0} />
            ) : (
              <div key={first + i} class="row" />
            );
          })
        }
      </VirtualRows>
    </>
  );
}

function Row({
  row: { depth, kind, name, label, offset, length, text },
  isMarked,
}: {
  readonly row: RecordRow;
  readonly isMarked: boolean;
}) {
  return (
    <a class={`row ${kind}${isMarked ? " chosen" : ""}`} href={address("hex", { at: hex(offset) })}>
      <span class="offset">{hex(offset)}</span>
      <span class="length">{byteCount(length)}</span>
      <span class="what" style={{ paddingLeft: `${Math.min(depth, 14) * 0.9}rem` }}>
        <strong>{name}</strong>
        {label !== undefined && <em>{label}</em>}
        <span class="text">{text}</span>
      </span>
    </a>
  );
}
