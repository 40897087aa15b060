/** v23-rc2: the pid table states the number of its first entry; kernels of the first months stated one less. */
import { fieldPlaceOf } from "../../../image/abi/fields.js";
import type { RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

export const pidOffset: ConversionStep = {
  id: "pid-offset",
  title: "state the number of the first pid",
  since: "v23-rc2",
  meanings: { ckpt_hdr_pids: ["offset"] },
  forward: (way) => ({
    records: {
      PIDS(record) {
        way.worked();
        // The task array of the image is more reliable than the date of the kernel.
        if (rootPid(way, record) !== record.number("offset")) record.fields.offset = record.number("offset") + 1;
        return undefined;
      },
    },
  }),
  backward: (way) => ({
    records: {
      PIDS(record) {
        way.worked();
        const offset = record.number("offset");
        if (offset <= 0) way.repair(record, "offset", offset, "the first pid has the number 1 at least");
        record.fields.offset = Math.max(0, offset - 1);
        return undefined;
      },
    },
  }),
};

/** Number of the root task's pid object in the image, if the table is from the image. */
function rootPid({ image }: Crossing, { origin }: RecordNode): number | undefined {
  const array = image.root.find("BUFFER", "pids")?.record?.payload;
  const struct = image.format.struct("ckpt_task_pids");
  if (!origin || !array || !struct || array.end - array.start < struct.layout.size) return undefined;
  const at = image.source.window(array.start, struct.layout.size);
  return fieldPlaceOf(struct, "vpid")?.readNumber(image.source.view, at, image.format.littleEndian);
}
