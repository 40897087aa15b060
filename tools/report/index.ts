/** Problem reports that are safe to post. */
export { reportMarkdown } from "./markdown.js";
export {
  type Report,
  type ReportedAddressSpace,
  type ReportedTask,
  type ReportOptions,
  reportOf,
} from "./report.js";
