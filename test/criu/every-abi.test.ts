/** Dumps of images of all versions and architectures: each is planned, or refused with a reason, and CRIU's library reads all files that are written. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { RefusalError } from "../../tools/errors/refusal-error.js";
import { makeDirectory } from "../../tools/files/new-directory.js";
import type { Image } from "../../tools/image/index.js";
import { ABIS } from "../make-image/abis.js";
import { openedMade } from "../opened.js";
import { critEntries, hasCrit } from "./crit.js";

const folder = mkdtempSync(join(tmpdir(), "ckpt-criu-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

/** Writes a dump; undefined if there is none, which has to have a reason. */
async function written(image: Image): Promise<string | undefined> {
  const plan = planDump(image);
  const place = join(folder, `${count++}`);
  const writing = makeDirectory(place, async (directory) => {
    await plan.write(directory, { allowLoss: true });
  });
  if (plan.isPossible) {
    await writing;
    return place;
  }
  expect(plan.report.obstacles.length).toBeGreaterThan(0);
  await expect(writing).rejects.toThrow(RefusalError);
  return undefined;
}

/** Architectures whose programs CRIU does not restore. */
const WITHOUT = ["s390", "powerpc", "powerpc64"];

describe.each(ABIS)("%s", (abi) => {
  it("of everything", async () => {
    await written(openedMade(abi));
  });

  it.skipIf(!hasCrit)("of ordinary tasks", async () => {
    const place = await written(openedMade(abi, { plain: true, tasks: 3 }));
    if (WITHOUT.includes(abi.split("/")[1] ?? "")) expect(place).toBeUndefined();
    else expect(Object.keys(critEntries(place as string))).toContain("pstree.img");
  });
});

describe.skipIf(!hasCrit)("of everything, as CRIU's library reads it", () => {
  it.each(["v16/x86_32", "v19-rc2-b/x86_32", "v20-a/s390x", "v21/x86_64", "v22-arm/arm", "v23-rc1-c/x86_64"])(
    "%s",
    async (abi) => {
      const place = await written(openedMade(abi, { container: true }));
      expect(Object.keys(critEntries(place as string)).length).toBeGreaterThan(20);
    },
  );
});
