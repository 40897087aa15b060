/**
 * Predefined macros of C compilers by architecture, measured with `gcc -std=gnu11 -nostdinc -dM -E` of GCC 12.2. Headers are read as this compiler
 * would; C11 is also what `measure` compiles. The values are those without options, although some depend on them (`__SSE2__`, `__ARM_ARCH`,
 * `__PIC__`). `test/header/compiler-macros.test.ts` verifies the table with the installed compilers.
 *
 * Not in the table: limits of floating-point and fixed-point numbers (`__DBL_MAX__`, `__FRACT_FBIT__`), which `#if` cannot use, and the keywords of
 * PowerPC's vector extension (`vector`, `__builtin_vsx_...`), which are macros only in combination.
 */
import type { Arch } from "../model.js";

/** Macros by replacement: the names of those that have it. */
type Block = Readonly<Record<string, string>>;

const EVERYWHERE: Block = {
  "": "__REGISTER_PREFIX__ __USER_LABEL_PREFIX__",
  0: "__ATOMIC_RELAXED __FINITE_MATH_ONLY__ __GNUC_PATCHLEVEL__",
  1: `__ATOMIC_CONSUME __ELF__ __GCC_ATOMIC_TEST_AND_SET_TRUEVAL __GNUC_STDC_INLINE__ __HAVE_SPECULATION_SAFE_VALUE __NO_INLINE__
    __PRAGMA_REDEFINE_EXTNAME __STDC_HOSTED__ __STDC_UTF_16__ __STDC_UTF_32__ __STDC__ __gnu_linux__ __linux __linux__ __unix __unix__ linux unix`,
  2: "__ATOMIC_ACQUIRE __GNUC_MINOR__ __PIC__ __PIE__ __SIZEOF_SHORT__ __pic__ __pie__",
  3: "__ATOMIC_RELEASE",
  4: "__ATOMIC_ACQ_REL __SIZEOF_FLOAT__ __SIZEOF_INT__ __SIZEOF_WCHAR_T__ __SIZEOF_WINT_T__",
  5: "__ATOMIC_SEQ_CST",
  8: "__CHAR_BIT__ __INT_FAST8_WIDTH__ __INT_LEAST8_WIDTH__ __SCHAR_WIDTH__ __SIZEOF_DOUBLE__ __SIZEOF_LONG_LONG__",
  12: "__GNUC__",
  16: "__INT_LEAST16_WIDTH__ __SHRT_WIDTH__",
  32: "__INT_LEAST32_WIDTH__ __INT_WIDTH__ __SIG_ATOMIC_WIDTH__ __WCHAR_WIDTH__ __WINT_WIDTH__",
  64: "__INTMAX_WIDTH__ __INT_FAST64_WIDTH__ __INT_LEAST64_WIDTH__ __LONG_LONG_WIDTH__",
  1017: "__GXX_ABI_VERSION",
  1234: "__ORDER_LITTLE_ENDIAN__",
  3412: "__ORDER_PDP_ENDIAN__",
  4321: "__ORDER_BIG_ENDIAN__",
  "201112L": "__STDC_VERSION__",
  '"12.2.0"': "__VERSION__",
  '"UTF-8"': "__GNUC_EXECUTION_CHARSET_NAME",
  c: "__INT8_C(c) __INT16_C(c) __INT32_C(c) __UINT8_C(c) __UINT16_C(c)",
  "c ## U": "__UINT32_C(c)",
  "0x7f": "__INT8_MAX__ __INT_FAST8_MAX__ __INT_LEAST8_MAX__ __SCHAR_MAX__",
  "0xff": "__UINT8_MAX__ __UINT_FAST8_MAX__ __UINT_LEAST8_MAX__",
  "0x7fff": "__INT16_MAX__ __INT_LEAST16_MAX__ __SHRT_MAX__",
  "0xffff": "__UINT16_MAX__ __UINT_LEAST16_MAX__",
  "0x7fffffff": "__INT32_MAX__ __INT_LEAST32_MAX__ __INT_MAX__ __SIG_ATOMIC_MAX__",
  "0xffffffffU": "__UINT32_MAX__ __UINT_LEAST32_MAX__ __WINT_MAX__",
  "0x7fffffffffffffffLL": "__LONG_LONG_MAX__",
  "0U": "__WINT_MIN__",
  "(-__SIG_ATOMIC_MAX__ - 1)": "__SIG_ATOMIC_MIN__",
  "signed char": "__INT8_TYPE__ __INT_FAST8_TYPE__ __INT_LEAST8_TYPE__",
  "unsigned char": "__UINT8_TYPE__ __UINT_FAST8_TYPE__ __UINT_LEAST8_TYPE__",
  "short int": "__INT16_TYPE__ __INT_LEAST16_TYPE__",
  "short unsigned int": "__CHAR16_TYPE__ __UINT16_TYPE__ __UINT_LEAST16_TYPE__",
  int: "__INT32_TYPE__ __INT_LEAST32_TYPE__ __SIG_ATOMIC_TYPE__",
  "unsigned int": "__CHAR32_TYPE__ __UINT32_TYPE__ __UINT_LEAST32_TYPE__ __WINT_TYPE__",
};

const BY_WORD: Readonly<Record<32 | 64, Block>> = {
  32: {
    4: "__SIZEOF_LONG__ __SIZEOF_POINTER__ __SIZEOF_PTRDIFF_T__ __SIZEOF_SIZE_T__",
    32: "__INTPTR_WIDTH__ __INT_FAST16_WIDTH__ __INT_FAST32_WIDTH__ __LONG_WIDTH__ __PTRDIFF_WIDTH__ __SIZE_WIDTH__",
    "0x7fffffff": "__INTPTR_MAX__ __INT_FAST16_MAX__ __INT_FAST32_MAX__ __PTRDIFF_MAX__",
    "0xffffffffU": "__UINTPTR_MAX__ __UINT_FAST16_MAX__ __UINT_FAST32_MAX__",
    "0x7fffffffL": "__LONG_MAX__",
    "0x7fffffffffffffffLL": "__INT64_MAX__ __INTMAX_MAX__ __INT_FAST64_MAX__ __INT_LEAST64_MAX__",
    "0xffffffffffffffffULL": "__UINT64_MAX__ __UINTMAX_MAX__ __UINT_FAST64_MAX__ __UINT_LEAST64_MAX__",
    int: "__INTPTR_TYPE__ __INT_FAST16_TYPE__ __INT_FAST32_TYPE__ __PTRDIFF_TYPE__",
    "unsigned int": "__UINTPTR_TYPE__ __UINT_FAST16_TYPE__ __UINT_FAST32_TYPE__",
    "long long int": "__INT64_TYPE__ __INTMAX_TYPE__ __INT_FAST64_TYPE__ __INT_LEAST64_TYPE__",
    "long long unsigned int": "__UINT64_TYPE__ __UINTMAX_TYPE__ __UINT_FAST64_TYPE__ __UINT_LEAST64_TYPE__",
    "c ## LL": "__INT64_C(c) __INTMAX_C(c)",
    "c ## ULL": "__UINT64_C(c) __UINTMAX_C(c)",
  },
  64: {
    1: "_LP64 __LP64__",
    8: "__SIZEOF_LONG__ __SIZEOF_POINTER__ __SIZEOF_PTRDIFF_T__ __SIZEOF_SIZE_T__",
    16: "__SIZEOF_INT128__",
    64: "__INTPTR_WIDTH__ __INT_FAST16_WIDTH__ __INT_FAST32_WIDTH__ __LONG_WIDTH__ __PTRDIFF_WIDTH__ __SIZE_WIDTH__",
    "0x7fffffffffffffffL": `__INT64_MAX__ __INTMAX_MAX__ __INTPTR_MAX__ __INT_FAST16_MAX__ __INT_FAST32_MAX__ __INT_FAST64_MAX__
      __INT_LEAST64_MAX__ __LONG_MAX__ __PTRDIFF_MAX__`,
    "0xffffffffffffffffUL": `__UINT64_MAX__ __UINTMAX_MAX__ __UINTPTR_MAX__ __UINT_FAST16_MAX__ __UINT_FAST32_MAX__ __UINT_FAST64_MAX__
      __UINT_LEAST64_MAX__`,
    "long int": `__INT64_TYPE__ __INTMAX_TYPE__ __INTPTR_TYPE__ __INT_FAST16_TYPE__ __INT_FAST32_TYPE__ __INT_FAST64_TYPE__
      __INT_LEAST64_TYPE__ __PTRDIFF_TYPE__`,
    "long unsigned int": `__UINT64_TYPE__ __UINTMAX_TYPE__ __UINTPTR_TYPE__ __UINT_FAST16_TYPE__ __UINT_FAST32_TYPE__ __UINT_FAST64_TYPE__
      __UINT_LEAST64_TYPE__`,
    "c ## L": "__INT64_C(c) __INTMAX_C(c)",
    "c ## UL": "__UINT64_C(c) __UINTMAX_C(c)",
  },
};

const BY_ORDER: Readonly<Record<"little" | "big", Block>> = {
  little: { __ORDER_LITTLE_ENDIAN__: "__BYTE_ORDER__ __FLOAT_WORD_ORDER__" },
  big: { __ORDER_BIG_ENDIAN__: "__BYTE_ORDER__ __FLOAT_WORD_ORDER__" },
};

const ALL_BUT_ARM: Block = {
  1: `__GCC_HAVE_DWARF2_CFI_ASM __GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 __GCC_HAVE_SYNC_COMPARE_AND_SWAP_2
    __GCC_HAVE_SYNC_COMPARE_AND_SWAP_4`,
  2: `__GCC_ATOMIC_BOOL_LOCK_FREE __GCC_ATOMIC_CHAR16_T_LOCK_FREE __GCC_ATOMIC_CHAR32_T_LOCK_FREE __GCC_ATOMIC_CHAR_LOCK_FREE
    __GCC_ATOMIC_INT_LOCK_FREE __GCC_ATOMIC_LONG_LOCK_FREE __GCC_ATOMIC_POINTER_LOCK_FREE __GCC_ATOMIC_SHORT_LOCK_FREE
    __GCC_ATOMIC_WCHAR_T_LOCK_FREE __GCC_IEC_559 __GCC_IEC_559_COMPLEX`,
  "(-__WCHAR_MAX__ - 1)": "__WCHAR_MIN__",
};

/** Atomic operations on 64 bits. */
const ATOMIC_64: Block = { 1: "__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8", 2: "__GCC_ATOMIC_LLONG_LOCK_FREE" };

const SIZE_IS_INT: Block = { "0xffffffffU": "__SIZE_MAX__", "unsigned int": "__SIZE_TYPE__" };
const SIZE_IS_LONG: Block = { "0xffffffffffffffffUL": "__SIZE_MAX__", "long unsigned int": "__SIZE_TYPE__" };
const WCHAR_IS_INT: Block = { "0x7fffffff": "__WCHAR_MAX__", int: "__WCHAR_TYPE__" };
const WCHAR_IS_LONG: Block = { "0x7fffffffL": "__WCHAR_MAX__", "long int": "__WCHAR_TYPE__" };

const X86: Block = {
  1: "__GCC_ASM_FLAG_OUTPUTS__ __SEG_FS __SEG_GS",
  16: "__BIGGEST_ALIGNMENT__ __SIZEOF_FLOAT128__",
  64: "__GCC_CONSTRUCTIVE_SIZE __GCC_DESTRUCTIVE_SIZE",
  65536: "__ATOMIC_HLE_ACQUIRE",
  131072: "__ATOMIC_HLE_RELEASE",
  '"UTF-32LE"': "__GNUC_WIDE_EXECUTION_CHARSET_NAME",
};

const S390: Block = {
  1: "__CHAR_UNSIGNED__ __FP_FAST_FMA __FP_FAST_FMAF __FP_FAST_FMAF32 __FP_FAST_FMAF32x __FP_FAST_FMAF64 __LONG_DOUBLE_128__ __s390__",
  8: "__BIGGEST_ALIGNMENT__",
  9: "__ARCH__",
  16: "__SIZEOF_LONG_DOUBLE__",
  '"UTF-32BE"': "__GNUC_WIDE_EXECUTION_CHARSET_NAME",
};

const POWERPC: Block = {
  1: `_ARCH_PPC _BIG_ENDIAN __BIG_ENDIAN__ __BUILTIN_CPU_SUPPORTS__ __CHAR_UNSIGNED__ __FP_FAST_FMA __FP_FAST_FMAF __FP_FAST_FMAF32
    __FP_FAST_FMAF32x __FP_FAST_FMAF64 __HAVE_BSWAP__ __LONGDOUBLE128 __LONG_DOUBLE_128__ __LONG_DOUBLE_IBM128__ __PPC__ __powerpc__`,
  16: "__BIGGEST_ALIGNMENT__ __SIZEOF_IBM128__ __SIZEOF_LONG_DOUBLE__",
  __ORDER_BIG_ENDIAN__: "__VEC_ELEMENT_REG_ORDER__",
  '"UTF-32BE"': "__GNUC_WIDE_EXECUTION_CHARSET_NAME",
};

const BY_ARCHITECTURE: Readonly<Record<string, { readonly shared: readonly Block[]; readonly own: Block }>> = {
  x86_32: {
    shared: [ALL_BUT_ARM, ATOMIC_64, SIZE_IS_INT, WCHAR_IS_LONG, X86],
    own: {
      1: "_ILP32 __ILP32__ __LAHF_SAHF__ __code_model_32__ __i386 __i386__ __i686 __i686__ __pentiumpro __pentiumpro__ i386",
      12: "__SIZEOF_FLOAT80__ __SIZEOF_LONG_DOUBLE__",
    },
  },
  x86_64: {
    shared: [ALL_BUT_ARM, ATOMIC_64, SIZE_IS_LONG, WCHAR_IS_INT, X86],
    own: {
      1: `__FXSR__ __MMX_WITH_SSE__ __MMX__ __SSE2_MATH__ __SSE2__ __SSE_MATH__ __SSE__ __amd64 __amd64__ __code_model_small__ __k8 __k8__
        __x86_64 __x86_64__`,
      16: "__SIZEOF_FLOAT80__ __SIZEOF_LONG_DOUBLE__",
    },
  },
  s390: {
    shared: [ALL_BUT_ARM, ATOMIC_64, WCHAR_IS_INT, S390],
    own: { "0xffffffffUL": "__SIZE_MAX__", "long unsigned int": "__SIZE_TYPE__" },
  },
  s390x: {
    shared: [ALL_BUT_ARM, ATOMIC_64, SIZE_IS_LONG, WCHAR_IS_INT, S390],
    own: { 1: "__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16 __s390x__ __zarch__" },
  },
  powerpc: {
    shared: [ALL_BUT_ARM, SIZE_IS_INT, WCHAR_IS_LONG, POWERPC],
    own: { 1: "PPC _CALL_SYSV __GCC_ATOMIC_LLONG_LOCK_FREE __PPC __powerpc powerpc" },
  },
  powerpc64: {
    shared: [ALL_BUT_ARM, ATOMIC_64, SIZE_IS_LONG, WCHAR_IS_INT, POWERPC],
    own: {
      1: `_ARCH_PPC64 _ARCH_PPCGR _ARCH_PPCSQ _ARCH_PWR4 _CALL_AIX _CALL_AIXDESC _CALL_ELF _CALL_LINUX __CMODEL_MEDIUM__ __PPC64__ __RECIPF__
        __RSQRTE__ __powerpc64__`,
      16: "__STRUCT_PARM_ALIGN__",
    },
  },
  arm: {
    shared: [SIZE_IS_INT],
    own: {
      0: "__GCC_IEC_559 __GCC_IEC_559_COMPLEX __GXX_TYPEINFO_EQUALITY_INLINE",
      1: `__APCS_32__ __ARMEL__ __ARM_32BIT_STATE __ARM_ARCH_5TE__ __ARM_ARCH_ISA_ARM __ARM_ARCH_ISA_THUMB __ARM_EABI__ __ARM_FEATURE_CLZ
        __ARM_FEATURE_DSP __ARM_FEATURE_QBIT __ARM_PCS __CHAR_UNSIGNED__ __GCC_ASM_FLAG_OUTPUTS__ __GCC_ATOMIC_BOOL_LOCK_FREE
        __GCC_ATOMIC_CHAR16_T_LOCK_FREE __GCC_ATOMIC_CHAR32_T_LOCK_FREE __GCC_ATOMIC_CHAR_LOCK_FREE __GCC_ATOMIC_INT_LOCK_FREE
        __GCC_ATOMIC_LLONG_LOCK_FREE __GCC_ATOMIC_LONG_LOCK_FREE __GCC_ATOMIC_POINTER_LOCK_FREE __GCC_ATOMIC_SHORT_LOCK_FREE
        __GCC_ATOMIC_WCHAR_T_LOCK_FREE __SOFTFP__ __THUMB_INTERWORK__ __VFP_FP__ __arm__`,
      4: "__ARM_SIZEOF_MINIMAL_ENUM __ARM_SIZEOF_WCHAR_T",
      5: "__ARM_ARCH",
      7: "__ARM_FEATURE_COPROC",
      8: "__BIGGEST_ALIGNMENT__ __SIZEOF_LONG_DOUBLE__",
      64: "__GCC_CONSTRUCTIVE_SIZE __GCC_DESTRUCTIVE_SIZE",
      "0xffffffffU": "__WCHAR_MAX__",
      "0U": "__WCHAR_MIN__",
      "unsigned int": "__WCHAR_TYPE__",
      '"UTF-32LE"': "__GNUC_WIDE_EXECUTION_CHARSET_NAME",
    },
  },
};

/** Macros of compilers for other languages, systems and architectures, and for options that are off. */
const ELSEWHERE = `
  __cplusplus __OBJC__ __ASSEMBLER__ __ASSEMBLY__ __KERNEL__ __CHECKER__ __SPARSE__ __BPF__ __STRICT_ANSI__ __OPTIMIZE__ __OPTIMIZE_SIZE__
  __SANITIZE_ADDRESS__ __STDC_NO_ATOMICS__ __STDC_NO_THREADS__ __STDC_NO_VLA__ __clang__ __clang_major__ __clang_minor__ __llvm__
  __INTEL_COMPILER __ICC __TINYC__ __SUNPRO_C __MINGW32__ __MINGW64__ __CYGWIN__ _MSC_VER _WIN32 _WIN64 __APPLE__ __MACH__ __ANDROID__
  __FreeBSD__ __NetBSD__ __OpenBSD__ __DragonFly__ __sun __sun__ __hpux _AIX __aarch64__ __AARCH64EL__ __AARCH64EB__ __ARMEB__ __ARM_BIG_ENDIAN
  __alpha__ __avr32__ __csky__ __frv__ __hexagon__ __hppa__ __ia64__ __loongarch__ __m32r__ __m68k__ __microblaze__ __mips__ __mips64
  __MIPSEB__ __MIPSEL__ __mn10300__ __nios2__ __or1k__ __powerpc64le__ __LITTLE_ENDIAN__ __riscv __riscv_xlen __sh__ __sparc __sparc__
  __arch64__ __sparc_v9__ __sparc64__ __tile__ __xtensa__
`;

let names: ReadonlySet<string> | undefined;

/** Whether some compiler predefines a macro of that name, so that it is known to be undefined for the others. */
export function isOfSomeCompiler(name: string): boolean {
  names ??= new Set([
    ...words(ELSEWHERE),
    ...[
      EVERYWHERE,
      ...Object.values(BY_WORD),
      ...Object.values(BY_ORDER),
      ...Object.values(BY_ARCHITECTURE).flatMap(({ shared, own }) => [...shared, own]),
    ]
      .flatMap(macrosOf)
      .map(([head]) => head.replace(/\(.*/, "")),
  ]);
  return names.has(name);
}

/** A macro's head, `NAME` or `NAME(parameter)`, and its replacement. */
export type MacroText = readonly [head: string, body: string];

/** Predefined macros for an architecture. For one that is not in the table: those that follow from word size and byte order, and its name. */
export function compilerMacros({ id, family, bits, endian }: Arch): MacroText[] {
  const { shared, own } = BY_ARCHITECTURE[id] ?? { shared: [], own: { 1: `__${id}__ __${family}__` } };
  return [EVERYWHERE, BY_WORD[bits], BY_ORDER[endian], ...shared, own].flatMap(macrosOf);
}

function macrosOf(block: Block): MacroText[] {
  return Object.entries(block).flatMap(([body, heads]) => words(heads).map((head) => [head, body] as const));
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
