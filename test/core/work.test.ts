/** Cost of a core from an image that no kernel wrote. */
import { stepsOf } from "../steps.js";

// Counting must begin before anything else is loaded.

import { expect, test } from "vitest";
import { nested, reopened, setMappings, subject } from "./absurd.js";
import { write } from "./written.js";

test("mappings that all begin at the same address cost no steps that grow with their square", async () => {
  const costOf = (count: number) => {
    const one = subject({ vmas: count, pages: 0 });
    setMappings(one, 0, nested(count));
    const image = reopened(one);
    return stepsOf(() => write(image));
  };
  await costOf(10);
  const some = await costOf(1000);
  const twice = await costOf(2000);
  expect(twice).toBeLessThan(2.5 * some);
});
