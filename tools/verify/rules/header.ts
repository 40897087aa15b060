/** The first record and the texts after it: the writer of the image, and its sizes. */
import { registry } from "../../../generated/codecs/index.js";
import { decodeText } from "../../image/abi/c-text.js";
import { headerConstants } from "../../image/abi/header-constants.js";
import { windowBytes } from "../../image/bytes/source.js";
import { archIdOf, fitsMachine, revisionOf } from "../../image/detect.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Maximum length in bytes of a text that is read. */
const TEXT_ROOM = 256;

const DAY = 24 * 60 * 60;

export const header = inspector(
  {
    "header-arch": ["refused", "`arch_id` is the number of the architecture in this version."],
    "header-revision": ["refused", "`rev` is the revision of this version."],
    "header-constant": ["refused", "Sizes in the header are those of the headers of this version."],
    "header-time": ["odd", "The checkpoint was taken after the oldest version was written and not in the future."],
    "header-machine": ["doubtful", "The machine text is one that the architecture uses."],
    "header-release": ["doubtful", "The release text begins with the kernel version of the header."],
    "fpu-size": [
      "doubtful",
      "Without XSAVE the FPU area of a processor with FXSAVE has the size of the FXSAVE format.",
    ],
  },
  ({ format, source, now }, { report, wrong }) => {
    const { abi } = format;
    const constants = headerConstants(format);
    let release = "";

    return {
      records: {
        HEADER(view) {
          checkWriter(view);
          for (const [field, size] of constants) checkSize(view, field, size);
          checkTime(view);
          release = [view.number("major"), view.number("minor"), view.number("patch")].join(".");
        },
        BUFFER(view) {
          if (view.label === "machine") checkMachine(view);
          if (view.label === "release") checkRelease(view);
        },
        HEADER_ARCH: checkFpu,
      },
    };

    function checkWriter(view: RecordView): void {
      const arch = archIdOf(abi);
      const id = view.big("arch_id");
      if (arch && id !== undefined && id !== arch.least)
        wrong("header-arch", view, "arch_id", `${arch.least} for ${abi.name}`);
      const revision = revisionOf(abi);
      const rev = view.big("rev");
      if (revision && rev !== undefined && (rev < revision.least || rev > revision.most)) {
        const { least, most } = revision;
        const expected = least === most ? `${least}` : `${least} to ${most}`;
        wrong("header-revision", view, "rev", `${expected} for ${abi.target.version}`);
      }
    }

    function checkSize(view: RecordView, field: string, expected: number): void {
      const own = view.number(field);
      if (own !== undefined && own !== expected) wrong("header-constant", view, field, `${expected}`);
    }

    function checkTime(view: RecordView): void {
      const time = view.number("time");
      const { date } = registry.tables.versions[0] ?? {};
      if (time === undefined || date === undefined) return;
      const earliest = Date.parse(date) / 1000 - DAY;
      if (time >= earliest && time <= now + DAY) return;
      wrong("header-time", view, "time", `a time from ${date} to now`, asDate(time));
    }

    function checkMachine(view: RecordView): void {
      const machine = textOf(view);
      if (fitsMachine(abi, machine)) return;
      const { machines } = registry.tables.arches.find(({ id }) => id === abi.target.arch) ?? { machines: [] };
      report("header-machine", view, { expected: machines.join(" or "), found: JSON.stringify(machine) });
    }

    function checkRelease(view: RecordView): void {
      const text = textOf(view);
      const follows = text.charAt(release.length);
      if (release === "" || (text.startsWith(release) && !/\d/.test(follows))) return;
      report("header-release", view, { expected: `a text that begins with ${release}`, found: JSON.stringify(text) });
    }

    function checkFpu(view: RecordView): void {
      const size = view.number("xstate_size");
      const fxsave = format.struct("i387_fxsave_struct")?.layout.size;
      if (size === undefined || fxsave === undefined || view.number("has_fxsr") !== 1) return;
      const hasXsave = view.number("has_xsave") === 1;
      if (hasXsave ? size > fxsave : size === fxsave) return;
      wrong("fpu-size", view, "xstate_size", hasXsave ? `more than ${fxsave}` : `${fxsave}`);
    }

    function textOf({ record }: RecordView): string {
      const { start, end } = record.payload;
      return decodeText(windowBytes(source, start, Math.min(end - start, TEXT_ROOM)));
    }
  },
);

function asDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : `${date.toISOString().slice(0, 19)}Z`;
}
