/**
 * Differences between architectures, for all of them. x86_32, x86_64 and s390x are compared with measurements in `measured.test.ts`. For the others
 * the tables here contain what a compiler measured; everything else is the same on all architectures.
 */
import { describe, expect, test } from "vitest";
import { abi, registry } from "../../generated/codecs/index.js";
import type { MemberDescriptor } from "../../runtime/descriptor.js";

const ALL = ["x86_32", "x86_64", "s390x", "s390", "powerpc", "powerpc64", "arm"];
const NOT_I386 = ALL.slice(1);
const X86 = ["x86_32", "x86_64"];
const S390 = ["s390x", "s390"];
const POWERPC = ["powerpc", "powerpc64"];

const TAKEN: readonly (readonly [arch: string, from: string, to: string])[] = [
  ["x86_32", "v16", "v23-rc2-arm"],
  ["x86_64", "v17", "v23-rc2-arm"],
  ["s390x", "v17", "v23-rc2-arm"],
  ["s390", "v17", "v23-rc2-arm"],
  ["powerpc", "v18", "v23-rc1-a"],
  ["powerpc64", "v18", "v23-rc1-a"],
];

test.each(registry.versions)("the architectures of %s", (version) => {
  const taken = TAKEN.filter(([, from, to]) => within(version, from, to)).map(([arch]) => arch);
  expect(registry.arches(version)).toEqual(/arm$/.test(version) ? [...taken, "arm"] : taken);
});

test.each([
  ["x86_32", "x86", 32, true],
  ["x86_64", "x86", 64, true],
  ["s390x", "s390", 64, false],
  ["s390", "s390", 32, false],
  ["powerpc", "powerpc", 32, false],
  ["powerpc64", "powerpc", 64, false],
  ["arm", "arm", 32, true],
] as const)("%s is %s with %s bits, little-endian: %s", (arch, family, bits, littleEndian) => {
  for (const version of versionsOf([arch]))
    expect(abi(version, arch).target).toMatchObject({ version, arch, family, bits, littleEndian });
});

/** Generic structs whose layout differs between architectures. */
const SOCKET_OF = (inner: number, at: number) => `socket struct@${at}:${inner}`;
const TASK_32 =
  "set_child_tid u64@28, clear_child_tid u64@36, compat_robust_futex_head_len u32@44, compat_robust_futex_list u32@48, robust_futex_head_len u32@52, robust_futex_list u64@56";
const TASK_64 =
  "set_child_tid u64@32, clear_child_tid u64@40, compat_robust_futex_head_len u32@48, compat_robust_futex_list u32@52, robust_futex_head_len u32@56, robust_futex_list u64@64";

const GENERIC: readonly (readonly [
  struct: string,
  arches: readonly string[],
  from: string,
  to: string,
  size: number,
  members: string,
])[] = [
  ["ckpt_hdr_socket", ["x86_32"], "v18", "v22-arm", 112, SOCKET_OF(12, 8)],
  ["ckpt_hdr_socket", NOT_I386, "v18", "v22-arm", 112, SOCKET_OF(16, 8)],
  ["ckpt_hdr_socket", ["x86_32"], "v23-rc1-a", "v23-rc2-arm", 120, SOCKET_OF(12, 16)],
  ["ckpt_hdr_socket", NOT_I386, "v23-rc1-a", "v23-rc2-arm", 120, SOCKET_OF(16, 16)],
  ["ckpt_hdr_task", ["x86_32"], "v17", "v19-rc3", 64, TASK_32],
  ["ckpt_hdr_task", NOT_I386, "v17", "v19-rc3", 72, TASK_64],
  ["ckpt_hdr_task", ALL, "v19", "v22-arm", 64, ""],
  ["ckpt_hdr_task", ALL, "v23-rc1-a", "v23-rc2-arm", 80, ""],
  ["ckpt_hdr_tty", [...X86, ...S390, "arm"], "v18", "v23-rc1-a", 72, "termios.c_cc u8[8]@49"],
  ["ckpt_hdr_tty", POWERPC, "v18", "v23-rc1-a", 72, "termios.c_cc u8[10]@49"],
  ["ckpt_hdr_tty", ALL, "v23-rc1-b", "v23-rc2-arm", 96, "termios.c_cc u8[19]@65"],
];

describe("generic structs", () => {
  test.each(GENERIC)("%s on %s, %s to %s", (name, arches, from, to, size, members) => {
    for (const own of abis(arches, from, to)) {
      const { layout } = own.describe(name);
      expect([layout.size, layout.align, own.struct(name).size], own.name).toEqual([size, 8, size]);
      const lines = paths(layout.members);
      if (members !== "") expect(lines, own.name).toEqual(expect.arrayContaining(members.split(", ")));
    }
  });

  test.each(registry.versions)("all others of %s are the same everywhere", (version) => {
    const differing = new Set(GENERIC.filter(([, , from, to]) => within(version, from, to)).map(([name]) => name));
    const [first, ...others] = registry.arches(version).map((arch) => abi(version, arch));
    const generic = (own: typeof first) =>
      own?.structs.filter(({ entry, name }) => entry.descriptor.family === undefined && !differing.has(name)) ?? [];
    expect(generic(first).length).toBeGreaterThan(25);
    for (const other of others)
      expect(generic(other).map(shape), `${other.name} as ${first?.name}`).toEqual(generic(first).map(shape));
  });
});

/** Structs of the architecture headers: `member type@offset`; the first element of an array of aggregates represents all. */
const HEADER_ARCH: readonly (readonly [
  struct: string,
  arches: readonly string[],
  from: string,
  to: string,
  size: number,
  members: string,
])[] = [
  [
    "ckpt_hdr_cpu",
    X86,
    "v17",
    "v19-rc2-b",
    240,
    "h struct ckpt_hdr@0, r15 u64@8, r14 u64@16, r13 u64@24, r12 u64@32, bp u64@40, bx u64@48, r11 u64@56, r10 u64@64, r9 u64@72, r8 u64@80, ax u64@88, cx u64@96, dx u64@104, si u64@112, di u64@120, orig_ax u64@128, ip u64@136, sp u64@144, flags u64@152, fs u64@160, gs u64@168, fsindex u16@176, gsindex u16@178, cs u16@180, ss u16@182, ds u16@184, es u16@186, used_math u32@188, debugreg0 u64@192, debugreg1 u64@200, debugreg2 u64@208, debugreg3 u64@216, debugreg6 u64@224, debugreg7 u64@232",
  ],
  [
    "ckpt_hdr_cpu",
    X86,
    "v19-rc3",
    "v23-rc2-arm",
    192,
    "h struct ckpt_hdr@0, r15 u64@8, r14 u64@16, r13 u64@24, r12 u64@32, bp u64@40, bx u64@48, r11 u64@56, r10 u64@64, r9 u64@72, r8 u64@80, ax u64@88, cx u64@96, dx u64@104, si u64@112, di u64@120, orig_ax u64@128, ip u64@136, sp u64@144, flags u64@152, fs u64@160, gs u64@168, fsindex u16@176, gsindex u16@178, cs u16@180, ss u16@182, ds u16@184, es u16@186, used_math u32@188",
  ],
  [
    "ckpt_hdr_cpu",
    S390,
    "v17",
    "v23-rc2-arm",
    440,
    "h struct ckpt_hdr@0, args u64[1]@8, gprs u64[16]@16, orig_gpr2 u64@144, svcnr u16@152, ilc u16@154, acrs u32[16]@156, ieee_instruction_pointer u64@224, psw_t_mask u64@232, psw_t_addr u64@240, fpc u32@248, fprs union[16]@256:128, fprs[0].f f32@256, fprs[0].d f64@256, fprs[0].ui u64@256, fprs[0].fp struct@256:8, fprs[0].fp.fp_hi u32@256, fprs[0].fp.fp_lo u32@260, per_control_regs u64[3]@384, starting_addr u64@408, ending_addr u64@416, address u64@424, perc_atmid u16@432, access_id u8@434, single_step u8@435, instruction_fetch u8@436",
  ],
  ["ckpt_hdr_cpu", ["arm"], "v22-arm", "v23-rc2-arm", 80, "h struct ckpt_hdr@0, uregs u32[18]@8"],
  [
    "ckpt_hdr_header_arch",
    X86,
    "v17",
    "v23-rc2-arm",
    16,
    "h struct ckpt_hdr@0, has_fxsr u16@8, has_xsave u16@10, xstate_size u16@12, _pading u16@14",
  ],
  ["ckpt_hdr_header_arch", S390, "v17", "v23-rc2-arm", 8, "h struct ckpt_hdr@0"],
  ["ckpt_hdr_header_arch", POWERPC, "v18", "v23-rc1-a", 16, "h struct ckpt_hdr@0, what u32@8"],
  [
    "ckpt_hdr_header_arch",
    ["arm"],
    "v22-arm",
    "v23-rc2-arm",
    16,
    "h struct ckpt_hdr@0, cpu_architecture u32@8, mmu u8@12, aeabi u8@13, oabi_compat u8@14",
  ],
  [
    "ckpt_hdr_mm_context",
    X86,
    "v17",
    "v23-rc2-arm",
    24,
    "h struct ckpt_hdr@0, vdso u64@8, ldt_entry_size u32@16, nldt u32@20",
  ],
  [
    "ckpt_hdr_mm_context",
    ["s390"],
    "v17",
    "v23-rc2-arm",
    32,
    "h struct ckpt_hdr@0, vdso_base u32@8, noexec s32@12, has_pgste s32@16, alloc_pgste s32@20, asce_bits u32@24, asce_limit u32@28",
  ],
  [
    "ckpt_hdr_mm_context",
    ["s390x"],
    "v17",
    "v23-rc2-arm",
    48,
    "h struct ckpt_hdr@0, vdso_base u64@8, noexec s32@16, has_pgste s32@20, alloc_pgste s32@24, asce_bits u64@32, asce_limit u64@40",
  ],
  ["ckpt_hdr_mm_context", ["arm"], "v22-arm", "v23-rc2-arm", 16, "h struct ckpt_hdr@0, end_brk u32@8"],
  [
    "ckpt_hdr_thread",
    X86,
    "v17",
    "v22-arm",
    16,
    "h struct ckpt_hdr@0, thread_info_flags u32@8, gdt_entry_tls_entries u16@12, sizeof_tls_array u16@14",
  ],
  [
    "ckpt_hdr_thread",
    X86,
    "v23-rc1-a",
    "v23-rc2-arm",
    24,
    "h struct ckpt_hdr@0, sysenter_return u64@8, thread_info_flags u32@16, gdt_entry_tls_entries u16@20, sizeof_tls_array u16@22",
  ],
  ["ckpt_hdr_thread", S390, "v19", "v23-rc2-arm", 16, "h struct ckpt_hdr@0, thread_info_flags u64@8"],
  [
    "ckpt_hdr_thread",
    ["arm"],
    "v22-arm",
    "v23-rc2-arm",
    24,
    "h struct ckpt_hdr@0, syscall u32@8, tp_value u32@12, thumbee_state u32@16",
  ],
];

describe("structs of the architecture headers", () => {
  test.each(HEADER_ARCH)("%s on %s, %s to %s", (name, arches, from, to, size, members) => {
    for (const own of abis(arches, from, to)) {
      const { layout } = own.describe(name);
      expect([layout.size, layout.align, own.struct(name).size], own.name).toEqual([size, 8, size]);
      expect(paths(layout.members).join(", "), own.name).toBe(members);
    }
  });

  test("each architecture has these and no others", () => {
    for (const own of abis(ALL, "v17", "v23-rc2-arm")) {
      const inHeader = own.structs
        .filter(({ entry }) => entry.descriptor.family !== undefined && entry.descriptor.external === undefined)
        .map(({ name }) => name);
      const wanted = HEADER_ARCH.filter(
        ([, arches, from, to]) => arches.includes(own.target.arch) && within(own.target.version, from, to),
      ).map(([name]) => name);
      expect(inHeader.sort(), own.name).toEqual(wanted.sort());
    }
  });

  test("without an aligned(8) of their own, 64-bit members and record headers align to 8 all the same", () => {
    const sizes: [string, readonly string[], string, string, number][] = [
      ["ckpt_hdr_container", ALL, "v18-dev-a", "v18-dev-b", 8],
      ["ckpt_hdr_cpu", S390, "v17", "v23-rc2-arm", 440],
      ["ckpt_hdr_file_tty", ALL, "v18", "v18-dev-b", 48],
      ["ckpt_hdr_file_tty", ALL, "v19-rc1", "v23-rc2-arm", 56],
      ["ckpt_hdr_header_arch", S390, "v17", "v23-rc2-arm", 8],
      ["ckpt_hdr_socket_buffer", ALL, "v18", "v19-rc1", 16],
      ["ckpt_hdr_socket_buffer", ALL, "v19-rc2-a", "v23-rc2-arm", 104],
      ["ckpt_hdr_socket_buffer_frag", ALL, "v19-rc2-a", "v23-rc2-arm", 16],
      ["ckpt_hdr_task_sem_undo", ALL, "v23-rc1-a", "v23-rc2-arm", 16],
      ["ckpt_hdr_task_sem_undo_list", ALL, "v23-rc1-a", "v23-rc2-arm", 16],
      ["ckpt_hdr_thread", S390, "v19", "v23-rc2-arm", 16],
    ];
    for (const [name, arches, from, to, size] of sizes)
      for (const own of abis(arches, from, to))
        expect(own.describe(name).layout, `${name} of ${own.name}`).toMatchObject({ size, align: 8 });
  });
});

/** Constants that differ between architectures or exist only on some: `[name, arches, [value, from, to]...]`. */
const CONSTANTS: readonly (readonly [
  name: string,
  arches: readonly string[],
  ...values: (readonly [value: number, from: string, to: string])[],
])[] = [
  ["CKPT_ARCH_ID", ["arm"], [6, "v22-arm", "v22-arm"], [4, "v23-rc2-arm", "v23-rc2-arm"]],
  ["CKPT_HDR_CPU_FPU", X86, [201, "v17", "v23-rc2-arm"]],
  ["CKPT_HDR_MM_CONTEXT_LDT", X86, [202, "v17", "v23-rc2-arm"]],
  ["CKPT_TTY_NCC", [...X86, ...S390], [8, "v18", "v23-rc1-a"]],
  ["CKPT_TTY_NCC", POWERPC, [10, "v18", "v23-rc1-a"]],
  ["CKPT_TTY_NCC", ["arm"], [8, "v22-arm", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_LDT", X86, [32768, "v17", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_NULL", X86, [0, "v17", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_TLS", X86, [16384, "v17", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_USER32_CS", X86, [1, "v17", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_USER32_DS", X86, [2, "v17", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_USER64_CS", X86, [3, "v19-rc2-b", "v23-rc2-arm"]],
  ["CKPT_X86_SEG_USER64_DS", X86, [4, "v19-rc2-b", "v23-rc2-arm"]],
  ["NUM_CR_WORDS", S390, [3, "v18-dev-a", "v23-rc2-arm"]],
  ["__NR_OABI_SYSCALL_BASE", ["arm"], [9437184, "v22-arm", "v23-rc2-arm"]],
  ["__NR_SYSCALL_BASE", ["arm"], [0, "v22-arm", "v23-rc2-arm"]],
  [
    "__NR_checkpoint",
    ["x86_32"],
    [338, "v18-dev-a", "v19-rc2-b"],
    [339, "v19-rc3", "v22-arm"],
    [342, "v23-rc1-a", "v23-rc2"],
    [348, "v23-rc2-arm", "v23-rc2-arm"],
  ],
  [
    "__NR_checkpoint",
    ["x86_64"],
    [300, "v19-rc2-b", "v19-rc2-b"],
    [301, "v19-rc3", "v23-rc1-c"],
    [304, "v23-rc2", "v23-rc2"],
    [313, "v23-rc2-arm", "v23-rc2-arm"],
  ],
  [
    "__NR_checkpoint",
    ["s390x"],
    [332, "v18-dev-a", "v19-rc2-a"],
    [333, "v19-rc2-b", "v22-arm"],
    [336, "v23-rc1-a", "v23-rc2"],
    [341, "v23-rc2-arm", "v23-rc2-arm"],
  ],
  [
    "__NR_checkpoint",
    POWERPC,
    [323, "v18-dev-a", "v19-rc1"],
    [324, "v19-rc2-a", "v22-arm"],
    [346, "v23-rc1-a", "v23-rc1-a"],
  ],
  ["__NR_checkpoint", ["arm"], [367, "v22-arm", "v22-arm"], [377, "v23-rc2-arm", "v23-rc2-arm"]],
  ["__NR_clone_with_pids", ["x86_32"], [337, "v18-dev-a", "v19-rc1"]],
  ["__NR_clone_with_pids", ["s390x"], [334, "v18-dev-a", "v19-rc1"]],
  ["__NR_clone_with_pids", POWERPC, [325, "v18-dev-a", "v19-rc1"]],
  ["__NR_eclone", ["x86_32"], [341, "v23-rc2", "v23-rc2"], [347, "v23-rc2-arm", "v23-rc2-arm"]],
  ["__NR_eclone", ["x86_64"], [303, "v23-rc2", "v23-rc2"], [312, "v23-rc2-arm", "v23-rc2-arm"]],
  ["__NR_eclone", ["s390x"], [335, "v23-rc2", "v23-rc2"], [340, "v23-rc2-arm", "v23-rc2-arm"]],
  ["__NR_eclone", ["arm"], [376, "v23-rc2-arm", "v23-rc2-arm"]],
  [
    "__NR_restart",
    ["x86_32"],
    [339, "v18-dev-a", "v19-rc2-b"],
    [340, "v19-rc3", "v22-arm"],
    [343, "v23-rc1-a", "v23-rc2"],
    [349, "v23-rc2-arm", "v23-rc2-arm"],
  ],
  [
    "__NR_restart",
    ["x86_64"],
    [301, "v19-rc2-b", "v19-rc2-b"],
    [302, "v19-rc3", "v23-rc1-c"],
    [305, "v23-rc2", "v23-rc2"],
    [314, "v23-rc2-arm", "v23-rc2-arm"],
  ],
  [
    "__NR_restart",
    ["s390x"],
    [333, "v18-dev-a", "v19-rc2-a"],
    [334, "v19-rc2-b", "v22-arm"],
    [337, "v23-rc1-a", "v23-rc2"],
    [342, "v23-rc2-arm", "v23-rc2-arm"],
  ],
  [
    "__NR_restart",
    POWERPC,
    [324, "v18-dev-a", "v19-rc1"],
    [325, "v19-rc2-a", "v22-arm"],
    [347, "v23-rc1-a", "v23-rc1-a"],
  ],
  ["__NR_restart", ["arm"], [368, "v22-arm", "v22-arm"], [378, "v23-rc2-arm", "v23-rc2-arm"]],
];

describe("constants", () => {
  const own = new Set(CONSTANTS.map(([name]) => name));

  test.each([...own])("%s where it is defined, and nowhere else", (name) => {
    for (const { target, constants, name: place } of abis(ALL, "v17", "v23-rc2-arm")) {
      const wanted = CONSTANTS.filter(([row, arches]) => row === name && arches.includes(target.arch))
        .flatMap(([, , ...values]) => values)
        .find(([, from, to]) => within(target.version, from, to))?.[0];
      expect(constants.get(name), place).toBe(wanted);
    }
  });

  test.each(registry.versions)("all others of %s are the same everywhere", (version) => {
    const [first, ...others] = registry.arches(version).map((arch) => abi(version, arch));
    const shared = (constants: ReadonlyMap<string, number | bigint>) =>
      [...constants].filter(([name]) => version === "v16" || !own.has(name));
    for (const other of others)
      expect(shared(other.constants), other.name).toEqual(shared(first?.constants ?? new Map()));
  });
});

function within(version: string, from: string, to: string): boolean {
  const at = (id: string) => {
    const index = registry.versions.indexOf(id);
    if (index < 0) throw new Error(`no version ${id}`);
    return index;
  };
  return at(version) >= at(from) && at(version) <= at(to);
}

function versionsOf(arches: readonly string[]): string[] {
  return registry.versions.filter((version) => registry.arches(version).some((arch) => arches.includes(arch)));
}

/** All ABIs of the architectures in a range of versions; at least one. */
function abis(arches: readonly string[], from: string, to: string) {
  const found = registry.versions
    .filter((version) => within(version, from, to))
    .flatMap((version) =>
      registry
        .arches(version)
        .filter((arch) => arches.includes(arch))
        .map((arch) => abi(version, arch)),
    );
  expect(found).not.toEqual([]);
  return found;
}

function shape({ name, layout }: { name: string; layout: { size: number; align: number; members: unknown } }) {
  return [name, layout.size, layout.align, layout.members];
}

/** Members as `member type[dims]@offset`, including nested ones; nested aggregates have their size as the type. */
function paths(members: readonly MemberDescriptor[], prefix = "", base = 0): string[] {
  return members.flatMap(({ name, type, dims = [], offset, size, members: inner }) => {
    const path = `${prefix}${name}`;
    const at = base + offset;
    const line = `${path} ${type}${dims.map((dim) => `[${dim}]`).join("")}@${at}`;
    if (!inner) return [line];
    return [`${line}:${size}`, ...paths(inner, `${path}${dims.map(() => "[0]").join("")}.`, at)];
  });
}
