/** The table of pid objects, which the entries of the pid array refer to. */
import { membersOf } from "../../../runtime/index.js";
import { type ElementField, elementField } from "../elements.js";
import { inspection, type RecordHandlers, type Scene } from "../inspection.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";

/** Maximum number of entries whose depth is kept. No kernel can have more pids at a time. */
const MAX_PIDS = 1 << 22;

export class PidTableRules extends inspection({
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
}) {
  private announced = { entries: 0, levels: 0, offset: 0 };
  private table = { offset: 0, room: 0 };
  /** Depths of the entries in order. */
  private depths: number[] = [];

  private readonly form = tableForm(this.scene);

  readonly records: RecordHandlers = {
    PIDS: (view) => {
      const [entries = 0, levels = 0, offset = 0] = ["nr_pids", "nr_vpids", "offset"].map((name) => view.number(name));
      this.announced = { entries, levels, offset };
    },
    BUFFER: (view) => {
      if (this.form && view.label === "pid_table") this.checkTable(view, this.form);
      if (this.form && view.label === "pids") this.checkArray(view, this.form);
    },
  };

  private checkTable(view: RecordView, { least, depthAt, numberAt, entryLength }: TableForm): void {
    const { start, end } = view.record.payload;
    const known = new NumberIndex();
    this.table = { offset: view.offset, room: Math.floor((end - start) / least) };
    this.depths = [];
    let levels = 0;
    for (let at = start; at + least <= end && this.depths.length < MAX_PIDS; ) {
      const path = `pid_table[${this.depths.length}]`;
      const below = depthAt(at);
      const next = at + entryLength(below);
      if (next > end) {
        const expected = "an entry that ends within the buffer";
        this.report("pid-table", view, { field: `${path}.depth`, at, expected, found: `depth ${below}` });
        break;
      }
      for (let level = 0; level <= below; level++) {
        const place = at + entryLength(level - 1);
        const pid = numberAt(place);
        const details = { field: `${path}.numbers[${level}]`, at: place, found: `${pid}` };
        if (pid <= 0) this.report("pid-table", view, { ...details, expected: "a pid" });
        else if (level === 0 && !known.add(pid))
          this.report("pid-table-repeated", view, { ...details, expected: "a pid that no other entry has" });
      }
      this.depths.push(below);
      levels += below;
      at = next;
    }
    const { announced, depths } = this;
    if (depths.length !== announced.entries || levels !== announced.levels)
      this.report("pid-table", view, {
        expected: `${announced.entries} entries with ${announced.levels} levels`,
        found: `${depths.length} with ${levels}`,
      });
  }

  private checkArray(view: RecordView, form: TableForm): void {
    const { start, end } = view.record.payload;
    if (end - start < form.entrySize) return;
    const root = form.vpid.read(start);
    this.pidTableOffset(view, root, form);
    const first = Math.max(root, 1);
    // The announced number even if the table is damaged, so that not every reference to an entry is reported as well.
    const count = Math.max(this.depths.length, Math.min(this.announced.entries, this.table.room));
    for (let i = 0; i < count; i++) this.scene.objects.bind(first + i, "PID", this.table.offset);
    this.pidTableDepth(view, first, form);
  }

  /**
   * The table states the number of its first entry; kernels of January to April 2011 (v23-rc1-c) state one less. The root task is more reliable.
   */
  private pidTableOffset(view: RecordView, root: number, { vpid }: TableForm): void {
    const { offset } = this.announced;
    if (root === offset || root === offset + 1) return;
    const place = { field: "pids[0].vpid", at: view.record.payload.start + vpid.offset };
    const expected = `${offset} or ${offset + 1}, the first entry of the pid table`;
    this.report("pid-table-offset", view, { ...place, expected, found: `${root}` });
  }

  /** Compares the depths of tasks with those of the table, whose first entry has the number `first`. */
  private pidTableDepth(view: RecordView, first: number, { vpid, depth, entrySize }: TableForm): void {
    const { start, end } = view.record.payload;
    for (let i = 0, at = start; at + entrySize <= end; i++, at += entrySize) {
      const own = depth.read(at);
      const pid = vpid.read(at);
      const below = this.depths[pid - first];
      if (below === undefined || below === own) continue;
      const place = { field: `pids[${i}].depth`, at: at + depth.offset };
      this.report("pid-table-depth", view, {
        ...place,
        expected: `${below} as the pid object ${pid}`,
        found: `${own}`,
      });
    }
  }
}

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
