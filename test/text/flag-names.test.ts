/** Names of flags in the text of an image are those of the bits, also where the enumeration lists bit numbers. */
import { expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { ImageFormat } from "../../tools/image/abi/format.js";
import { Forms } from "../../tools/text/struct-form.js";

const form = (abi: ReturnType<typeof registry.abi>, key: string) => {
  const struct = abi.structOfKey(key);
  if (!struct) throw new Error(`${abi.name} has no ${key}`);
  const codec = abi.struct(struct.name);
  return { form: new Forms(new ImageFormat(abi)).struct(struct), blank: codec.fromBytes(new Uint8Array(codec.size)) };
};

it.each([
  [1, "CKPT_USED_FP"],
  [2, "CKPT_USED_DEBUG"],
  [4, "CKPT_USED_ALTIVEC"],
  [5, "CKPT_USED_FP|CKPT_USED_ALTIVEC"],
  [0, "0"],
])("features_used %d of PowerPC is %s", (features_used, text) => {
  for (const version of registry.versions)
    for (const arch of registry.arches(version).filter((id) => id.startsWith("powerpc"))) {
      const { form: cpu, blank } = form(registry.abi(version, arch), "ckpt_hdr_cpu");
      expect(cpu.show({ ...blank, features_used })).toMatchObject({ features_used: text });
    }
});

it("masks have the names of their bits", () => {
  const { form: vma, blank } = form(registry.abi("v21", "x86_64"), "ckpt_hdr_vma");
  expect(vma.show({ ...blank, vm_flags: 5n })).toMatchObject({ vm_flags: "VM_READ|VM_EXEC" });
});
