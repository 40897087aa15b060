/**
 * Internet sockets: v18 has no record of their addresses, v19-rc2-a introduced the state of connections. A connected socket has more state than its
 * addresses, so it cannot be converted to an older image, nor an old one to a newer image.
 */
import { type GroupNode, isRecord, type Node, type RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { get } from "../../values.js";

export const inetAddresses: ConversionStep = {
  id: "inet-addresses",
  title: "addresses of internet sockets",
  since: "v18-dev-a",
  forward: (way) => ({
    records: {
      SOCKET(record) {
        if (isInet(way, record)) refuse(way, record, "v18 does not save the addresses of internet sockets");
        return undefined;
      },
    },
  }),
  backward: (way) => ({
    records: {
      SOCKET(record) {
        if (isInet(way, record)) refuse(way, record, "v18 does not save the addresses of internet sockets");
        return undefined;
      },
      SOCKET_INET: () => [],
    },
  }),
};

export const inetState: ConversionStep = {
  id: "inet-state",
  title: "the state of internet sockets",
  since: "v19-rc2-a",
  forward: (way) => ({
    objects: {
      SOCK: (group) =>
        checked(way, group, (record) =>
          Object.assign(record.fields, addresses(record), {
            inet6: { saddr: none6(), rcv_saddr: none6(), daddr: none6() },
          }),
        ),
    },
  }),
  backward: (way) => ({
    objects: {
      SOCK: (group) =>
        checked(way, group, (record) => {
          // Restart takes them from the address that the socket is bound to.
          for (const [field, value] of Object.entries(addresses(record)))
            if (record.number(field) === value) delete record.fields[field];
        }),
    },
  }),
};

/** Refuses connected sockets, and changes the others. */
function checked(way: Crossing, group: GroupNode, change: (record: RecordNode) => void): GroupNode {
  return group.with(function* (): Generator<Node> {
    for (const node of group.each()) {
      if (isRecord(node, "SOCKET") && isInet(way, node)) {
        way.worked();
        const isOpen = ["TCP_LISTEN", "TCP_CLOSE"].some(
          (state) => node.number("sock.state") === way.before.constant(state),
        );
        if (!isOpen) refuse(way, node, "the state of a connection cannot be converted");
      }
      if (isRecord(node, "SOCKET_INET")) change(node);
      yield node;
    }
  });
}

/** The fields of an empty IPv6 address. */
function none6(): object {
  return { __in6_u: { __u6_addr8: new Uint8Array(16) } };
}

/** Fields that follow from the local address of a socket; a TTL of -1 means the default of the system. */
function addresses(record: RecordNode): Record<string, number> {
  const isBound = record.number("laddr_len") > 0;
  const address = isBound ? Number(get(record.fields, "laddr.sin_addr.s_addr") ?? 0) : 0;
  const port = isBound ? Number(get(record.fields, "laddr.sin_port") ?? 0) : 0;
  return { rcv_saddr: address, saddr: address, num: port, sport: port, uc_ttl: -1 };
}

function isInet(way: Crossing, record: RecordNode): boolean {
  return record.number("sock_common.family") !== way.before.constant("AF_UNIX");
}

function refuse(way: Crossing, record: RecordNode, why: string): void {
  way.refuse(record, undefined, undefined, why);
}
