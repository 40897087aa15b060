/** v23-rc2: huge pages. Mappings with huge pages cannot be part of an older image. */
import type { ConversionStep } from "../../step.js";

export const hugePages: ConversionStep = {
  id: "huge-pages",
  title: "huge pages",
  since: "v23-rc2",
  backward: (way) => {
    const why = "huge pages are not part of older images";
    return {
      records: {
        VMA(record) {
          const shift = record.number("hugetlb_shift");
          if (shift === 0) return undefined;
          way.refuse(record, "hugetlb_shift", shift, why);
          return [];
        },
        IPC_SHM(record) {
          const shift = record.number("shift");
          if (shift === 0) return undefined;
          way.refuse(record, "shift", shift, why);
          return [];
        },
        HPAGE: () => [],
      },
    };
  },
};
