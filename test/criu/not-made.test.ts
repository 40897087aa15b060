/** What CRIU does not make of an image: namespaces of the same kind, networks, labels, files that were deleted. It is told, with places and values. */
import { describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { openedMade } from "../opened.js";
import { ABI, altered, said } from "./object-dumps.js";

const plan = planDump(openedMade(ABI));
const valuesOf = (record: string) =>
  plan.report.losses
    .filter((one) => one.record === record)
    .flatMap(({ examples }) => examples.map(({ value }) => value));

describe("it is told of", () => {
  it("pids of nested namespaces", () => {
    expect(said(plan, "losses", "pids")).toEqual([
      "depth: the pid namespaces within that of the first task are not made, so the task has only its number there",
    ]);
    expect(plan.report.losses.find(({ record }) => record === "pids")?.examples).toMatchObject([
      { place: "task 1002 (nested-init)", value: "1" },
    ]);
  });

  it("user namespaces within that of the first task", () => {
    expect(said(plan, "losses", "USER_NS")).toEqual([
      "-: the user namespace had no maps of ids, so its tasks get the user namespace of the first one, with the same ids and capabilities",
    ]);
  });

  it("networks and their devices, by name", () => {
    expect(said(plan, "losses", "NET_NS")).toEqual([
      "-: the processes get the network namespace of the restoring process, in which the addresses of their sockets have to exist",
    ]);
    expect(valuesOf("NETDEV")).toEqual(["lo", "veth0", "veth1", "sit0", "macvlan0"]);
  });

  it("further namespaces of names", () => {
    expect(said(plan, "losses", "UTS_NS")).toEqual([
      "-: the tasks of this namespace get the names of the first one, because CRIU makes one for all",
    ]);
  });

  it("security labels of objects", () => {
    for (const record of ["CRED", "FILE", "IPC_SHM", "IPC_MSG", "IPC_SEM"])
      expect(said(plan, "losses", record).filter((line) => line.includes("security labels"))).toHaveLength(1);
  });

  it("tasks without supplementary groups, which get those of criu restore", () => {
    const image = altered((one) => {
      for (const node of one.records("GROUPINFO")) one.set(node, "ngroups", 0);
    });
    expect(said(planDump(image), "notes", "GROUPINFO")).toEqual([
      "groups: the task has no supplementary groups, and CRIU leaves it those of criu restore; start that with none",
    ]);
    expect(said(plan, "notes", "GROUPINFO")).toEqual([]);
  });

  it("files that were deleted, which have to be there again", () => {
    const remark = " (deleted)";
    const image = altered((one) => {
      const text = "/srv/jobs/data";
      const at = Buffer.from(one.bytes).indexOf(`${text}\0`);
      // The name is as long as it was.
      one.poke(at, ...Buffer.from(`/tmp${remark}`));
    });
    const deleted = planDump(image);
    expect(said(deleted, "losses", "FILE_NAME")).toEqual([
      "path: the file was deleted while it was open, and the image does not have its contents; there has to be a file of that path with them, which stays",
    ]);
    expect(deleted.needs.files.map(({ path }) => path)).toContain("/tmp");
    expect(deleted.needs.files.map(({ path }) => path)).not.toContain(`/tmp${remark}`);
  });
});
