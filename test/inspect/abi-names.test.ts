import { expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { abiNames } from "../../tools/inspect/abi-names.js";

it("ABIs are named by architecture, without versions where all are meant", () => {
  const all = (arch: string) =>
    registry.versions.filter((id) => registry.arches(id).includes(arch)).map((id) => `${id}/${arch}`);
  expect(abiNames([])).toBe("");
  expect(abiNames(["v19/x86_32"])).toBe("x86_32 of v19");
  expect(abiNames(["v17/x86_32", "v17/x86_64", "v18/x86_32", "v18/x86_64", "v18/s390"])).toBe(
    "x86_32 and x86_64 of v17, v18; s390 of v18",
  );
  expect(abiNames([...all("s390x"), ...all("arm"), "v16/x86_32"])).toBe("s390x, arm; x86_32 of v16");
});
