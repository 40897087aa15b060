/**
 * Results of `__has_attribute` and similar operators, measured with GCC 12.2, like the macros in `compiler-macros`.
 * `test/header/compiler-macros.test.ts` verifies them with the installed compilers.
 */
import type { Arch } from "../model.js";

/** Attributes on all architectures: each name in GCC's manual or among the strings of its program was tested. */
const ATTRIBUTES = `
  access alias aligned alloc_align alloc_size always_inline artificial assume_aligned cleanup cold common const constructor copy
  deprecated designated_init destructor error externally_visible fallthrough flatten format format_arg gnu_inline hot ifunc leaf
  malloc may_alias maybe_unused mode no_address_safety_analysis no_icf no_instrument_function no_profile_instrument_function
  no_reorder no_sanitize no_sanitize_address no_sanitize_coverage no_sanitize_thread no_sanitize_undefined no_split_stack
  no_stack_limit no_stack_protector nocf_check noclone nocommon nodiscard noinit noinline noipa nonnull nonstring noplt noreturn
  nothrow objc_nullability objc_root_class optimize packed patchable_function_entry persistent pure retain returns_nonnull
  returns_twice scalar_storage_order section sentinel signed_bool_precision simd stack_protect symver tainted_args target
  target_clones tls_model transaction_callable transaction_may_cancel_outer transaction_pure transaction_safe_dynamic
  transaction_unsafe transaction_wrap transparent_union unavailable uninitialized unused used vector_mask vector_size visibility
  volatile warn_if_not_aligned warn_unused warn_unused_result warning weak weakref zero_call_used_regs
`;

/** Attributes of one family of architectures. */
const OF_FAMILY: Readonly<Record<string, string>> = {
  x86: `
    callee_pop_aggregate_return cdecl cf_check fastcall fentry_name fentry_section force_align_arg_pointer function_return
    gcc_struct indirect_branch indirect_return interrupt ms_abi ms_hook_prologue ms_struct naked no_caller_saved_registers
    nodirect_extern_access regparm sseregparm stdcall sysv_abi thiscall
`,
  s390: `
    function_return_mem function_return_reg hotpatch indirect_branch indirect_branch_call indirect_branch_jump s390_vector_bool
`,
  powerpc: `
    altivec gcc_struct longcall ms_struct shortcall
`,
  arm: `
    cmse_nonsecure_entry interrupt isr long_call naked pcs short_call
`,
};

/** Built-in functions that headers test for; GCC has thousands. */
const BUILTINS = new Set(
  words(`
    __atomic_load_n __builtin_FILE __builtin_FUNCTION __builtin_LINE __builtin_abs __builtin_add_overflow __builtin_alloca
    __builtin_assoc_barrier __builtin_assume_aligned __builtin_bswap16 __builtin_bswap32 __builtin_bswap64 __builtin_choose_expr
    __builtin_classify_type __builtin_clear_padding __builtin_clz __builtin_constant_p __builtin_convertvector __builtin_ctz
    __builtin_dynamic_object_size __builtin_expect __builtin_expect_with_probability __builtin_ffs __builtin_frame_address
    __builtin_has_attribute __builtin_huge_val __builtin_inf __builtin_memcpy __builtin_memset __builtin_mul_overflow
    __builtin_nan __builtin_object_size __builtin_offsetof __builtin_popcount __builtin_prefetch __builtin_return_address
    __builtin_shuffle __builtin_shufflevector __builtin_speculation_safe_value __builtin_strlen __builtin_sub_overflow
    __builtin_trap __builtin_types_compatible_p __builtin_unreachable __sync_fetch_and_add
  `),
);

/** Names that `__has_builtin` rejects: those of other compilers or later versions, and keywords. */
const NO_BUILTINS = new Set(
  words(`
    __builtin_assume __builtin_bit_cast __builtin_bitreverse32 __builtin_btf_type_id __builtin_clzg __builtin_complex
    __builtin_counted_by_ref __builtin_debugtrap __builtin_dump_struct __builtin_elementwise_max __builtin_is_constant_evaluated
    __builtin_preserve_access_index __builtin_rotateleft32 __builtin_stdc_bit_ceil __builtin_tgmath __builtin_unpredictable
    __builtin_va_arg __builtin_va_list
  `),
);

/** Attributes of C itself, with the version of the standard that introduced them. */
const STANDARD: Readonly<Record<string, string>> = {
  deprecated: "201904",
  fallthrough: "201904",
  maybe_unused: "201904",
  nodiscard: "202003",
};

/** Names of the operators; they count as macros in `#ifdef`. */
export const QUESTIONS: ReadonlySet<string> = new Set(
  "__has_attribute __has_cpp_attribute __has_c_attribute __has_builtin __has_include __has_include_next".split(" "),
);

/** Result of an operator for a name, as a number; undefined when unknown. */
export function answer(question: string, name: string, { family }: Arch): string | undefined {
  const bare = name.replace(/^__(\w+)__$/, "$1");
  const knows = () => words(ATTRIBUTES + (OF_FAMILY[family] ?? "")).includes(bare);
  switch (question) {
    case "__has_attribute":
      return knows() ? "1" : "0";
    case "__has_c_attribute":
    case "__has_cpp_attribute":
      return Object.hasOwn(STANDARD, bare) ? STANDARD[bare] : undefined;
    case "__has_builtin":
      return BUILTINS.has(name) ? "1" : NO_BUILTINS.has(name) ? "0" : undefined;
    default:
      return undefined;
  }
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
