/** The structs of core files in the headers of C library and kernel: where they are, and how their members are named. */

/** The C type of a struct, and the headers to include for it. */
export interface Counterpart {
  /** Key of the struct in the schema. */
  readonly key: string;
  readonly include: readonly string[];
  readonly type: string;
  /** Paths of members with another name in C; null for one without a counterpart, `*` for all of an array. */
  readonly members?: Readonly<Record<string, string | null>>;
  /** Set if the struct of the header may be longer, and need not have the padding at the end of ours. */
  readonly longer?: true;
}

const PROCFS = ["sys/procfs.h"];
const USER = ["sys/user.h"];
const SIGINFO = ["asm/siginfo.h"];

function generic(bits: 32 | 64): Counterpart[] {
  return [
    { key: "elfhdr", include: ["elf.h"], type: `Elf${bits}_Ehdr` },
    { key: "elf_phdr", include: ["elf.h"], type: `Elf${bits}_Phdr` },
    { key: "elf_shdr", include: ["elf.h"], type: `Elf${bits}_Shdr` },
    { key: "elf_note", include: ["elf.h"], type: `Elf${bits}_Nhdr` },
    { key: "elf_auxv", include: ["elf.h"], type: `Elf${bits}_auxv_t`, members: { a_val: "a_un.a_val" } },
    { key: "elf_siginfo", include: PROCFS, type: "struct elf_siginfo" },
    { key: "elf_timeval", include: ["sys/time.h"], type: "struct timeval" },
    { key: "elf_prstatus", include: PROCFS, type: "struct elf_prstatus" },
    { key: "elf_prpsinfo", include: PROCFS, type: "struct elf_prpsinfo" },
    { key: "sigval", include: SIGINFO, type: "sigval_t" },
    // Newer headers have only the words of the whole struct.
    { key: "siginfo", include: SIGINFO, type: "siginfo_t", members: { "_sifields._pad": null } },
  ];
}

const NAMES_64: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["bp", "bx", "ax", "cx", "dx", "si", "di", "ip", "sp"].map((name) => [name, `r${name}`])),
  orig_ax: "orig_rax",
  flags: "eflags",
};

const NAMES_32: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["bp", "bx", "ax", "cx", "dx", "si", "di", "ip", "sp"].map((name) => [name, `e${name}`])),
  ...Object.fromEntries(["ds", "es", "fs", "gs", "cs", "ss"].map((name) => [name, `x${name}`])),
  orig_ax: "orig_eax",
  flags: "eflags",
};

const POWERPC: readonly Counterpart[] = [
  // The registers that the kernel fills; the array of words is longer.
  { key: "elf_gregset", include: ["asm/ptrace.h"], type: "struct pt_regs", members: { reserved: null }, longer: true },
  { key: "elf_gregset", include: PROCFS, type: "elf_gregset_t", members: { "*": null } },
  { key: "elf_fpregset", include: PROCFS, type: "elf_fpregset_t", members: { "*": null } },
];

const S390: readonly Counterpart[] = [
  { key: "psw", include: ["asm/ptrace.h"], type: "psw_t" },
  { key: "s390_regs", include: ["asm/ptrace.h"], type: "s390_regs" },
  { key: "s390_fp_regs", include: ["asm/ptrace.h"], type: "s390_fp_regs" },
];

const USER_DESC = { key: "user_desc", include: ["asm/ldt.h"], type: "struct user_desc", members: { flags: null } };

const OWN: Readonly<Record<string, readonly Counterpart[]>> = {
  x86_32: [
    { key: "user_regs_struct", include: USER, type: "struct user_regs_struct", members: NAMES_32 },
    { key: "user_i387_struct", include: USER, type: "struct user_fpregs_struct" },
    { key: "user_fxsr_struct", include: USER, type: "struct user_fpxregs_struct" },
    USER_DESC,
  ],
  x86_64: [
    { key: "user_regs_struct", include: USER, type: "struct user_regs_struct", members: NAMES_64 },
    {
      key: "user_i387_struct",
      include: USER,
      type: "struct user_fpregs_struct",
      members: { twd: "ftw", mxcsr_mask: "mxcr_mask" },
    },
    {
      key: "xsave_struct",
      include: ["signal.h"],
      type: "struct _xstate",
      members: {
        ...Object.fromEntries(["cwd", "swd", "fop", "rip", "rdp", "mxcsr"].map((name) => [name, `fpstate.${name}`])),
        twd: "fpstate.ftw",
        mxcsr_mask: "fpstate.mxcr_mask",
        st_space: "fpstate._st",
        xmm_space: "fpstate._xmm",
        // A single member in C.
        padding: null,
        xstate_fx_sw_bytes: null,
        xsave_hdr: "xstate_hdr",
        "xsave_hdr.reserved1": "xstate_hdr.__glibc_reserved1",
        "xsave_hdr.reserved2": "xstate_hdr.__glibc_reserved2",
      },
      longer: true,
    },
    USER_DESC,
  ],
  s390x: S390,
  s390: S390,
  powerpc: POWERPC,
  powerpc64: POWERPC,
  arm: [
    { key: "user_regs", include: USER, type: "struct user_regs" },
    // Bit fields in C, which have no offset; the members after them have one.
    { key: "user_fp", include: USER, type: "struct user_fpregs", members: { fpsr: null, fpcr: null } },
  ],
};

export function counterparts(arch: string, bits: 32 | 64): readonly Counterpart[] {
  return [...generic(bits), ...(OWN[arch] ?? [])];
}

/** Structs that are only in headers of the kernel and of debuggers. */
export const WITHOUT_HEADER = [
  "nt_file",
  "nt_file_entry",
  "xsave_hdr_struct",
  "s390_last_break",
  "s390_system_call",
  "elf_vrregset",
  "elf_vsrregset",
  "elf_evrregset",
  "fp_reg",
  "user_vfp",
];
