import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { withTranscripts } from "../../scripts/transcripts.js";

it("the README shows what the commands print", async () => {
  const text = readFileSync("README.md", "utf8");
  expect(text.match(/^\$ npx ckpt/gm)?.length).toBeGreaterThan(5);
  expect(await withTranscripts(text)).toBe(text);
});
