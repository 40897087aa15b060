/** A case: an image with one thing wrong, and the rule that has to find it. */
import type { Severity } from "../../tools/verify/index.js";
import type { Altered } from "./altered.js";

export interface Case {
  /** Id of the rule. */
  readonly rule: string;
  /** What the finding has to be; where it is not given, that of the rule. */
  readonly severity?: Severity;
  /** What is wrong, where the rule alone does not say it. */
  readonly what?: string;
  /** `version/arch` of the made image; of a real image its name instead. */
  readonly image: string;
  /** Rules that the same change breaks besides, because one thing does not fit the other. */
  readonly also?: readonly string[];
  /** The kernel to restart it on; `like` is named as images are here. */
  readonly target?: { readonly kernel?: string; readonly abi?: string; readonly like?: string };
  /** @returns offset of the wrong bytes */
  alter(image: Altered): number;
}
