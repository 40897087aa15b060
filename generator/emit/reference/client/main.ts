/** The script of the pages: search, and the choice of a version and an architecture. All content is readable without it. */
import { startComparison } from "./compare.js";
import type { ReferenceData } from "./data.js";
import { startSearch } from "./search.js";
import { startSelection } from "./selection.js";

const data = (globalThis as { ckptReference?: ReferenceData }).ckptReference;
if (data) {
  startSelection(data);
  startSearch(data);
  startComparison();
}
