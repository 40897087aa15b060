/** Cost of queries about the memory of images that no kernel wrote. */
import { stepsOf } from "../steps.js";

// Counting must begin before anything else is loaded.

import { describe, expect, test } from "vitest";
import { ABIS, ABSURDITIES, askEverything, subjectWith } from "./absurdities.js";
import type { Subject } from "./subjects.js";

describe.each(ABIS)("%s", async (abi) => {
  const costOf = (change?: (subject: Subject) => void) => {
    const subject = subjectWith(abi, change);
    return stepsOf(() => askEverything(subject));
  };
  // Excludes work that is done only once.
  await costOf();
  const usual = await costOf();

  test.each(ABSURDITIES)("%s cost about as many steps as what kernels write", async (_, change) => {
    expect(await costOf(change)).toBeLessThan(2 * usual);
  });
});
