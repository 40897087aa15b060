/**
 * Macros of headers that are not read: those of the C library and the kernel that conditionals depend on. Measured with glibc 2.36 and the kernel
 * headers of Linux 6.1, each included alone.
 */

import type { Arch } from "../model.js";
import type { MacroText } from "./compiler-macros.js";

const BYTE_ORDER = words(
  `endian.h sys/types.h sys/param.h stdlib.h netinet/in.h arpa/inet.h sys/socket.h sys/sem.h sys/uio.h sys/epoll.h sys/procfs.h net/if.h
   linux/if.h`,
);

/** Headers that define byte order only with names that begin with underscores. */
const RESERVED_BYTE_ORDER = words(
  "bits/endian.h ctype.h fcntl.h pthread.h sched.h signal.h sys/select.h sys/stat.h sys/time.h sys/wait.h time.h",
);

const WIDTHS = words("stdint.h inttypes.h elf.h sys/epoll.h");
const LIMITS = words("limits.h sys/param.h");

const OTHERS_OF_THE_LIBRARY = words(
  `features.h sys/cdefs.h errno.h stdio.h string.h unistd.h byteswap.h poll.h termios.h sys/un.h sys/ipc.h sys/shm.h sys/msg.h sys/mman.h
   sys/ioctl.h sys/resource.h sys/ptrace.h sys/utsname.h math.h`,
);

/** Names after `__UAPI_DEF_`: declarations that the kernel's headers make unless the C library made them before. */
const LIBC_COMPAT = words(
  `ETHHDR IF_IFCONF IF_IFMAP IF_IFNAMSIZ IF_IFREQ IF_NET_DEVICE_FLAGS IF_NET_DEVICE_FLAGS_LOWER_UP_DORMANT_ECHO IN6_ADDR IN6_ADDR_ALT
   IN6_PKTINFO IN_ADDR IN_CLASS IN_IPPROTO IN_PKTINFO IP6_MTUINFO IPPROTO_V6 IPV6_MREQ IPV6_OPTIONS IPX_CONFIG_DATA IPX_INTERFACE_DEFINITION
   IPX_ROUTE_DEF IPX_ROUTE_DEFINITION IP_MREQ SOCKADDR_IN SOCKADDR_IN6 SOCKADDR_IPX XATTR`,
);

/** Macros that the include of a header that is not read defines. */
export function foreignMacros(header: string, arch: Arch): MacroText[] {
  const has = (headers: readonly string[]) => headers.includes(header);
  const isOfLibrary = has([...BYTE_ORDER, ...RESERVED_BYTE_ORDER, ...WIDTHS, ...LIMITS, ...OTHERS_OF_THE_LIBRARY]);
  return [
    ...(has(BYTE_ORDER) ? byteOrder("", arch) : []),
    ...(has([...BYTE_ORDER, ...RESERVED_BYTE_ORDER]) ? byteOrder("__", arch) : []),
    ...(has(WIDTHS) ? WIDTH_MACROS : []),
    ...(has(LIMITS) ? LIMIT_MACROS : []),
    ...(isOfLibrary ? [["__WORDSIZE", String(arch.bits)] as const] : []),
    ...(header === "linux/libc-compat.h" ? LIBC_COMPAT.map((name) => [`__UAPI_DEF_${name}`, "1"] as const) : []),
  ];
}

function byteOrder(prefix: string, { endian }: Arch): MacroText[] {
  return [
    [`${prefix}LITTLE_ENDIAN`, "1234"],
    [`${prefix}BIG_ENDIAN`, "4321"],
    [`${prefix}PDP_ENDIAN`, "3412"],
    [`${prefix}BYTE_ORDER`, `${prefix}${endian.toUpperCase()}_ENDIAN`],
  ];
}

const WIDTH_MACROS: readonly MacroText[] = [
  ...["8", "16", "32", "64", "MAX", "PTR"].flatMap((width) => signedAndUnsigned(`INT${width}`)),
  ["SIZE_MAX", "__SIZE_MAX__"],
  ["PTRDIFF_MAX", "__PTRDIFF_MAX__"],
  ["PTRDIFF_MIN", "(-__PTRDIFF_MAX__ - 1)"],
  ["WCHAR_MAX", "__WCHAR_MAX__"],
  ["WCHAR_MIN", "__WCHAR_MIN__"],
];

function signedAndUnsigned(name: string): MacroText[] {
  return [
    [`${name}_MAX`, `__${name}_MAX__`],
    [`${name}_MIN`, `(-__${name}_MAX__ - 1)`],
    [`U${name}_MAX`, `__U${name}_MAX__`],
  ];
}

const LIMIT_MACROS: readonly MacroText[] = [
  ["CHAR_BIT", "__CHAR_BIT__"],
  ["SCHAR_MAX", "__SCHAR_MAX__"],
  ["SCHAR_MIN", "(-SCHAR_MAX - 1)"],
  ["UCHAR_MAX", "(SCHAR_MAX * 2 + 1)"],
  ["SHRT_MAX", "__SHRT_MAX__"],
  ["SHRT_MIN", "(-SHRT_MAX - 1)"],
  ["USHRT_MAX", "(SHRT_MAX * 2 + 1)"],
  ["INT_MAX", "__INT_MAX__"],
  ["INT_MIN", "(-INT_MAX - 1)"],
  ["UINT_MAX", "(INT_MAX * 2U + 1U)"],
  ["LONG_MAX", "__LONG_MAX__"],
  ["LONG_MIN", "(-LONG_MAX - 1L)"],
  ["ULONG_MAX", "(LONG_MAX * 2UL + 1UL)"],
  ["LLONG_MAX", "__LONG_LONG_MAX__"],
  ["LLONG_MIN", "(-LLONG_MAX - 1LL)"],
  ["ULLONG_MAX", "(LLONG_MAX * 2ULL + 1ULL)"],
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
