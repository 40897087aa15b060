/** Versions and architectures in words: late and removed architectures need no mention. */
import { expect, it } from "vitest";
import { abisText } from "../../generator/emit/reference/spans.js";
import type { Abi } from "../../generator/model.js";
import { REAL_SITE } from "./real-site.js";

const { model } = REAL_SITE;
const index = (id: string) => model.versions.findIndex((version) => version.id === id);
const between = (from: string, to: string) => (abi: Abi) =>
  abi.version.index >= index(from) && abi.version.index <= index(to);
const on =
  (...arches: string[]) =>
  (abi: Abi) =>
    arches.includes(abi.arch.id);
const of = (chosen: (abi: Abi) => boolean) => model.abis.filter(chosen);
const LAST = "v23-rc2-arm";

it.each([
  ["every version", of(() => true)],
  ["since v17", of(between("v17", LAST))],
  // PowerPC joined in v18 and was removed after v23-rc1-a, arm is in two versions.
  ["since v18", of(between("v18", LAST))],
  ["since v23-rc1-c", of(between("v23-rc1-c", LAST))],
  ["up to v17", of(between("v16", "v17"))],
  ["v20-a to v20-b", of(between("v20-a", "v20-b"))],
  ["v16", of(between("v16", "v16"))],
  ["since v23-rc2-arm", of(between(LAST, LAST))],
  ["up to v17 and since v19", of((abi) => !between("v18", "v19-rc3")(abi))],
  ["every version on arm", of(on("arm"))],
  ["every version on powerpc and powerpc64", of(on("powerpc", "powerpc64"))],
  ["since v19 on s390x and s390", of((abi) => on("s390x", "s390")(abi) && between("v19", LAST)(abi))],
  ["since v18 except on arm", of((abi) => !on("arm")(abi) && between("v18", LAST)(abi))],
  [
    "since v17 on x86_32; since v19 on x86_64",
    of((abi) => (on("x86_32")(abi) && between("v17", LAST)(abi)) || (on("x86_64")(abi) && between("v19", LAST)(abi))),
  ],
])("%s", (text, abis) => {
  expect(abisText(abis, model)).toBe(text);
});

it("is relative to where something exists", () => {
  const x86 = of(on("x86_32", "x86_64"));
  expect(abisText(x86, model, x86)).toBe("wherever it exists");
  expect(abisText(x86.filter(between("v19", LAST)), model, x86)).toBe("since v19");
  expect(abisText(x86.filter(on("x86_64")), model, x86)).toBe("every version on x86_64");
});
