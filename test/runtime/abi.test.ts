/** Access to ABIs by names that are known only at run time. */
import { describe, expect, test } from "vitest";
import { abi, registry, versions } from "../../generated/codecs/index.js";
import { thrown } from "../codecs/thrown.js";

test("versions in order, and their architectures", () => {
  expect(versions).toEqual(registry.versions);
  expect([versions[0], versions.at(-1), versions.length]).toEqual(["v16", "v23-rc2-arm", 20]);
  expect(registry.arches()).toEqual(["x86_32", "x86_64", "s390x", "s390", "powerpc", "powerpc64", "arm"]);
  expect(registry.arches("v16")).toEqual(["x86_32"]);
  expect(registry.arches("v99")).toEqual([]);
});

test("one ABI is made once, and one codec of a struct", () => {
  const own = abi("v21", "s390x");
  expect(abi("v21", "s390x")).toBe(own);
  expect(own.struct("ckpt_hdr_vma")).toBe(own.struct("ckpt_hdr_vma"));
  expect(own.struct("ckpt_hdr_vma")).not.toBe(abi("v21", "x86_64").struct("ckpt_hdr_vma"));
});

describe("a struct that was renamed", () => {
  test.each([
    ["v17", "ckpt_hdr_sigset"],
    ["v18", "ckpt_sigset"],
    ["v23-rc2", "ckpt_sigset"],
  ])("in %s it is %s", (version, name) => {
    const own = abi(version, "x86_64");
    expect(own.struct(name).struct).toBe(name);
    expect(own.structOfKey("ckpt_sigset")?.name).toBe(name);
    const other = name === "ckpt_sigset" ? "ckpt_hdr_sigset" : "ckpt_sigset";
    const error = thrown(() => own.struct(other));
    expect(error).toMatchObject({ message: `unknown struct "${other}": ${version} calls it ${name}` });
  });

  test("a struct that does not exist has no key", () => {
    expect(abi("v16", "x86_32").structOfKey("ckpt_hdr_hpage")).toBeUndefined();
  });
});

describe("constants", () => {
  test.each<[string, string, string, number | undefined]>([
    ["v16", "x86_32", "CKPT_HDR_MM_CONTEXT", 404],
    ["v23-rc2", "x86_32", "CKPT_HDR_MM_CONTEXT", 405],
    ["v19", "x86_32", "CKPT_HDR_VMA", 402],
    ["v19", "x86_32", "__NR_checkpoint", 339],
    ["v19", "s390x", "__NR_checkpoint", 333],
    ["v19", "s390", "__NR_checkpoint", undefined],
    ["v19", "x86_32", "constructor", undefined],
  ])("%s/%s %s", (version, arch, name, value) => {
    const own = abi(version, arch);
    expect([own.constants.get(name), own.constant(name)]).toEqual([value, value]);
  });

  test("those from outside the headers are found by name but are not the headers' own", () => {
    const own = abi("v19", "s390x");
    expect([own.constant("NUM_GPRS"), own.constants.has("NUM_GPRS")]).toEqual([16, false]);
    expect(abi("v19", "x86_32").constant("NUM_GPRS")).toBeUndefined();
  });
});

describe("records and objects", () => {
  test("by number, as the enumerations say", () => {
    for (const version of versions)
      for (const arch of registry.arches(version)) {
        const own = abi(version, arch);
        for (const [number, { name }] of own.records) expect(own.constant(`CKPT_HDR_${name}`), name).toBe(number);
        for (const [number, { name }] of own.objects) expect(own.constant(`CKPT_OBJ_${name}`), name).toBe(number);
        expect(own.records.size, own.name).toBeGreaterThan(20);
        expect(own.objects.size, own.name).toBeGreaterThan(6);
      }
  });

  test("one number means different things in different versions", () => {
    expect(abi("v18", "x86_32").records.get(3)?.name).toBe("BUFFER");
    expect(abi("v19", "x86_32").records.get(3)?.name).toBe("CONTAINER");
  });
});

describe("what applies to an ABI", () => {
  const own = abi("v19", "x86_64");

  test.each<[string, Parameters<typeof own.applies>[0], boolean]>([
    ["what always was", {}, true],
    ["what began before", { since: "v18" }, true],
    ["what begins now", { since: "v19" }, true],
    ["what begins later", { since: "v20-a" }, false],
    ["what ends later", { until: "v20-a" }, true],
    ["what ends now", { until: "v19" }, false],
    ["a life around it", { since: "v17", until: "v21" }, true],
    ["a life before it", { since: "v17", until: "v18" }, false],
    ["its architecture", { arches: ["s390x", "x86_64"] }, true],
    ["its family", { arches: ["x86"] }, true],
    ["another of its family", { arches: ["x86_32"] }, false],
    ["others", { arches: ["arm", "powerpc"] }, false],
  ])("%s", (_, item, applies) => {
    expect(own.applies(item)).toBe(applies);
  });

  test("a family that is called as one of its architectures means that one only where an architecture is meant", () => {
    // `powerpc` and `s390` each name a family and its 32-bit architecture.
    expect(abi("v19", "powerpc").applies({ arches: ["powerpc"] })).toBe(true);
    expect(abi("v19", "powerpc64").applies({ arches: ["powerpc"] })).toBe(false);
    expect(abi("v19", "s390x").applies({ arches: ["s390"] })).toBe(false);
  });
});
