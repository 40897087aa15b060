/** Hostile headers yield an error with its place, a comparison or an import, after a bounded number of steps. */
import { stepsOf } from "../steps.js";

// Counting must begin before anything else is loaded.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { describeSchema } from "../../generator/header/schema.js";
import { readSchemaFiles } from "../../generator/read-schema.js";
import { IMAGE } from "../../generator/units.js";
import { hostileHeaders } from "../../scripts/fuzz-headers/hostile.js";
import { type Outcome, tryHeaders } from "../../scripts/fuzz-headers/run.js";

const files = readSchemaFiles(fileURLToPath(new URL("../..", import.meta.url)), IMAGE);

/** Most steps without imports, which read the schema again. */
const MOST_STEPS = 60_000_000;

test("are the same for the same number", () => {
  expect(hostileHeaders(3, 5)).toEqual(hostileHeaders(3, 5));
  expect(hostileHeaders(3, 6)).not.toEqual(hostileHeaders(3, 5));
});

test("do no harm", async () => {
  const described = describeSchema(files);
  if ("problems" in described) throw new Error(described.problems[0]?.message);
  const schema = { files, description: described.description };
  const outcomes = new Set<Outcome>();
  let imports = 0;
  for (let number = 0; number < 250; number++) {
    const headers = hostileHeaders(1, number);
    const directory = mkdtempSync(join(tmpdir(), "ckpt-fuzz-headers-"));
    const what = `${number}: ${headers.mutations.join(", ")}`;
    let outcome: Outcome | undefined;
    const steps = await stepsOf(() => {
      try {
        outcome = tryHeaders(headers, directory, schema, false);
      } catch (error) {
        throw new Error(what, { cause: error });
      }
    });
    expect(steps, what).toBeLessThan(MOST_STEPS);
    if (outcome === "compared" && imports < 5) {
      imports++;
      outcome = tryHeaders(headers, directory, schema, true);
    }
    if (outcome) outcomes.add(outcome);
    rmSync(directory, { recursive: true });
  }
  expect(outcomes).toContain("refused");
  expect(outcomes).toContain("compared");
});
