/** Hostile headers as a function of a seed and a number: a small valid one with a few mutations. */
import { Random } from "../fuzz/random.js";

export interface HostileHeaders {
  /** Contents by path in a tree. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the applied mutations. */
  readonly mutations: readonly string[];
}

const MAIN = "linux/checkpoint_hdr.h";

/** A header with one of everything that headers consist of. */
const GOOD = `#ifndef _CKPT_HDR_H
#define _CKPT_HDR_H
#include "ckpt_more.h"
#define SLOTS 16
#define WIDE(x) ((x) * sizeof(struct ckpt_hdr))
#if defined(__i386__) || !defined(__s390x__)
# define HALF (SLOTS / 2)
#else
# define HALF 8
#endif
/* the head of a record */
struct ckpt_hdr {
	__u32 type;
	__u32 len;
} __attribute__((aligned(8)));
enum { CKPT_HDR_FIRST = 1, CKPT_HDR_NEXT, CKPT_HDR_LAST = WIDE(2) };
typedef struct { __s32 x, y; } pair_t;
struct ckpt_hdr_fuzz {
	struct ckpt_hdr h;
	union { __u64 whole; pair_t parts[HALF]; } value;
	char name[SLOTS + 1];
	__u8 rest[0];
} __packed;
extern int function(struct ckpt_hdr *h, void (*callback)(int));
static inline int body(void) { return '}' + "}"[0]; }
#endif
`;

const MORE = `#ifndef _CKPT_MORE_H
#define _CKPT_MORE_H
struct ckpt_more { __be32 address; __u16 ports[2]; };
#endif
`;

/** Parts of headers, and texts that break them. */
const PIECES = [
  ..."{ } ( ) [ ] ; , : = # ## ? * & - ~ ! << >> ... \" ' \\ /* */ // \\\n \n \0 \u0001 \ufeff \ud800 \u202e".split(
    " ",
  ),
  ..."struct union enum typedef sizeof __attribute__ aligned packed _Alignas typeof _Atomic asm extern static inline".split(
    " ",
  ),
  ..."\n#if \n#else\n \n#endif\n \n#define \n#undef \n#include \n#error \n#pragma pack(1)\n _Pragma(".split(" "),
  ..."__u32 __u64 int void long unsigned x SLOTS WIDE( 0x 08 1u 99999999999999999999 1.5 -1 0 4294967296".split(" "),
  ..."__proto__ constructor hasOwnProperty toString valueOf __VA_ARGS__ defined __has_include( _Static_assert(".split(
    " ",
  ),
  "ü",
  "名",
  "$x",
] as const;

type Mutation = (text: string, random: Random) => string;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  insert: (text, random) => at(text, random, () => random.pick(PIECES)),
  remove: (text, random) => {
    const from = random.below(text.length + 1);
    return text.slice(0, from) + text.slice(from + random.below(60));
  },
  cut: (text, random) => text.slice(0, random.below(text.length + 1)),
  repeat: (text, random) => {
    const from = random.below(text.length + 1);
    const piece = text.slice(from, from + 1 + random.below(80));
    return text.slice(0, from) + piece.repeat(2 + random.below(200)) + text.slice(from);
  },
  swap: (text, random) => {
    const words = text.split(/(\b)/);
    const [a, b] = [random.below(words.length), random.below(words.length)];
    [words[a], words[b]] = [words[b] ?? "", words[a] ?? ""];
    return words.join("");
  },
  rename: (text, random) => {
    const names = text.match(/[A-Za-z_]\w*/g) ?? [""];
    return text.replaceAll(random.pick(names) || "\0", () => random.pick(["__proto__", "constructor", ...names]));
  },
  nest: (text, random) => {
    const count = 1 + random.below(300);
    const [open, close] = random.pick([
      ["struct {", "} a;"],
      ["(", ")"],
      ["[", "]"],
      ["#if 1\n", "#endif\n"],
      ["- ", ""],
      ["1 ? 2 : ", ""],
      ["sizeof(struct { int a[", "]; })"],
    ] as const);
    return at(text, random, () => open.repeat(count) + (random.below(2) === 0 ? close.repeat(count) : ""));
  },
  /** Moves brackets into macros, where counting brackets in the text does not find them. */
  hide: (text, random) => {
    const count = 1 + random.below(300);
    return `#define OPEN ${random.pick(["{", "(", "[", "struct {", "sizeof("])}\n${at(text, random, () => "OPEN ".repeat(count))}`;
  },
  explode: (text, random) => {
    const depth = 2 + random.below(60);
    const body = random.pick(["M M", "M(M)", "(M + M)", "M##M", "#M", "F(M)", "F(F(M))", "M, M"]);
    const macros = Array.from(
      { length: depth },
      (_, level) => `#define M${level} ${body.replace(/\bM\b|(?<=#)M|M(?=#)/g, `M${level + 1}`)}\n`,
    );
    const use = random.pick(["#if M0\n#endif\n", "enum { MM = M0 };\n", "#define ALL M0\n", "int M0;\n", "F(M0)\n"]);
    return `#define F(x) ${random.pick(["x x", "x##x", "#x", "F(x)", "G(x, x)"])}\n#define G(x, y) F(y) F(x)\n${macros.join("")}${use}${text}`;
  },
  lengthen: (text, random) =>
    at(text, random, () =>
      random
        .pick(["a", "1", '\\"', "\\'", '"', "*", " ", "\\\n", "[1]", "#x", "a,", "/*"])
        .repeat(1 + random.below(50_000)),
    ),
  many: (text, random) => {
    const count = random.below(3000);
    const one = random.pick<(i: number) => string>([
      (i) => `struct many${i} { struct many${i + 1} a; };\n`,
      (i) => `typedef struct many${i} t${i};\n`,
      (i) => `typedef t${i} t${i + 1}[2];\n`,
      (i) => `#define D${i} D${i + 1}\n`,
      (i) => `#define D${i}(x) D${i + 1}(x, x)\n`,
      (i) => `enum e${i} { E${i} = ${i} };\n`,
      (i) => `struct s${i} { char a[65536]; };\n`,
      (i) => `struct g${i + 1} { struct g${i} a[65536]; };\n`,
      () => '#include "ckpt_more.h"\n',
    ]);
    return Array.from({ length: count }, (_, i) => one(i)).join("") + text;
  },
  include: (text, random) => {
    const name = random.pick([
      "ckpt_more.h",
      "checkpoint_hdr.h",
      "checkpoint.h",
      "../linux/ckpt_more.h",
      "../../../../../../etc/passwd",
      "/etc/passwd",
      "../../../../../../dev/zero",
      ".",
      "..",
      "a/".repeat(3000),
      "ckpt_more.h\0.c",
      "",
    ]);
    const line = `\n#include ${random.below(2) === 0 ? `"${name}"` : `<${name}>`}\n`;
    return at(text, random, () => line.repeat(1 + random.below(20)));
  },
  unguard: (text) => text.replaceAll(/#ifndef _CKPT_\w+/g, "#if 1"),
};

function at(text: string, random: Random, piece: () => string): string {
  const place = random.below(text.length + 1);
  return text.slice(0, place) + piece() + text.slice(place);
}

export function hostileHeaders(seed: number, number: number): HostileHeaders {
  const random = new Random(seed * 1_000_003 + number);
  const files = new Map([
    [MAIN, GOOD],
    ["linux/ckpt_more.h", MORE],
  ]);
  const mutations: string[] = [];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const name = random.pick(Object.keys(MUTATIONS));
    const file = random.below(4) === 0 ? "linux/ckpt_more.h" : MAIN;
    mutations.push(`${name} ${file}`);
    files.set(file, (MUTATIONS[name] as Mutation)(files.get(file) ?? "", random));
  }
  return { files, mutations };
}
