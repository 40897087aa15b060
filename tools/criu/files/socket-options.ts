/** Options of a socket, which images have for all families in the same record. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { sk_opts_entrySchema } from "../../../generated/criu/sk-opts_pb.js";
import type { Image } from "../../image/image.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import type { OpenFile } from "../../model/files.js";
import { u32 } from "../unsigned.js";
import type { FileContext, FileEntry } from "./file-list.js";

/** A socket of an image. */
export interface SocketObject {
  readonly objref: number;
  readonly object: TreeNode;
  /** Fields of its SOCKET record. */
  readonly common: StructFields;
}

/** Makes the entry of a socket of a family; undefined if CRIU cannot have it, which was told then. */
export type SocketMaker = (context: FileContext, file: OpenFile, socket: SocketObject) => FileEntry | undefined;

/** States of the protocol, which CRIU has in the kernel's numbers. */
export const TCP = { established: 1, close: 7, listen: 10 } as const;

/** Both directions are shut down. */
export const SHUT_BOTH = 3;

/** Bit numbers of `flags` of a socket in the socket layer, include/linux/net.h of Linux 2.6.33. */
const SOCK_PASSCRED = 3n;
const SOCK_PASSSEC = 4n;

type Options = Exclude<MessageInitShape<typeof sk_opts_entrySchema>, { $typeName: string }>;

/** Whether a flag of the protocol is set, e.g. `SOCK_DEAD`. */
export function hasFlag({ format }: Image, common: StructFields | undefined, name: string): boolean {
  const bit = format.constant(name);
  return !Number.isNaN(bit) && (((common?.big("sock.flags") ?? 0n) >> BigInt(bit)) & 1n) === 1n;
}

export function socketOptions({ image, account }: FileContext, { object, common }: SocketObject): Options {
  const node = object.find("SOCKET");
  const own = common.big("socket.flags") ?? 0n;
  const isSet = (name: string) => hasFlag(image, common, name);
  const lingers = (common.number("sock.linger.l_onoff") ?? 0) !== 0;
  const device = common.number("sock_common.bound_dev_if") ?? 0;
  if (device !== 0)
    account.lost({
      ...{ node, record: "SOCKET", field: "sock_common.bound_dev_if", value: device },
      why: "the socket is bound to a network device of which the image has only the number; it is bound to none",
    });
  for (const field of ["sock.err", "sock.err_soft"])
    if (common.number(field))
      account.lost({
        ...{ node, record: "SOCKET", field, value: common.number(field) },
        why: "the error that the socket has still to report is not kept by CRIU",
      });
  const send = timeOf(common.big("sock.sndtimeo"));
  const receive = timeOf(common.big("sock.rcvtimeo"));
  return {
    // The image has half of what the kernel has, and CRIU takes the half of this.
    ...{ soSndbuf: twice(common.number("sock.sndbuf")), soRcvbuf: twice(common.number("sock.rcvbuf")) },
    ...{ soSndTmoSec: send.seconds, soSndTmoUsec: send.micros },
    ...{ soRcvTmoSec: receive.seconds, soRcvTmoUsec: receive.micros },
    ...{ reuseaddr: (common.number("sock_common.reuse") ?? 0) !== 0, soReuseport: false },
    ...{ soPriority: u32(common.number("sock.priority")), soRcvlowat: u32(common.big("sock.rcvlowat")) },
    ...{ soPasscred: ((own >> SOCK_PASSCRED) & 1n) === 1n, soPasssec: ((own >> SOCK_PASSSEC) & 1n) === 1n },
    ...{ soDontroute: false, soNoCheck: (common.number("sock.no_check") ?? 0) !== 0 },
    ...{ soBroadcast: isSet("SOCK_BROADCAST"), soKeepalive: isSet("SOCK_KEEPOPEN") },
    soOobinline: isSet("SOCK_URGINLINE") ? 1 : 0,
    ...(lingers && { soLinger: u32(common.number("sock.linger.l_linger")) }),
  };
}

/** Sizes are positive numbers of 31 bits. */
function twice(size = 0): number {
  return Math.max(0, size) * 2;
}

const NS_PER_US = 1000n;
const NS_PER_S = 1_000_000_000n;

function timeOf(nanoseconds = 0n): { seconds: bigint; micros: bigint } {
  const time = nanoseconds > 0n ? nanoseconds : 0n;
  return { seconds: time / NS_PER_S, micros: (time % NS_PER_S) / NS_PER_US };
}
