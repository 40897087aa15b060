/** Keywords of C that the parser of declarations recognises. */

export const KINDS = new Set(["struct", "union", "enum"]);

export const STORAGE = new Set(
  "extern static inline __inline __inline__ register auto _Noreturn _Thread_local __thread constexpr".split(" "),
);

export const QUALIFIERS = new Set(
  "const volatile restrict __const __const__ __volatile __volatile__ __restrict __restrict__ __extension__".split(" "),
);

export const TYPEOF = new Set(["typeof", "__typeof__", "__typeof", "typeof_unqual", "__auto_type"]);

export const ASSERTIONS = new Set(["_Static_assert", "static_assert"]);

export const ALIGNAS = new Set(["_Alignas", "alignas"]);

export const ASM = new Set(["asm", "__asm__", "__asm"]);
