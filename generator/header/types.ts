/** C types and their widths on an architecture. */
import type { HeaderScalar, HeaderType } from "./model.js";

/** Types with the same width on every Linux, most of which have it in their name. */
const FIXED: Readonly<Record<string, HeaderScalar>> = {
  ...Object.fromEntries(
    [8, 16, 32, 64].flatMap((bits) => [
      ...[`__u${bits}`, `u${bits}`, `uint${bits}_t`, `u_int${bits}_t`, `__UINT${bits}_TYPE__`].map((name) => [
        name,
        `u${bits}`,
      ]),
      ...[`__s${bits}`, `s${bits}`, `int${bits}_t`, `__INT${bits}_TYPE__`].map((name) => [name, `s${bits}`]),
    ]),
  ),
  // The declared alignment is that of the type itself on every architecture except i386.
  ...Object.fromEntries([16, 32, 64].flatMap((bits) => [`be${bits}`, `le${bits}`].map((name) => [`__${name}`, name]))),
  char: "char",
  "signed char": "s8",
  "unsigned char": "u8",
  _Bool: "u8",
  bool: "u8",
  short: "s16",
  "short int": "s16",
  "signed short": "s16",
  "signed short int": "s16",
  "unsigned short": "u16",
  "unsigned short int": "u16",
  int: "s32",
  signed: "s32",
  "signed int": "s32",
  unsigned: "u32",
  "unsigned int": "u32",
  "long long": "s64",
  "long long int": "s64",
  "signed long long": "s64",
  "signed long long int": "s64",
  "unsigned long long": "u64",
  "unsigned long long int": "u64",
  float: "f32",
  double: "f64",
  sa_family_t: "u16",
  __kernel_sa_family_t: "u16",
  in_port_t: "be16",
  in_addr_t: "be32",
  loff_t: "s64",
  pid_t: "s32",
  uid_t: "u32",
  gid_t: "u32",
};

/** Words of a type in normal order: `long int unsigned` becomes `unsigned long int`. */
function inOrder(c: string): string {
  const words = c.split(" ").map((word) => word.replace(/^__signed(?:__)?$/, "signed"));
  if (words.length === 1) return words[0] as string;
  const order = ["signed", "unsigned", "short", "long", "char", "int"];
  return words.sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(" ");
}

/** Types as wide as a word of the machine, and their signedness. */
const WORDS: Readonly<Record<string, "s" | "u">> = {
  long: "s",
  "long int": "s",
  "signed long": "s",
  "signed long int": "s",
  "unsigned long": "u",
  "unsigned long int": "u",
  size_t: "u",
  ssize_t: "s",
  off_t: "s",
  time_t: "s",
  intptr_t: "s",
  uintptr_t: "u",
  __SIZE_TYPE__: "u",
  __PTRDIFF_TYPE__: "s",
  __INTPTR_TYPE__: "s",
  __UINTPTR_TYPE__: "u",
  __kernel_size_t: "u",
  __kernel_ssize_t: "s",
  __kernel_long_t: "s",
  __kernel_ulong_t: "u",
};

type Scalar = Extract<HeaderType, { kind: "scalar" }>;

/** Keywords that types of C consist of, in any order. */
const TYPE_WORDS = new Set([
  ..."void char short int long float double signed unsigned _Bool _Complex __complex__ __signed__ __signed".split(" "),
  ..."__int128 __int128_t __uint128_t __float128 _Float16 _Float32 _Float64 _Float128 _Float32x _Float64x".split(" "),
]);

export function isTypeWord(text: string): boolean {
  return TYPE_WORDS.has(text);
}

/** The type of a name or keywords; undefined when C does not define it. */
export function cScalar(c: string, bits: 32 | 64): Scalar | undefined {
  const name = inOrder(c);
  if (Object.hasOwn(FIXED, name))
    return { kind: "scalar", c, scalar: FIXED[name] as HeaderScalar, ...(/^_?[Bb]ool$/.test(name) && { truth: true }) };
  const sign = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (sign === undefined) return undefined;
  return {
    kind: "scalar",
    c,
    scalar: `${sign}${bits}`,
    hazard: `\`${c}\` has 32 bits on some architectures and 64 on others`,
  };
}

export function pointerType(c: string, bits: 32 | 64): Scalar {
  return {
    kind: "scalar",
    c,
    scalar: `u${bits}`,
    hazard: "a pointer has the width of the machine, and its value means nothing in an image",
  };
}

export function enumType(c: string, bits: 32 | 64 = 32): Scalar {
  return { kind: "scalar", c, scalar: `u${bits}`, hazard: `\`${c}\` has the width and sign that the compiler chooses` };
}

/** Width in bytes. */
export function widthOf(scalar: HeaderScalar): number {
  return scalar === "char" ? 1 : Number(/\d+$/.exec(scalar)?.[0]) / 8;
}

/** The integer type without its byte order, which C types do not have. */
export function native(scalar: HeaderScalar): string {
  return scalar.replace(/^[bl]e/, "u");
}
