import { describe, expect, it } from "vitest";
import { fields, losses, made, order, records } from "../../conversions.js";
import { clean, inventions, lengths, plain } from "../images.js";

const IDS = ["uid", "suid", "euid", "fsuid", "gid", "sgid", "egid", "fsgid"];

describe("credentials", () => {
  it("v16 to v17: all tasks and files belong to root, by one object in front of the first task's objects", async () => {
    const source = made("v16/x86_32", { tasks: 2, pages: 1, plain: true });
    const result = await clean(source, "v16/x86_32", "v17");
    const { image } = result;
    const credentials = records(image, "TASK_CREDS")[0]?.parent;
    expect(order(credentials)).toEqual(["(CRED)", "TASK_CREDS"]);
    expect(order(credentials?.parent).slice(0, 2)).toEqual(["credentials", "namespaces"]);
    expect(order(records(image, "CRED")[0]?.parent)).toEqual(["(GROUPINFO)", "(USER)", "CRED"]);
    expect([0, 1].map((task) => fields(image, "TASK_CREDS", ["cred_ref", "ecred_ref"], task))).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(records(image, "FILE").map((_, i) => fields(image, "FILE", ["f_credref"], i))).toEqual(
      records(image, "FILE").map(() => [1]),
    );
    expect(inventions(result)).toContain("objects.: root");
  });

  it("root has all capabilities but none to pass on, and no groups", async () => {
    const { image } = await clean(plain("v16/x86_32"), "v16/x86_32", "v17");
    expect(fields(image, "CRED", [...IDS, "groupinfo_ref", "user_ref"])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 3]);
    const words = ["i_0", "i_1", "p_0", "p_1", "e_0", "e_1", "b_0", "b_1"].map((word) => `cap_s.cap_${word}`);
    const all = 0xffff_ffff;
    expect(fields(image, "CRED", words)).toEqual([0, 0, all, all, all, all, all, all]);
    expect(fields(image, "GROUPINFO", ["ngroups"])).toEqual([0]);
    expect(lengths(image, "GROUPINFO")).toEqual([16]);
    expect(fields(image, "USER", ["uid", "userns_ref"])).toEqual([0, 4]);
    expect(fields(image, "USER_NS", ["creator_ref"])).toEqual([0]);
    expect(lengths(image, "CRED")).toEqual([88]);
  });

  it("v17 to v16: lost, and the numbers of other objects close up", async () => {
    const result = await clean(plain("v17/x86_32", "task[0].cred.uid=1234"), "v17/x86_32", "v16");
    for (const name of ["CRED", "USER", "USER_NS", "GROUPINFO", "TASK_CREDS"])
      expect(records(result.image, name)).toEqual([]);
    expect(losses(result)).toContain("TASK_CREDS: {cred_ref: 1, ecred_ref: 1}");
    expect(fields(result.image, "TASK_NS", ["ns_objref"])).toEqual([1]);
  });
});
