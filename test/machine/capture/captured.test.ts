/** Images of programs that were captured in the machine: no tool has anything against them, and they have what `/proc` showed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MemorySource, openImage } from "../../../tools/image/index.js";
import { listAddressSpaces } from "../../../tools/inspect/index.js";
import { tasksOf } from "../../../tools/model/tasks.js";
import { verify } from "../../../tools/verify/index.js";
import { bootMachine, type Machine } from "../machine.js";
import { machineRuns } from "../needs.js";
import type { Linkage } from "../programs.js";
import { type Captured, capture } from "./capture.js";
import { imageOfTree } from "./image.js";

const PROGRAMS: readonly (readonly [program: string, linkage: Linkage])[] = [
  ["threads", "static"],
  ["threads", "dynamic"],
  ["pipes", "static"],
  ["signals", "static"],
  ["shared", "static"],
  ["sockets", "static"],
  ["sysv", "static"],
  ["terminal", "static"],
  ["events", "static"],
];
const ABIS = ["v19/x86_64", "v21/x86_64", "v23-rc1-a/x86_64", "v23-rc2/x86_64"];

describe.skipIf(!machineRuns)("captured", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await bootMachine();
  });
  afterAll(() => machine?.stop());

  describe.each(PROGRAMS)("%s, %s", (program, linkage) => {
    let captured: Captured;
    beforeAll(async () => {
      captured = await capture(machine, program, linkage);
    });

    test.each(ABIS)("as an image of %s", (abi) => {
      const image = openImage(new MemorySource(imageOfTree(captured.tree, abi)), { abi });
      expect(verify(image.format, image.source).findings).toEqual([]);
      const { processes } = captured.tree;
      const tids = processes.flatMap(({ threads }) => threads.map(({ tid }) => tid));
      expect(
        tasksOf(image)
          .map(({ pid }) => pid)
          .sort(),
      ).toEqual(tids.sort());
      const spaces = [...listAddressSpaces(image)].map(({ mappings }) => [...mappings].length);
      const saved = processes.map(
        ({ mappings }) => mappings.filter(({ path }) => !/^\[v(var|syscall)/.test(path)).length,
      );
      expect(spaces).toEqual(saved);
    });
  });
});
