/** Prints a problem report. */
import type { Image } from "../../image/image.js";
import { reportMarkdown } from "../../report/markdown.js";
import { reportOf } from "../../report/report.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";

/**
 * Prints a problem report about an image as Markdown, or as JSON.
 *
 * @param program name and version of this program
 */
export function printReport(
  image: Image,
  { out }: Streams,
  { paths, json }: { readonly paths?: true; readonly json?: true },
  program: string,
): void {
  const report = reportOf(image, { paths });
  if (json) writeJson(out, report);
  else out.write(reportMarkdown(report, program));
}
