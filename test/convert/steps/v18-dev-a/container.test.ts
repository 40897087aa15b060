import { describe, expect, it } from "vitest";
import { losses, order, payloadOf, records } from "../../conversions.js";
import { clean, plain, returns } from "../images.js";

describe("container-section", () => {
  it("v18 to v18-dev-a: an empty record behind the architecture", async () => {
    const source = plain("v18/x86_32");
    const { image } = await clean(source, "v18/x86_32", "v18-dev-a");
    expect(order(image.root).slice(4, 7)).toEqual(["HEADER_ARCH", "container", "TREE"]);
    expect(order(image.root.rules("container")[0])).toEqual(["CONTAINER"]);
    expect(await returns(source, "v18/x86_32", "v18-dev-a")).toBe(true);
  });

  it("v18-dev-a to v18: without it, and nothing is lost", async () => {
    const source = plain("v18-dev-a/x86_32");
    const result = await clean(source, "v18-dev-a/x86_32", "v18");
    expect(records(result.image, "CONTAINER")).toEqual([]);
    expect(losses(result)).toEqual([]);
    expect(await returns(source, "v18-dev-a/x86_32", "v18")).toBe(true);
  });
});

describe("security-module", () => {
  it("v18-dev-b to v19-rc1: no module in 11 bytes, and data without a NUL", async () => {
    const source = plain("v18-dev-b/x86_64");
    const { image } = await clean(source, "v18-dev-b/x86_64", "v19-rc1");
    expect(order(image.root.rules("container")[0])).toEqual(["CONTAINER", "lsm_name", "LSM_INFO"]);
    expect(Buffer.from(payloadOf(image, "lsm_name")).toString()).toBe("lsm_none\0\0\0");
    expect(Buffer.from(payloadOf(image, "LSM_INFO")).toString()).toBe("dummy");
    expect(await returns(source, "v18-dev-b/x86_64", "v19-rc1")).toBe(true);
  });

  it("v19-rc1 to v18-dev-b: only the name and the data of a module are lost", async () => {
    const none = await clean(plain("v19-rc1/x86_64"), "v19-rc1/x86_64", "v18-dev-b");
    expect(order(none.image.root.rules("container")[0])).toEqual(["CONTAINER"]);
    expect(losses(none)).toEqual([]);
    const smack = plain("v19-rc1/x86_64", "lsm_name=smack", "lsm_info=312e3000");
    expect(losses(await clean(smack, "v19-rc1/x86_64", "v18-dev-b"))).toEqual([
      "BUFFER.lsm_name: smack",
      "LSM_INFO: 1.0",
    ]);
  });
});
