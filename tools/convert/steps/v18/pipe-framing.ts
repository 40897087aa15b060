/** v18: the contents of a pipe are a record; before, they followed a record with their length. */
import { lengthOf } from "../../content.js";
import type { ConversionStep } from "../../step.js";

export const pipeFraming: ConversionStep = {
  id: "pipe-framing",
  title: "contents of pipes in a record",
  since: "v18",
  forward: (way) => ({
    records: {
      FILE_PIPE(record) {
        way.worked();
        const { raw } = record.parts;
        return [way.record("PIPE_BUF", { fields: {}, ...(raw && { payload: raw }) }, "pipe_contents")];
      },
    },
  }),
  backward: (way) => ({
    records: {
      pipe_contents(record) {
        way.worked();
        const { payload } = record.parts;
        const fields = { pipe_len: lengthOf(payload) };
        return [way.record("FILE_PIPE", { fields, ...(payload && { raw: payload }) })];
      },
    },
  }),
};
