/** Cost of collecting the facts of the reference. */
import { stepsOf } from "../steps.js";

// Counting must begin before anything else is loaded.

import { expect, test } from "vitest";
import { factTable } from "../../generator/emit/reference/facts.js";
import { Site } from "../../generator/emit/reference/site.js";
import { REAL_SITE } from "./real-site.js";

test("facts are collected in steps that are in proportion to how many there are", async () => {
  const site = new Site(REAL_SITE.model, REAL_SITE.layouts);
  const steps = await stepsOf(() => factTable(site));
  const items = factTable(site).facts.groups.flatMap((group) => group.items);
  expect(items.length).toBeGreaterThan(1000);
  // Each item is examined in every ABI.
  expect(steps / (items.length * site.model.abis.length)).toBeLessThan(40);
});
