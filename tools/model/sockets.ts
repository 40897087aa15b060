/** Sockets: their kind, state and addresses. */
import { decodeEscaped, membersOf } from "../../runtime/index.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { StructFields } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { ipv4Text } from "./address-text.js";
import { enumeratorName } from "./enum-names.js";

export interface Socket {
  readonly objref: number;
  /** C names, e.g. `AF_UNIX`, `SOCK_STREAM`, `TCP_LISTEN`; undefined for unknown numbers. */
  readonly family: string | undefined;
  readonly type: string | undefined;
  readonly state: string | undefined;
  /** State in the socket layer, e.g. `SS_CONNECTED`. */
  readonly connection: string | undefined;
  /** Local address as `path`, `@abstract` or `127.0.0.1:80`; undefined if there is none. */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  /** Number of the unix socket at the other end; 0 if there is none. */
  readonly peer: number;
}

/** The socket with that number; undefined if the image has none. */
export function socketOf(image: Image, objref: number | undefined): Socket | undefined {
  const object = image.object(objref, "SOCK");
  const head = object?.find("SOCKET");
  if (!object || !head) return undefined;
  const fields = image.fields(head);
  const named = (enumeration: string, path: string) => {
    const value = fields.number(path);
    return value === undefined ? undefined : enumeratorName(image.format.abi, enumeration, value);
  };
  const unix = object.find("SOCKET_UNIX");
  const inet = object.find("SOCKET_INET");
  const address = (end: "laddr" | "raddr") =>
    unix ? unixAddress(image, unix, end) : inet && inetAddress(image.fields(inet), end);
  return {
    objref: objref as number,
    family: named("sock_family", "sock_common.family"),
    type: named("sock_type", "sock.type"),
    state: named("tcp_state", "sock.state"),
    connection: named("socket_state", "socket.state"),
    local: address("laddr"),
    remote: address("raddr"),
    peer: (unix && image.fields(unix).number("peer")) ?? 0,
  };
}

/** A path, or an abstract name, which begins with a NUL and is shown with `@`. */
function unixAddress(image: Image, node: TreeNode, end: "laddr" | "raddr"): string | undefined {
  const { source } = image;
  const { record } = node;
  const members = record?.kind?.struct && membersOf(record.kind.struct);
  const address = members?.at(end);
  const path = members?.at(`${end}.sun_path`);
  if (!record || !address || !path || path.offset + path.size > record.length) return undefined;
  const used = (image.fields(node).number(`${end}_len`) ?? 0) - (path.offset - address.offset);
  if (used <= 0) return undefined;
  const bytes = windowBytes(source, record.offset + path.offset, Math.min(used, path.size));
  const nul = bytes.indexOf(0);
  if (nul === 0) return `@${decodeEscaped(bytes.subarray(1))}`;
  return decodeEscaped(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function inetAddress(fields: StructFields, end: "laddr" | "raddr"): string | undefined {
  if (!fields.number(`${end}_len`)) return undefined;
  const host = fields.number(`${end}.sin_addr.s_addr`);
  const port = fields.number(`${end}.sin_port`);
  if (host === undefined || port === undefined) return undefined;
  return `${ipv4Text(host)}:${port}`;
}
