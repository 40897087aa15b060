/** v19-rc3: no debug registers. They matter only if they hold a breakpoint. */
import type { ConversionStep } from "../../step.js";

/** Values of registers 6 and 7 after a reset of the processor. */
const RESET: Readonly<Record<string, bigint>> = { debugreg6: 0xffff_0ff0n, debugreg7: 0x400n };

export const debugRegisters: ConversionStep = {
  id: "debug-registers",
  title: "no debug registers",
  since: "v19-rc3",
  arches: ["x86"],
  forward: (way) => ({
    records: {
      CPU(record) {
        way.worked();
        for (const [name, value] of Object.entries(RESET)) {
          if (record.fields[name] !== value) continue;
          delete record.fields[name];
          way.clear(record, name, value, "a debug register at rest comes back as zero");
        }
        return undefined;
      },
    },
  }),
};
