/** The script of the pages: search, choice of layouts, highlights and copy buttons. All content is readable without it. */
import { startComparison } from "./compare.js";
import { startCopy } from "./copy.js";
import type { ReferenceData } from "./data.js";
import { startHighlight } from "./highlight.js";
import { startSearch } from "./search.js";
import { startSelection } from "./selection.js";

const data = (globalThis as { ckptReference?: ReferenceData }).ckptReference;
if (data) startSelection(data);
startSearch();
startComparison();
startHighlight();
startCopy();
