/** Pragmas: those that change layouts are refused, all others have no effect here. */

/**
 * Throws for a pragma that changes layouts.
 *
 * @param text the text after `#pragma`, or the string of `_Pragma`
 * @param refuse creates the error
 */
export function refusePragma(text: string, refuse: (message: string, suggestion?: string) => Error): void {
  const [, name = "", rest = ""] = /^\s*(?:GCC\s+|clang\s+)?(\w+)(.*)/s.exec(text) ?? [];
  // Without an effective `pack` there is nothing to save or restore.
  if (name === "pack" && !/^\s*\(\s*(?:push|pop|0)?\s*\)/.test(rest))
    throw refuse("`#pragma pack` changes layouts", "write `__attribute__((packed))` at the struct");
  if (["scalar_storage_order", "ms_struct", "align", "options", "push_macro", "pop_macro"].includes(name))
    throw refuse(`\`#pragma ${name}\` is not understood`);
}
