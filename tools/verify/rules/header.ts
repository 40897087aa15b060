/** The first record and the texts after it: the writer of the image, and its sizes. */
import { registry } from "../../../generated/codecs/index.js";
import { decodeText } from "../../image/abi/c-text.js";
import { headerConstants } from "../../image/abi/header-constants.js";
import { windowBytes } from "../../image/bytes/source.js";
import { archIdOf, fitsMachine, revisionOf } from "../../image/detect.js";
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Maximum length in bytes of a text that is read. */
const MAX_TEXT_BYTES = 256;

const DAY = 24 * 60 * 60;

export class HeaderRules extends inspection({
  "header-arch": ["refused", "`arch_id` is the number of the architecture in this version."],
  "header-revision": ["refused", "`rev` is the revision of this version."],
  "header-constant": ["refused", "Sizes in the header are those of the headers of this version."],
  "header-time": ["odd", "The checkpoint was taken after the oldest version was written and not in the future."],
  "header-machine": ["doubtful", "The machine text is one that the architecture uses."],
  "header-release": ["doubtful", "The release text begins with the kernel version of the header."],
  "fpu-size": ["doubtful", "Without XSAVE the FPU area of a processor with FXSAVE has the size of the FXSAVE format."],
}) {
  private release = "";

  readonly records: RecordHandlers = {
    HEADER: (view) => {
      this.headerArch(view);
      this.headerRevision(view);
      this.headerConstant(view);
      this.headerTime(view);
      this.release = [view.number("major"), view.number("minor"), view.number("patch")].join(".");
    },
    BUFFER: (view) => {
      if (view.label === "machine") this.headerMachine(view);
      if (view.label === "release") this.headerRelease(view);
    },
    HEADER_ARCH: (view) => this.fpuSize(view),
  };

  private headerArch(view: RecordView): void {
    const arch = archIdOf(this.format.abi);
    const id = view.big("arch_id");
    if (arch && id !== undefined && id !== arch.least)
      this.wrong("header-arch", view, "arch_id", `${arch.least} for ${this.format.abi.name}`);
  }

  private headerRevision(view: RecordView): void {
    const revision = revisionOf(this.format.abi);
    const rev = view.big("rev");
    if (revision && rev !== undefined && (rev < revision.least || rev > revision.most)) {
      const { least, most } = revision;
      const expected = least === most ? `${least}` : `${least} to ${most}`;
      this.wrong("header-revision", view, "rev", `${expected} for ${this.format.abi.target.version}`);
    }
  }

  private headerConstant(view: RecordView): void {
    for (const [field, expected] of headerConstants(this.format)) {
      const own = view.number(field);
      if (own !== undefined && own !== expected) this.wrong("header-constant", view, field, `${expected}`);
    }
  }

  private headerTime(view: RecordView): void {
    const time = view.number("time");
    const { date } = registry.tables.versions[0] ?? {};
    if (time === undefined || date === undefined) return;
    const earliest = Date.parse(date) / 1000 - DAY;
    if (time >= earliest && time <= this.scene.now + DAY) return;
    this.wrong("header-time", view, "time", `a time from ${date} to now`, asDate(time));
  }

  private headerMachine(view: RecordView): void {
    const machine = this.textOf(view);
    if (fitsMachine(this.format.abi, machine)) return;
    const machines = registry.tables.arches.find(({ id }) => id === this.format.abi.target.arch)?.machines ?? [];
    this.report("header-machine", view, { expected: machines.join(" or "), found: JSON.stringify(machine) });
  }

  private headerRelease(view: RecordView): void {
    const { release } = this;
    const text = this.textOf(view);
    if (release === "" || (text.startsWith(release) && !/\d/.test(text.charAt(release.length)))) return;
    const expected = `a text that begins with ${release}`;
    this.report("header-release", view, { expected, found: JSON.stringify(text) });
  }

  private fpuSize(view: RecordView): void {
    const size = view.number("xstate_size");
    const fxsave = this.format.struct("i387_fxsave_struct")?.layout.size;
    if (size === undefined || fxsave === undefined || view.number("has_fxsr") !== 1) return;
    const hasXsave = view.number("has_xsave") === 1;
    if (hasXsave ? size > fxsave : size === fxsave) return;
    this.wrong("fpu-size", view, "xstate_size", hasXsave ? `more than ${fxsave}` : `${fxsave}`);
  }

  private textOf({ record }: RecordView): string {
    const { start, end } = record.payload;
    return decodeText(windowBytes(this.source, start, Math.min(end - start, MAX_TEXT_BYTES)));
  }
}

function asDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : `${date.toISOString().slice(0, 19)}Z`;
}
