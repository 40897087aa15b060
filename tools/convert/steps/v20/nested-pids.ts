/** v20-a: nested pid namespaces. For a week, the entries of the pid array had two other numbers, and a record counted the nested pids. */

import type { Values } from "../../../write/keyed-codec.js";
import type { Items } from "../../content.js";
import { type GroupNode, isRecord, type RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

const ENTRY = "ckpt_task_pids";

/** Number of pids of nested namespaces that an array announces. */
function nestedPids(entries: Items): number {
  let count = 0;
  for (const { depth } of entries.each()) count += Number(depth ?? 0);
  return count;
}

/** Inserts the count of nested pids after the pid array if it is missing. */
function withCount(way: Crossing, group: GroupNode): GroupNode {
  return group.with(function* () {
    let count: RecordNode | undefined;
    for (const node of group.each()) {
      if (count && !isRecord(node, "VPIDS")) yield counted(way, count);
      // After the next boundaries the entries may have no depths.
      count = isRecord(node, "pids")
        ? way.record("VPIDS", { fields: { nr_vpids: nestedPids(way.items(node, ENTRY)) } })
        : undefined;
      yield node;
    }
    if (count) yield counted(way, count);
  });
}

function counted(way: Crossing, count: RecordNode): RecordNode {
  way.worked();
  return count;
}

/** Sets `rsid`, the session that the checkpointing process saw, to `vsid`, the session in the root task's namespace. */
function withRealSession(way: Crossing, record: RecordNode): void {
  const entries = way.items(record, ENTRY);
  record.parts.payload = {
    ...entries,
    *each() {
      for (const entry of entries.each()) yield { ...entry, rsid: entry.vsid };
    },
  };
}

function withoutRealSession(way: Crossing, record: RecordNode): void {
  const entries = way.items(record, ENTRY);
  let index = 0;
  for (const { rsid, vsid } of entries.each()) {
    if (rsid !== vsid)
      way.lose(
        record,
        `pids[${index}].rsid`,
        rsid,
        `${way.after.abi.target.version} keeps the session of the root task's namespace only`,
      );
    index++;
  }
  record.parts.payload = { ...entries, each: () => map(entries, ({ rsid: _, ...entry }) => entry) };
}

function* map(entries: Items, make: (entry: Values) => Values): Generator<Values> {
  for (const entry of entries.each()) yield make(entry);
}

/**
 * Handlers that compare the count of nested pids: on one side the depths of the tasks announce it, on the other the count.
 *
 * @returns handlers of the pid array and of the record with the count, which follows it
 */
function compared(way: Crossing, change: (record: RecordNode) => void, leave: (record: RecordNode) => undefined | []) {
  let right = 0;
  return {
    pids(record: RecordNode): undefined {
      right = nestedPids(way.items(record, ENTRY));
      change(record);
    },
    VPIDS(record: RecordNode): undefined | [] {
      const found = record.number("nr_vpids");
      if (found !== right)
        way.refuse(record, "nr_vpids", found, `the depths of the tasks add up to ${right} nested pids`);
      return leave(record);
    },
  };
}

export const nestedPidCount: ConversionStep = {
  id: "nested-pid-count",
  title: "count the pids of nested namespaces in a record",
  since: "v20-a",
  forward: (way) => ({
    records: { pids: (record) => withRealSession(way, record) as undefined },
    rules: { image: (group) => withCount(way, group) },
  }),
  backward: (way) => ({
    records: {
      VPIDS(record) {
        way.worked();
        const nested = record.number("nr_vpids");
        if (nested > 0) way.refuse(record, "nr_vpids", nested, "v19 has no tasks in nested pid namespaces");
        return [];
      },
      vpids: () => [],
      pids: (record) => withoutRealSession(way, record) as undefined,
    },
  }),
};

export const shortPidEntries: ConversionStep = {
  id: "short-pid-entries",
  title: "leave out the session that the checkpointing process saw",
  since: "v20-b",
  forward: (way) => ({
    records: compared(
      way,
      (record) => {
        way.worked();
        withoutRealSession(way, record);
      },
      () => undefined,
    ),
  }),
  backward: (way) => ({
    records: compared(
      way,
      (record) => {
        way.worked();
        withRealSession(way, record);
      },
      () => undefined,
    ),
    rules: { image: (group) => withCount(way, group) },
  }),
};

export const noNestedPidCount: ConversionStep = {
  id: "no-nested-pid-count",
  title: "leave the count of nested pids to the depths of the tasks",
  since: "v20-c",
  forward: (way) => ({
    records: compared(
      way,
      () => {},
      () => {
        way.worked();
        return [];
      },
    ),
  }),
  backward: (way) => ({ rules: { image: (group) => withCount(way, group) } }),
};
