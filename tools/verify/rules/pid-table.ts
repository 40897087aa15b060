/** The table of pid objects, which the entries of the pid array refer to. */
import { membersOf } from "../../../runtime/index.js";
import { NumberIndex } from "../../image/number-index.js";
import { type ElementField, elementField } from "../elements.js";
import { inspector, type Listener, type Scene } from "../inspector.js";
import type { RecordView } from "../record-view.js";

/** Maximum number of entries whose depth is kept. No kernel can have more pids at a time. */
const MOST_PIDS = 1 << 22;

export const pidTable = inspector(
  {
    "pid-table": [
      "refused",
      "The entries of the pid table fill its buffer, hold positive numbers, and have as many levels as announced.",
    ],
    "pid-table-repeated": [
      "doubtful",
      "No two entries of the pid table have the same number in the namespace of the root task.",
    ],
    "pid-table-offset": ["refused", "The first entry of the pid table is the pid of the root task."],
    "pid-table-depth": ["refused", "A task lies as deep as its pid does."],
  },
  (scene, { report }) => {
    const form = tableForm(scene);
    return form ? listen(form) : {};

    function listen({ least, vpid, depth, entrySize, depthAt, numberAt, entryLength }: TableForm): Listener {
      let announced = { entries: 0, levels: 0, offset: 0 };
      let table = { offset: 0, room: 0 };
      /** Depths of the entries in order. */
      let depths: number[] = [];

      return {
        records: {
          PIDS(view) {
            const [entries = 0, levels = 0, offset = 0] = ["nr_pids", "nr_vpids", "offset"].map((name) =>
              view.number(name),
            );
            announced = { entries, levels, offset };
          },
          BUFFER(view) {
            if (view.label === "pid_table") checkTable(view);
            if (view.label === "pids") checkArray(view);
          },
        },
      };

      function checkTable(view: RecordView): void {
        const { start, end } = view.record.payload;
        const known = new NumberIndex();
        table = { offset: view.offset, room: Math.floor((end - start) / least) };
        depths = [];
        let levels = 0;
        for (let at = start; at + least <= end && depths.length < MOST_PIDS; ) {
          const path = `pid_table[${depths.length}]`;
          const below = depthAt(at);
          const next = at + entryLength(below);
          if (next > end) {
            const expected = "an entry that ends within the buffer";
            report("pid-table", view, { field: `${path}.depth`, at, expected, found: `depth ${below}` });
            break;
          }
          for (let level = 0; level <= below; level++) {
            const place = at + entryLength(level - 1);
            const pid = numberAt(place);
            const facts = { field: `${path}.numbers[${level}]`, at: place, found: `${pid}` };
            if (pid <= 0) report("pid-table", view, { ...facts, expected: "a pid" });
            else if (level === 0 && !known.add(pid))
              report("pid-table-repeated", view, { ...facts, expected: "a pid that no other entry has" });
          }
          depths.push(below);
          levels += below;
          at = next;
        }
        if (depths.length !== announced.entries || levels !== announced.levels)
          report("pid-table", view, {
            expected: `${announced.entries} entries with ${announced.levels} levels`,
            found: `${depths.length} with ${levels}`,
          });
      }

      /**
       * The table states the number of its first entry; kernels of January to April 2011 (v23-rc1-c) state one less. The root task is more reliable.
       */
      function checkArray(view: RecordView): void {
        const { start, end } = view.record.payload;
        if (end - start < entrySize) return;
        const root = vpid.read(start);
        const { offset, entries } = announced;
        if (root !== offset && root !== offset + 1) {
          const place = { field: "pids[0].vpid", at: start + vpid.offset };
          const expected = `${offset} or ${offset + 1}, the first entry of the pid table`;
          report("pid-table-offset", view, { ...place, expected, found: `${root}` });
        }
        const first = Math.max(root, 1);
        // The announced number even if the table is damaged, so that not every reference to an entry is reported as well.
        const count = Math.max(depths.length, Math.min(entries, table.room));
        for (let i = 0; i < count; i++) scene.objects.bind(first + i, "PID", table.offset);
        for (let i = 0, at = start; at + entrySize <= end; i++, at += entrySize) {
          const own = depth.read(at);
          const pid = vpid.read(at);
          const below = depths[pid - first];
          if (below === undefined || below === own) continue;
          const place = { field: `pids[${i}].depth`, at: at + depth.offset };
          report("pid-table-depth", view, { ...place, expected: `${below} as the pid object ${pid}`, found: `${own}` });
        }
      }
    }
  },
);

/** How entries of the table and of the array are read. */
interface TableForm {
  /** Bytes of a table entry without nested levels. */
  readonly least: number;
  entryLength(depth: number): number;
  /**
   * The depth of an entry: the number of its nested levels.
   *
   * @param offset of the entry, in bytes from the start of the image
   */
  depthAt(offset: number): number;
  /**
   * A number of an entry: the pid on one level.
   *
   * @param offset of the number, in bytes from the start of the image
   */
  numberAt(offset: number): number;
  readonly vpid: ElementField;
  readonly depth: ElementField;
  /** Bytes of an entry of the array. */
  readonly entrySize: number;
}

/** Readers of the table's entries, each a depth and depth + 1 numbers; undefined in versions without pid objects. */
function tableForm({ format, source }: Scene): TableForm | undefined {
  const table = format.struct("ckpt_pids");
  const numbers = table && membersOf(table).at("numbers");
  const width = numbers?.width;
  const own = elementField(format, source, "ckpt_pids", "depth");
  const vpid = elementField(format, source, "ckpt_task_pids", "vpid");
  const depth = elementField(format, source, "ckpt_task_pids", "depth");
  const entrySize = format.struct("ckpt_task_pids")?.layout.size;
  if (!numbers || !width || !own || !vpid || !depth || entrySize === undefined) return undefined;
  return {
    least: numbers.offset + width.size,
    entryLength: (levels) => numbers.offset + (levels + 1) * width.size,
    depthAt: own.read,
    numberAt: (offset) => Number(width.read(source.view, source.window(offset, width.size), format.littleEndian)),
    ...{ vpid, depth, entrySize },
  };
}
