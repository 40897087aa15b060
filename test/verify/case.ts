/** A case: an image with one error, and the rule that has to find it. */
import type { Severity } from "../../tools/verify/index.js";
import type { Altered } from "./altered.js";

export interface Case {
  /** Id of the rule. */
  readonly rule: string;
  /** Expected severity of the finding; by default that of the rule. */
  readonly severity?: Severity;
  /** Description of the error, if the rule alone does not identify it. */
  readonly what?: string;
  /** ABI of the made image, `version/arch`, or the name of a real image. */
  readonly image: string;
  /** Other rules that the same change violates. */
  readonly also?: readonly string[];
  /** The kernel on which the image is to be restarted; `like` is the name of an image here. */
  readonly target?: { readonly kernel?: string; readonly abi?: string; readonly like?: string };
  /**
   * Makes the change.
   *
   * @returns offset of the wrong bytes
   */
  alter(image: Altered): number;
}
