/**
 * Predefined macros of C compilers by architecture, measured with `gcc -std=gnu11 -nostdinc -dM -E` of GCC 12.2. Headers are read as this compiler
 * would; C11 is also what `measure` compiles. The values are those without options, although some depend on them (`__SSE2__`, `__ARM_ARCH`,
 * `__PIC__`). `test/header/compiler-macros.test.ts` verifies the table with the installed compilers.
 *
 * Not in the table: limits of floating-point and fixed-point numbers (`__DBL_MAX__`, `__FRACT_FBIT__`), which `#if` cannot use, and the keywords of
 * PowerPC's vector extension (`vector`, `__builtin_vsx_...`), which are macros only in combination.
 */
import type { Arch } from "../model.js";

const EVERYWHERE = `
__ATOMIC_ACQUIRE 2
__ATOMIC_ACQ_REL 4
__ATOMIC_CONSUME 1
__ATOMIC_RELAXED 0
__ATOMIC_RELEASE 3
__ATOMIC_SEQ_CST 5
__CHAR16_TYPE__ short unsigned int
__CHAR32_TYPE__ unsigned int
__CHAR_BIT__ 8
__ELF__ 1
__FINITE_MATH_ONLY__ 0
__GCC_ATOMIC_TEST_AND_SET_TRUEVAL 1
__GNUC_EXECUTION_CHARSET_NAME "UTF-8"
__GNUC_MINOR__ 2
__GNUC_PATCHLEVEL__ 0
__GNUC_STDC_INLINE__ 1
__GNUC__ 12
__GXX_ABI_VERSION 1017
__HAVE_SPECULATION_SAFE_VALUE 1
__INT16_C(c) c
__INT16_MAX__ 0x7fff
__INT16_TYPE__ short int
__INT32_C(c) c
__INT32_MAX__ 0x7fffffff
__INT32_TYPE__ int
__INT8_C(c) c
__INT8_MAX__ 0x7f
__INT8_TYPE__ signed char
__INTMAX_WIDTH__ 64
__INT_FAST64_WIDTH__ 64
__INT_FAST8_MAX__ 0x7f
__INT_FAST8_TYPE__ signed char
__INT_FAST8_WIDTH__ 8
__INT_LEAST16_MAX__ 0x7fff
__INT_LEAST16_TYPE__ short int
__INT_LEAST16_WIDTH__ 16
__INT_LEAST32_MAX__ 0x7fffffff
__INT_LEAST32_TYPE__ int
__INT_LEAST32_WIDTH__ 32
__INT_LEAST64_WIDTH__ 64
__INT_LEAST8_MAX__ 0x7f
__INT_LEAST8_TYPE__ signed char
__INT_LEAST8_WIDTH__ 8
__INT_MAX__ 0x7fffffff
__INT_WIDTH__ 32
__LONG_LONG_MAX__ 0x7fffffffffffffffLL
__LONG_LONG_WIDTH__ 64
__NO_INLINE__ 1
__ORDER_BIG_ENDIAN__ 4321
__ORDER_LITTLE_ENDIAN__ 1234
__ORDER_PDP_ENDIAN__ 3412
__PIC__ 2
__PIE__ 2
__PRAGMA_REDEFINE_EXTNAME 1
__REGISTER_PREFIX__
__SCHAR_MAX__ 0x7f
__SCHAR_WIDTH__ 8
__SHRT_MAX__ 0x7fff
__SHRT_WIDTH__ 16
__SIG_ATOMIC_MAX__ 0x7fffffff
__SIG_ATOMIC_MIN__ (-__SIG_ATOMIC_MAX__ - 1)
__SIG_ATOMIC_TYPE__ int
__SIG_ATOMIC_WIDTH__ 32
__SIZEOF_DOUBLE__ 8
__SIZEOF_FLOAT__ 4
__SIZEOF_INT__ 4
__SIZEOF_LONG_LONG__ 8
__SIZEOF_SHORT__ 2
__SIZEOF_WCHAR_T__ 4
__SIZEOF_WINT_T__ 4
__STDC_HOSTED__ 1
__STDC_UTF_16__ 1
__STDC_UTF_32__ 1
__STDC_VERSION__ 201112L
__STDC__ 1
__UINT16_C(c) c
__UINT16_MAX__ 0xffff
__UINT16_TYPE__ short unsigned int
__UINT32_C(c) c ## U
__UINT32_MAX__ 0xffffffffU
__UINT32_TYPE__ unsigned int
__UINT8_C(c) c
__UINT8_MAX__ 0xff
__UINT8_TYPE__ unsigned char
__UINT_FAST8_MAX__ 0xff
__UINT_FAST8_TYPE__ unsigned char
__UINT_LEAST16_MAX__ 0xffff
__UINT_LEAST16_TYPE__ short unsigned int
__UINT_LEAST32_MAX__ 0xffffffffU
__UINT_LEAST32_TYPE__ unsigned int
__UINT_LEAST8_MAX__ 0xff
__UINT_LEAST8_TYPE__ unsigned char
__USER_LABEL_PREFIX__
__VERSION__ "12.2.0"
__WCHAR_WIDTH__ 32
__WINT_MAX__ 0xffffffffU
__WINT_MIN__ 0U
__WINT_TYPE__ unsigned int
__WINT_WIDTH__ 32
__gnu_linux__ 1
__linux 1
__linux__ 1
__pic__ 2
__pie__ 2
__unix 1
__unix__ 1
linux 1
unix 1
`;

const BY_WORD: Readonly<Record<32 | 64, string>> = {
  32: `
__INT64_C(c) c ## LL
__INT64_MAX__ 0x7fffffffffffffffLL
__INT64_TYPE__ long long int
__INTMAX_C(c) c ## LL
__INTMAX_MAX__ 0x7fffffffffffffffLL
__INTMAX_TYPE__ long long int
__INTPTR_MAX__ 0x7fffffff
__INTPTR_TYPE__ int
__INTPTR_WIDTH__ 32
__INT_FAST16_MAX__ 0x7fffffff
__INT_FAST16_TYPE__ int
__INT_FAST16_WIDTH__ 32
__INT_FAST32_MAX__ 0x7fffffff
__INT_FAST32_TYPE__ int
__INT_FAST32_WIDTH__ 32
__INT_FAST64_MAX__ 0x7fffffffffffffffLL
__INT_FAST64_TYPE__ long long int
__INT_LEAST64_MAX__ 0x7fffffffffffffffLL
__INT_LEAST64_TYPE__ long long int
__LONG_MAX__ 0x7fffffffL
__LONG_WIDTH__ 32
__PTRDIFF_MAX__ 0x7fffffff
__PTRDIFF_TYPE__ int
__PTRDIFF_WIDTH__ 32
__SIZEOF_LONG__ 4
__SIZEOF_POINTER__ 4
__SIZEOF_PTRDIFF_T__ 4
__SIZEOF_SIZE_T__ 4
__SIZE_WIDTH__ 32
__UINT64_C(c) c ## ULL
__UINT64_MAX__ 0xffffffffffffffffULL
__UINT64_TYPE__ long long unsigned int
__UINTMAX_C(c) c ## ULL
__UINTMAX_MAX__ 0xffffffffffffffffULL
__UINTMAX_TYPE__ long long unsigned int
__UINTPTR_MAX__ 0xffffffffU
__UINTPTR_TYPE__ unsigned int
__UINT_FAST16_MAX__ 0xffffffffU
__UINT_FAST16_TYPE__ unsigned int
__UINT_FAST32_MAX__ 0xffffffffU
__UINT_FAST32_TYPE__ unsigned int
__UINT_FAST64_MAX__ 0xffffffffffffffffULL
__UINT_FAST64_TYPE__ long long unsigned int
__UINT_LEAST64_MAX__ 0xffffffffffffffffULL
__UINT_LEAST64_TYPE__ long long unsigned int
`,
  64: `
_LP64 1
__INT64_C(c) c ## L
__INT64_MAX__ 0x7fffffffffffffffL
__INT64_TYPE__ long int
__INTMAX_C(c) c ## L
__INTMAX_MAX__ 0x7fffffffffffffffL
__INTMAX_TYPE__ long int
__INTPTR_MAX__ 0x7fffffffffffffffL
__INTPTR_TYPE__ long int
__INTPTR_WIDTH__ 64
__INT_FAST16_MAX__ 0x7fffffffffffffffL
__INT_FAST16_TYPE__ long int
__INT_FAST16_WIDTH__ 64
__INT_FAST32_MAX__ 0x7fffffffffffffffL
__INT_FAST32_TYPE__ long int
__INT_FAST32_WIDTH__ 64
__INT_FAST64_MAX__ 0x7fffffffffffffffL
__INT_FAST64_TYPE__ long int
__INT_LEAST64_MAX__ 0x7fffffffffffffffL
__INT_LEAST64_TYPE__ long int
__LONG_MAX__ 0x7fffffffffffffffL
__LONG_WIDTH__ 64
__LP64__ 1
__PTRDIFF_MAX__ 0x7fffffffffffffffL
__PTRDIFF_TYPE__ long int
__PTRDIFF_WIDTH__ 64
__SIZEOF_INT128__ 16
__SIZEOF_LONG__ 8
__SIZEOF_POINTER__ 8
__SIZEOF_PTRDIFF_T__ 8
__SIZEOF_SIZE_T__ 8
__SIZE_WIDTH__ 64
__UINT64_C(c) c ## UL
__UINT64_MAX__ 0xffffffffffffffffUL
__UINT64_TYPE__ long unsigned int
__UINTMAX_C(c) c ## UL
__UINTMAX_MAX__ 0xffffffffffffffffUL
__UINTMAX_TYPE__ long unsigned int
__UINTPTR_MAX__ 0xffffffffffffffffUL
__UINTPTR_TYPE__ long unsigned int
__UINT_FAST16_MAX__ 0xffffffffffffffffUL
__UINT_FAST16_TYPE__ long unsigned int
__UINT_FAST32_MAX__ 0xffffffffffffffffUL
__UINT_FAST32_TYPE__ long unsigned int
__UINT_FAST64_MAX__ 0xffffffffffffffffUL
__UINT_FAST64_TYPE__ long unsigned int
__UINT_LEAST64_MAX__ 0xffffffffffffffffUL
__UINT_LEAST64_TYPE__ long unsigned int
`,
};

const BY_ARCHITECTURE: Readonly<Record<string, string>> = {
  x86_32: `
_ILP32 1
__ATOMIC_HLE_ACQUIRE 65536
__ATOMIC_HLE_RELEASE 131072
__BIGGEST_ALIGNMENT__ 16
__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
__GCC_ASM_FLAG_OUTPUTS__ 1
__GCC_ATOMIC_BOOL_LOCK_FREE 2
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR_LOCK_FREE 2
__GCC_ATOMIC_INT_LOCK_FREE 2
__GCC_ATOMIC_LLONG_LOCK_FREE 2
__GCC_ATOMIC_LONG_LOCK_FREE 2
__GCC_ATOMIC_POINTER_LOCK_FREE 2
__GCC_ATOMIC_SHORT_LOCK_FREE 2
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 2
__GCC_CONSTRUCTIVE_SIZE 64
__GCC_DESTRUCTIVE_SIZE 64
__GCC_HAVE_DWARF2_CFI_ASM 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
__GCC_IEC_559 2
__GCC_IEC_559_COMPLEX 2
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32LE"
__ILP32__ 1
__LAHF_SAHF__ 1
__SEG_FS 1
__SEG_GS 1
__SIZEOF_FLOAT128__ 16
__SIZEOF_FLOAT80__ 12
__SIZEOF_LONG_DOUBLE__ 12
__SIZE_MAX__ 0xffffffffU
__SIZE_TYPE__ unsigned int
__WCHAR_MAX__ 0x7fffffffL
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WCHAR_TYPE__ long int
__code_model_32__ 1
__i386 1
__i386__ 1
__i686 1
__i686__ 1
__pentiumpro 1
__pentiumpro__ 1
i386 1
`,
  x86_64: `
__ATOMIC_HLE_ACQUIRE 65536
__ATOMIC_HLE_RELEASE 131072
__BIGGEST_ALIGNMENT__ 16
__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
__FXSR__ 1
__GCC_ASM_FLAG_OUTPUTS__ 1
__GCC_ATOMIC_BOOL_LOCK_FREE 2
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR_LOCK_FREE 2
__GCC_ATOMIC_INT_LOCK_FREE 2
__GCC_ATOMIC_LLONG_LOCK_FREE 2
__GCC_ATOMIC_LONG_LOCK_FREE 2
__GCC_ATOMIC_POINTER_LOCK_FREE 2
__GCC_ATOMIC_SHORT_LOCK_FREE 2
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 2
__GCC_CONSTRUCTIVE_SIZE 64
__GCC_DESTRUCTIVE_SIZE 64
__GCC_HAVE_DWARF2_CFI_ASM 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
__GCC_IEC_559 2
__GCC_IEC_559_COMPLEX 2
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32LE"
__MMX_WITH_SSE__ 1
__MMX__ 1
__SEG_FS 1
__SEG_GS 1
__SIZEOF_FLOAT128__ 16
__SIZEOF_FLOAT80__ 16
__SIZEOF_LONG_DOUBLE__ 16
__SIZE_MAX__ 0xffffffffffffffffUL
__SIZE_TYPE__ long unsigned int
__SSE2_MATH__ 1
__SSE2__ 1
__SSE_MATH__ 1
__SSE__ 1
__WCHAR_MAX__ 0x7fffffff
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WCHAR_TYPE__ int
__amd64 1
__amd64__ 1
__code_model_small__ 1
__k8 1
__k8__ 1
__x86_64 1
__x86_64__ 1
`,
  s390: `
__ARCH__ 9
__BIGGEST_ALIGNMENT__ 8
__BYTE_ORDER__ __ORDER_BIG_ENDIAN__
__CHAR_UNSIGNED__ 1
__FLOAT_WORD_ORDER__ __ORDER_BIG_ENDIAN__
__FP_FAST_FMA 1
__FP_FAST_FMAF 1
__FP_FAST_FMAF32 1
__FP_FAST_FMAF32x 1
__FP_FAST_FMAF64 1
__GCC_ATOMIC_BOOL_LOCK_FREE 2
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR_LOCK_FREE 2
__GCC_ATOMIC_INT_LOCK_FREE 2
__GCC_ATOMIC_LLONG_LOCK_FREE 2
__GCC_ATOMIC_LONG_LOCK_FREE 2
__GCC_ATOMIC_POINTER_LOCK_FREE 2
__GCC_ATOMIC_SHORT_LOCK_FREE 2
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 2
__GCC_HAVE_DWARF2_CFI_ASM 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
__GCC_IEC_559 2
__GCC_IEC_559_COMPLEX 2
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32BE"
__LONG_DOUBLE_128__ 1
__SIZEOF_LONG_DOUBLE__ 16
__SIZE_MAX__ 0xffffffffUL
__SIZE_TYPE__ long unsigned int
__WCHAR_MAX__ 0x7fffffff
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WCHAR_TYPE__ int
__s390__ 1
`,
  s390x: `
__ARCH__ 9
__BIGGEST_ALIGNMENT__ 8
__BYTE_ORDER__ __ORDER_BIG_ENDIAN__
__CHAR_UNSIGNED__ 1
__FLOAT_WORD_ORDER__ __ORDER_BIG_ENDIAN__
__FP_FAST_FMA 1
__FP_FAST_FMAF 1
__FP_FAST_FMAF32 1
__FP_FAST_FMAF32x 1
__FP_FAST_FMAF64 1
__GCC_ATOMIC_BOOL_LOCK_FREE 2
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR_LOCK_FREE 2
__GCC_ATOMIC_INT_LOCK_FREE 2
__GCC_ATOMIC_LLONG_LOCK_FREE 2
__GCC_ATOMIC_LONG_LOCK_FREE 2
__GCC_ATOMIC_POINTER_LOCK_FREE 2
__GCC_ATOMIC_SHORT_LOCK_FREE 2
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 2
__GCC_HAVE_DWARF2_CFI_ASM 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
__GCC_IEC_559 2
__GCC_IEC_559_COMPLEX 2
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32BE"
__LONG_DOUBLE_128__ 1
__SIZEOF_LONG_DOUBLE__ 16
__SIZE_MAX__ 0xffffffffffffffffUL
__SIZE_TYPE__ long unsigned int
__WCHAR_MAX__ 0x7fffffff
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WCHAR_TYPE__ int
__s390__ 1
__s390x__ 1
__zarch__ 1
`,
  powerpc: `
PPC 1
_ARCH_PPC 1
_BIG_ENDIAN 1
_CALL_SYSV 1
__BIGGEST_ALIGNMENT__ 16
__BIG_ENDIAN__ 1
__BUILTIN_CPU_SUPPORTS__ 1
__BYTE_ORDER__ __ORDER_BIG_ENDIAN__
__CHAR_UNSIGNED__ 1
__FLOAT_WORD_ORDER__ __ORDER_BIG_ENDIAN__
__FP_FAST_FMA 1
__FP_FAST_FMAF 1
__FP_FAST_FMAF32 1
__FP_FAST_FMAF32x 1
__FP_FAST_FMAF64 1
__GCC_ATOMIC_BOOL_LOCK_FREE 2
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR_LOCK_FREE 2
__GCC_ATOMIC_INT_LOCK_FREE 2
__GCC_ATOMIC_LLONG_LOCK_FREE 1
__GCC_ATOMIC_LONG_LOCK_FREE 2
__GCC_ATOMIC_POINTER_LOCK_FREE 2
__GCC_ATOMIC_SHORT_LOCK_FREE 2
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 2
__GCC_HAVE_DWARF2_CFI_ASM 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_IEC_559 2
__GCC_IEC_559_COMPLEX 2
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32BE"
__HAVE_BSWAP__ 1
__LONGDOUBLE128 1
__LONG_DOUBLE_128__ 1
__LONG_DOUBLE_IBM128__ 1
__PPC 1
__PPC__ 1
__SIZEOF_IBM128__ 16
__SIZEOF_LONG_DOUBLE__ 16
__SIZE_MAX__ 0xffffffffU
__SIZE_TYPE__ unsigned int
__VEC_ELEMENT_REG_ORDER__ __ORDER_BIG_ENDIAN__
__WCHAR_MAX__ 0x7fffffffL
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WCHAR_TYPE__ long int
__powerpc 1
__powerpc__ 1
powerpc 1
`,
  powerpc64: `
_ARCH_PPC 1
_ARCH_PPC64 1
_ARCH_PPCGR 1
_ARCH_PPCSQ 1
_ARCH_PWR4 1
_BIG_ENDIAN 1
_CALL_AIX 1
_CALL_AIXDESC 1
_CALL_ELF 1
_CALL_LINUX 1
__BIGGEST_ALIGNMENT__ 16
__BIG_ENDIAN__ 1
__BUILTIN_CPU_SUPPORTS__ 1
__BYTE_ORDER__ __ORDER_BIG_ENDIAN__
__CHAR_UNSIGNED__ 1
__CMODEL_MEDIUM__ 1
__FLOAT_WORD_ORDER__ __ORDER_BIG_ENDIAN__
__FP_FAST_FMA 1
__FP_FAST_FMAF 1
__FP_FAST_FMAF32 1
__FP_FAST_FMAF32x 1
__FP_FAST_FMAF64 1
__GCC_ATOMIC_BOOL_LOCK_FREE 2
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 2
__GCC_ATOMIC_CHAR_LOCK_FREE 2
__GCC_ATOMIC_INT_LOCK_FREE 2
__GCC_ATOMIC_LLONG_LOCK_FREE 2
__GCC_ATOMIC_LONG_LOCK_FREE 2
__GCC_ATOMIC_POINTER_LOCK_FREE 2
__GCC_ATOMIC_SHORT_LOCK_FREE 2
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 2
__GCC_HAVE_DWARF2_CFI_ASM 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
__GCC_IEC_559 2
__GCC_IEC_559_COMPLEX 2
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32BE"
__HAVE_BSWAP__ 1
__LONGDOUBLE128 1
__LONG_DOUBLE_128__ 1
__LONG_DOUBLE_IBM128__ 1
__PPC64__ 1
__PPC__ 1
__RECIPF__ 1
__RSQRTE__ 1
__SIZEOF_IBM128__ 16
__SIZEOF_LONG_DOUBLE__ 16
__SIZE_MAX__ 0xffffffffffffffffUL
__SIZE_TYPE__ long unsigned int
__STRUCT_PARM_ALIGN__ 16
__VEC_ELEMENT_REG_ORDER__ __ORDER_BIG_ENDIAN__
__WCHAR_MAX__ 0x7fffffff
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WCHAR_TYPE__ int
__powerpc64__ 1
__powerpc__ 1
`,
  arm: `
__APCS_32__ 1
__ARMEL__ 1
__ARM_32BIT_STATE 1
__ARM_ARCH 5
__ARM_ARCH_5TE__ 1
__ARM_ARCH_ISA_ARM 1
__ARM_ARCH_ISA_THUMB 1
__ARM_EABI__ 1
__ARM_FEATURE_CLZ 1
__ARM_FEATURE_COPROC 7
__ARM_FEATURE_DSP 1
__ARM_FEATURE_QBIT 1
__ARM_PCS 1
__ARM_SIZEOF_MINIMAL_ENUM 4
__ARM_SIZEOF_WCHAR_T 4
__BIGGEST_ALIGNMENT__ 8
__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
__CHAR_UNSIGNED__ 1
__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
__GCC_ASM_FLAG_OUTPUTS__ 1
__GCC_ATOMIC_BOOL_LOCK_FREE 1
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 1
__GCC_ATOMIC_CHAR32_T_LOCK_FREE 1
__GCC_ATOMIC_CHAR_LOCK_FREE 1
__GCC_ATOMIC_INT_LOCK_FREE 1
__GCC_ATOMIC_LLONG_LOCK_FREE 1
__GCC_ATOMIC_LONG_LOCK_FREE 1
__GCC_ATOMIC_POINTER_LOCK_FREE 1
__GCC_ATOMIC_SHORT_LOCK_FREE 1
__GCC_ATOMIC_WCHAR_T_LOCK_FREE 1
__GCC_CONSTRUCTIVE_SIZE 64
__GCC_DESTRUCTIVE_SIZE 64
__GCC_IEC_559 0
__GCC_IEC_559_COMPLEX 0
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32LE"
__GXX_TYPEINFO_EQUALITY_INLINE 0
__SIZEOF_LONG_DOUBLE__ 8
__SIZE_MAX__ 0xffffffffU
__SIZE_TYPE__ unsigned int
__SOFTFP__ 1
__THUMB_INTERWORK__ 1
__VFP_FP__ 1
__WCHAR_MAX__ 0xffffffffU
__WCHAR_MIN__ 0U
__WCHAR_TYPE__ unsigned int
__arm__ 1
`,
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
    ...ELSEWHERE.trim().split(/\s+/),
    ...[EVERYWHERE, ...Object.values(BY_WORD), ...Object.values(BY_ARCHITECTURE)].flatMap((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => macroOf(line)[0].replace(/\(.*/, "")),
    ),
  ]);
  return names.has(name);
}

/** A macro's head, `NAME` or `NAME(parameter)`, and its replacement. */
export type MacroText = readonly [head: string, body: string];

/** Predefined macros for an architecture. For one that is not in the table: those that follow from word size and byte order, and its name. */
export function compilerMacros({ id, family, bits, endian }: Arch): MacroText[] {
  const own = BY_ARCHITECTURE[id] ?? unknown(id, family, endian);
  return [EVERYWHERE, BY_WORD[bits], own].flatMap((text) => text.trim().split("\n").map(macroOf));
}

function macroOf(line: string): MacroText {
  const end = line.indexOf(" ");
  return end < 0 ? [line, ""] : [line.slice(0, end), line.slice(end + 1)];
}

function unknown(id: string, family: string, endian: "little" | "big"): string {
  const order = `__ORDER_${endian.toUpperCase()}_ENDIAN__`;
  return `__${id}__ 1\n__${family}__ 1\n__BYTE_ORDER__ ${order}\n__FLOAT_WORD_ORDER__ ${order}`;
}
