/** Suggests the type that an unknown type name may be a misspelling of. */
import { suggest } from "../../problem.js";

/** Maximum number of names that are compared: more would take too long. */
const MAX_NAMES = 5000;

export function suggestType(unknown: string, known: Iterable<string>): string {
  const names = ["__u8", "__u16", "__u32", "__u64", "__s8", "__s16", "__s32", "__s64", "__be16", "__be32", ...known];
  const { suggestion } = names.length > MAX_NAMES ? {} : suggest(unknown, names);
  return suggestion?.startsWith("did you mean") ? suggestion : "use a type of a fixed width such as `__u32`";
}
