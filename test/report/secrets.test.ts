/** A report does not depend on the values of fields, except for those that it is to show. */
import { expect, it } from "vitest";
import { reportMarkdown } from "../../tools/report/markdown.js";
import { reportOf } from "../../tools/report/report.js";
import { SHOWN_VALUES } from "../../tools/report/shown.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { marked, shapeOf } from "../strip/marked.js";
import { regionsOf } from "../strip/regions.js";

/**
 * Fields that a report shows, and fields that determine the structure or, by order or size, the number of findings: counts and places of findings are
 * reported.
 */
const OF_THE_IMAGE =
  /^(header of a record|ckpt_hdr_header|ckpt_const|payload (release|machine|vpids|pid_table|task_name|page_positions)|ckpt_task_pids|ckpt_hdr_(task|pids|tree|objref|vma|cred|mm|file|file_desc|ipc|ipc_msg|pgarr|restart_block)\b|ckpt_sigset|ckpt_rlimit|.*(_objref|_ref|_len|_offset)$)/;

/** Findings about registers and descriptors: a report states that they exist, and where, but none of their bits. */
const ABOUT_REGISTERS =
  /^\| \d+ \| `view=hex&at=0x[0-9a-f]+` \| \w+ \| `(processor-flags|instruction-address|stack-address|\w+-descriptor)` \| .*$/gm;
/** Lines with counts, which include those findings. */
const COUNTS = /^(\d+ errors?, \d+ warnings? and \d+ notes? in|\d+ more findings? (is|are) left out).*$/gm;

it.each(["v16/x86_32", "v21/x86_64", "v23-rc2/s390x"])(
  "a report on an image of %s is the same with other values",
  (abi) => {
    const bytes = makeBytes({ abi, tasks: 8, pages: 4 });
    const image = opened(bytes, abi);
    const shape = shapeOf(image);
    const regions = regionsOf(image).filter(({ name, meaning }) => !OF_THE_IMAGE.test(name) && !meaning?.refers);
    const names = [...new Set(regions.map(({ name }) => name))];
    const free = names.flatMap((name) => {
      const own = regions.filter((region) => region.name === name);
      return shapeOf(opened(marked(bytes, own, 0), abi)) === shape ? [own] : [];
    });
    expect(free.length).toBeGreaterThan(80);
    const [one, other] = [0, 1].map((seed) =>
      reportMarkdown(reportOf(opened(marked(bytes, free.flat(), seed), abi)), "ckpt"),
    );
    expect(one).toContain("| warning |");
    const rest = (report = "") => report.replace(ABOUT_REGISTERS, "").replace(COUNTS, "").replace(/\n+/g, "\n");
    expect(rest(other)).toBe(rest(one));
    for (const [row] of `${one}${other}`.matchAll(ABOUT_REGISTERS)) expect(row).toMatch(/ \| `…` \|$/);
  },
);

it("gives a reason for everything that a report shows", () => {
  for (const { what, why } of SHOWN_VALUES) expect(why, what).toMatch(/\w/);
});
