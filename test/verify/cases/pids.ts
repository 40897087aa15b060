import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const ARRAY = "v20h-tree-thread.img";
const NESTED = "v21/s390x";
const TABLE = "v23-rc2/x86_64";

export const pids: readonly Case[] = [
  {
    rule: "no-task",
    image: ARRAY,
    also: ["record-size", "unexpected-record"],
    alter: (image) => image.set(image.record("TREE"), "nr_tasks", 0),
  },
  {
    rule: "pid-invalid",
    what: "zero",
    image: ARRAY,
    also: ["pid-leader", "thread-exit-signal"],
    alter: (image) => set(image, 2, "vpid", 0),
  },
  {
    rule: "pid-invalid",
    what: "negative",
    image: ARRAY,
    also: ["pid-parent"],
    alter: (image) => set(image, 2, "vppid", -1),
  },
  {
    rule: "pid-repeated",
    image: ARRAY,
    also: ["pid-leader", "thread-exit-signal"],
    alter(image) {
      set(image, 3, "vpid", pid(image, 4, "vpid"));
      return set(image, 4, "vpid", pid(image, 4, "vpid"));
    },
  },
  {
    rule: "pid-leader",
    image: ARRAY,
    also: ["pid-parent", "process-signals"],
    alter: (image) => set(image, -1, "vtgid", 4000),
  },
  { rule: "pid-parent", image: ARRAY, alter: (image) => set(image, 3, "vppid", 4000) },
  { rule: "pid-process", image: ARRAY, alter: (image) => set(image, -1, "vpgid", 77) },
  { rule: "pid-session", what: "leader", image: ARRAY, alter: (image) => set(image, 2, "vpgid", 0) },
  {
    rule: "pid-session",
    what: "group",
    image: ARRAY,
    alter: (image) => {
      set(image, 1, "vpgid", 88);
      set(image, 3, "vpgid", 88);
      return set(image, 3, "vsid", 99);
    },
  },
  { rule: "pid-depth", image: NESTED, also: ["unexpected-record"], alter: (image) => set(image, 0, "depth", -1) },
  { rule: "pid-table-depth", image: TABLE, alter: (image) => set(image, 1, "depth", 3) },
  {
    rule: "pid-nested",
    image: NESTED,
    alter: (image) => image.write(image.record("BUFFER", { label: "vpids" }).record?.payload.start ?? 0, "s32", -7),
  },
  {
    rule: "pid-nested",
    what: "count",
    image: "v20-b/x86_32",
    alter: (image) => image.set(image.record("VPIDS"), "nr_vpids", 100),
  },
  {
    rule: "pid-table",
    image: TABLE,
    alter(image) {
      const { start } = image.record("BUFFER", { label: "pid_table" }).record?.payload ?? { start: 0 };
      return image.write(start + 4, "s32", -5);
    },
  },
  {
    rule: "pid-table",
    what: "entries",
    image: TABLE,
    also: ["pid-table"],
    alter(image) {
      const { start } = image.record("BUFFER", { label: "pid_table" }).record?.payload ?? { start: 0 };
      return image.write(start, "u32", 1_000_000);
    },
  },
  {
    rule: "pid-table-repeated",
    image: TABLE,
    alter(image) {
      const { start } = image.record("BUFFER", { label: "pid_table" }).record?.payload ?? { start: 0 };
      const view = new DataView(image.bytes.buffer);
      return image.write(start + 12, "s32", view.getInt32(start + 4, true));
    },
  },
  {
    rule: "pid-table-offset",
    image: TABLE,
    alter(image) {
      image.set(image.record("PIDS"), "offset", 500);
      return array(image).record?.payload.start ?? 0;
    },
  },
];

function array(image: Altered) {
  return image.record("BUFFER", { label: "pids" });
}

/**
 * Changes an entry of the pid array.
 *
 * @param index from the end when negative
 */
function set(image: Altered, index: number, path: string, value: number): number {
  return image.setElement(array(image), "ckpt_task_pids", indexOf(image, index), path, value);
}

function pid(image: Altered, index: number, path: string): number {
  return image.element(array(image), "ckpt_task_pids", indexOf(image, index), path);
}

function indexOf(image: Altered, index: number): number {
  const { start, end } = array(image).record?.payload ?? { start: 0, end: 0 };
  const count = (end - start) / (image.format.struct("ckpt_task_pids")?.layout.size ?? 1);
  return index < 0 ? count + index : index;
}
