/** `ckpt abi diff`: applied as a patch to the measured layouts of one version it must give those of the other. */
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { AbiDiff } from "../../tools/abi/diff.js";
import { json, text } from "../cli/ckpt.js";
import { headerMeasurements, type Measurement } from "../codecs/measurements.js";
import { numbersOf, patchNumbers, patchStructs, structsOf } from "./patch.js";

const diff = (from: string, to: string, ...options: string[]) => json<AbiDiff>("abi", "diff", from, to, ...options);

const measured = new Map(headerMeasurements().map((one) => [`${one.version}/${one.arch}`, one]));
const pairs = [
  ...registry.versions.slice(1).map((to, index) => [registry.versions[index] as string, to] as const),
  ["v16", "v23-rc2-arm"],
  ["v17", "v23-rc2"],
  ["v23-rc2", "v17"],
  ["v19", "v21"],
] as const;
const cases = pairs.flatMap(([from, to]) =>
  ["x86_32", "x86_64", "s390x"].flatMap((arch) => {
    const before = measured.get(`${from}/${arch}`);
    const after = measured.get(`${to}/${arch}`);
    return before && after ? [[from, to, arch, before, after] as const] : [];
  }),
);

test("the pairs cover every version", () => {
  expect(new Set([...cases.map(([from]) => from), ...cases.map(([, to]) => to)])).toEqual(new Set(registry.versions));
});

describe.each(cases)("%s → %s on %s", (from, to, arch, before, after) => {
  test("applied to what was measured of the one, it gives what was measured of the other", async () => {
    check(await diff(from, to, "--arch", arch), before, after);
  });

  test("the rows of the diff for all architectures that hold for this one are the same", async () => {
    const all = await diff(from, to);
    const own = <T extends { arches: readonly string[] }>(changes: readonly T[]) =>
      changes.filter(({ arches }) => arches.includes(arch)).map((change) => ({ ...change, arches: [arch] }));
    const one = await diff(from, to, "--arch", arch);
    const sorted = (changes: readonly { name: string }[]) => [...changes].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(sorted(own(all.structs))).toEqual(sorted(one.structs));
    expect(sorted(own(all.constants))).toEqual(sorted(one.constants));
  });
});

function check(changes: AbiDiff, before: Measurement, after: Measurement): void {
  const signless = [...before.structs.values(), ...after.structs.values()].some(({ widths_only }) => widths_only);
  const structs = structsOf(before, signless);
  patchStructs(structs, changes.structs, new Set([...structs.keys(), ...structsOf(after, signless).keys()]), signless);
  expect(structs).toEqual(structsOf(after, signless));
  const numbers = numbersOf(before);
  patchNumbers(numbers, changes.constants);
  expect(numbers).toEqual(numbersOf(after));
}

test("a struct that was renamed appears once, and a name that was reused is another struct", async () => {
  const { structs } = await diff("v23-rc1-b", "v23-rc1-c", "--arch", "x86_64");
  const pids = structs.filter(({ name, from }) => /pids/.test(`${name} ${from?.name}`));
  expect(pids.map(({ name, changes, from }) => [name, changes, from?.name])).toEqual([
    ["ckpt_task_pids", ["renamed"], "ckpt_pids"],
    ["ckpt_hdr_pids", ["added"], undefined],
    ["ckpt_pids", ["added"], undefined],
  ]);
});

test("renamed, moved, resized and retyped fields", async () => {
  const { structs } = await diff("v22-arm", "v23-rc1-b", "--arch", "x86_64");
  const field = (struct: string, path: string) =>
    structs.find(({ name }) => name === struct)?.fields.find((one) => one.field === path);
  expect(field("ckpt_const", "tty_termios_nccs")).toEqual({
    field: "tty_termios_nccs",
    changes: ["renamed"],
    from: { name: "tty_termios_ncc" },
    to: { name: "tty_termios_nccs" },
  });
  expect(field("ckpt_hdr_tty", "termios.c_cc")).toEqual({
    field: "termios.c_cc",
    changes: ["moved", "resized", "retyped"],
    from: { offset: 49, size: 8, type: "u8[8]" },
    to: { offset: 65, size: 19, type: "u8[19]" },
  });
  expect(field("ckpt_siginfo", "sigval_ptr")).toMatchObject({
    changes: ["removed"],
    from: { offset: 24, type: "u64" },
  });
});

test("rows that hold on every architecture are told once, others with theirs", async () => {
  const { arches, arches_removed, structs, constants } = await diff("v22-arm", "v23-rc1-a");
  expect(arches).toEqual(["x86_32", "x86_64", "s390x", "s390", "powerpc", "powerpc64"]);
  expect(arches_removed).toEqual(["arm"]);
  expect(structs.filter(({ name }) => name === "ckpt_hdr_socket").map((one) => one.arches)).toEqual([arches]);
  expect(structs.find(({ name }) => name === "ckpt_hdr_thread")?.arches).toEqual(["x86_32", "x86_64"]);
  expect(
    constants.filter(({ name }) => name === "__NR_restart").map(({ from, to, arches }) => [from, to, arches]),
  ).toEqual([
    [340, 343, ["x86_32"]],
    [334, 337, ["s390x"]],
    [325, 347, ["powerpc", "powerpc64"]],
  ]);
});

test("the text", async () => {
  const shown = await text("abi", "diff", "v22-arm", "v23-rc1-a");
  expect(shown).toContain(`v22-arm → v23-rc1-a on x86_32, x86_64, s390x, s390, powerpc, powerpc64
Only v22-arm has arm.

`);
  expect(shown).toContain(`
~ struct ckpt_hdr_thread, 16 → 24 bytes  [x86_32, x86_64]
    + sysenter_return: u64 at 8
    ~ thread_info_flags .. sizeof_tls_array (3 fields): moved by +8, the first from 8 to 16

`);
  expect(shown).toContain("\n    - peercred_gid: u32 at 20\n");
  expect(shown).toContain("\n    ~ csi_errno: was named _errno; u32 → s32\n");
  expect(shown).toContain("\n+ struct ckpt_hdr_task_sem_undo_list, 16 bytes\n    h, count\n");
  expect(shown).toContain("\narch_id\n    - CKPT_ARCH_ARM = 6\n");
  expect(shown).toContain("\n    ~ __NR_restart: 340 → 343  [x86_32]\n");
  expect(await text("abi", "diff", "v17", "v18", "--arch", "s390x")).toContain(
    "\n~ struct ckpt_hdr_pids → ckpt_pids\n",
  );
});

test("a version does not differ from itself", async () => {
  expect(await text("abi", "diff", "v19", "v19", "--arch", "arm").catch(String)).toContain("v19 does not have it");
  expect(await text("abi", "diff", "v19", "v19", "--arch", "s390")).toBe("v19 → v19 on s390\n\nNo differences.\n");
});

test("numbers of a header that is lost are not told as new without a remark", async () => {
  expect((await diff("v18", "v18-dev-a")).remarks).toEqual([
    expect.stringMatching(/^CHECKPOINT_VERSION and other numbers of linux\/checkpoint\.h are missing from v18: /),
  ]);
  expect((await diff("v18-dev-a", "v19")).remarks).toEqual([]);
});
