/** The error message of a kernel that gave up ends with a NUL up to v18, and without one from v19-rc1 on. */
import { shortBytes } from "../../content.js";
import type { ConversionStep } from "../../step.js";

export const errorText: ConversionStep = {
  id: "error-text",
  title: "messages of failed checkpoints without a NUL at the end",
  since: "v19-rc1",
  forward: (way) => ({
    records: {
      message(record) {
        const bytes = shortBytes(record.parts.payload);
        if (bytes.length < 2 || bytes.at(-1) !== 0) return undefined;
        way.worked();
        record.parts.payload = bytes.subarray(0, -1);
        return undefined;
      },
    },
  }),
  backward: (way) => ({
    records: {
      message(record) {
        const bytes = shortBytes(record.parts.payload);
        if (bytes.at(-1) === 0) return undefined;
        way.worked();
        const longer = new Uint8Array(bytes.length + 1);
        longer.set(bytes);
        record.parts.payload = longer;
        return undefined;
      },
    },
  }),
};
