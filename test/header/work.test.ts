/** The cost of reading a header is linear in its length. */
import { stepsOf } from "../steps.js";

// Counting must begin before anything else is loaded.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compare, temporary } from "./project.js";

const many = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i)).join("");

test.each<[what: string, text: (count: number) => string]>([
  ["structs", (count) => many(count, (i) => `struct s${i} { __u32 a; };\n`)],
  ["defines", (count) => many(count, (i) => `#define D${i} ${i}\n`)],
  ["enumerators", (count) => `enum {${many(count, (i) => ` E${i},`)} };`],
  ["members on one line", (count) => `struct a { __u32 ${many(count, (i) => `m${i}, `)} m; };`],
  ["lines of comments", (count) => `/*\n${many(count, () => " * a comment\n")} */\n`],
])("%s", async (_, text) => {
  const path = join(temporary(), "checkpoint_hdr.h");
  const costOf = (count: number) => {
    writeFileSync(path, text(count));
    return stepsOf(() => compare(path, "v23-rc2", ["x86_32"]));
  };
  // Excludes work that is done only once.
  await costOf(1);
  const some = await costOf(2000);
  const twice = await costOf(4000);
  expect(twice).toBeLessThan(2.5 * some);
});
