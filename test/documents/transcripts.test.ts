/** The transcripts in README.md and docs/ show what the commands print. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DOCUMENTS, withTranscripts } from "../../scripts/transcripts.js";

test.each(DOCUMENTS)("%s", async (name) => {
  const text = readFileSync(name, "utf8");
  expect(await withTranscripts(text)).toBe(text);
});

test("there are transcripts", () => {
  const commands = DOCUMENTS.flatMap((name) => readFileSync(name, "utf8").match(/^\$ npx ckpt \w+/gm) ?? []);
  expect(new Set(commands).size).toBeGreaterThan(10);
});

test("output that has changed is replaced", async () => {
  const before = "```console\n$ npx ckpt --version\nold\n$ npx ckpt no-such-command\n```\nA text.\n";
  expect(await withTranscripts(before)).toMatch(
    /^```console\n\$ npx ckpt --version\n\n\$ npx ckpt no-such-command\nckpt: .*\n```\nA text\.\n$/,
  );
});
