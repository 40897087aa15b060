import { describe, expect, it } from "vitest";
import { fields, losses, records } from "../../conversions.js";
import { clean, lengths, plain, without } from "../images.js";

const OLD = "v18-dev-b/x86_32";
const NEW = "v19-rc1/x86_32";

describe("security-labels", () => {
  it("v18-dev-b to v19-rc1: nothing has a label", async () => {
    const source = without(OLD, []);
    const { image } = await clean(source, OLD, "v19-rc1");
    const labels = (name: string, path: string) => [
      ...new Set(records(image, name).map((node) => image.fields(node).number(path))),
    ];
    expect(labels("FILE", "f_secref")).toEqual([0]);
    expect(labels("CRED", "sec_ref")).toEqual([0]);
    for (const name of ["IPC_SHM", "IPC_MSG", "IPC_SEM"]) expect(labels(name, "perms.sec_ref")).toEqual([0]);
    expect(labels("IPC_MSG_MSG", "sec_ref")).toEqual([0]);
    expect(lengths(image, "CRED")).toEqual([96]);
    expect(lengths(image, "IPC_MSG_MSG")).toEqual([24, 24, 24]);
  });

  it("v19-rc1 to v18-dev-b: labels are lost by their text, and the numbers of other objects close up", async () => {
    const result = await clean(without(NEW, []), NEW, "v18-dev-b");
    expect(losses(result).slice(2)).toEqual([
      "SECURITY: 5",
      "CRED.sec_ref: _",
      "IPC_SHM.perms.sec_ref: Shared",
      "IPC_MSG.perms.sec_ref: Shared",
      "IPC_MSG_MSG.sec_ref: Message",
      "IPC_SEM.perms.sec_ref: Shared",
      "FILE.f_secref: _",
    ]);
    const messages = result.report.losses.find(({ record }) => record === "IPC_MSG_MSG");
    expect(messages?.count).toBe(3);
    expect(records(result.image, "SECURITY")).toEqual([]);
    // Four objects of credentials, then the set of namespaces.
    expect(fields(result.image, "TASK_NS", ["ns_objref"])).toEqual([5]);
    expect(lengths(result.image, "IPC_MSG_MSG")).toEqual([16, 16, 16]);
  });

  it("a number that no label has stands for none", async () => {
    const stray = plain(NEW, "file[0].f_secref=1234");
    const result = await clean(stray, NEW, "v18-dev-b");
    expect(losses(result)).toEqual([]);
    expect(
      result.report.leftovers.map(({ record, field, examples: [first] }) => [record, field, first?.value]),
    ).toEqual([["FILE", "f_secref", "1234"]]);
  });
});
