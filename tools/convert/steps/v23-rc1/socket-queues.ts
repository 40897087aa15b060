/** v23-rc1-a: the socket record says whether a pair of queues follows for it. */
import { type SocketQueues, socketQueuesOf } from "../../../model/socket-queues.js";
import { isRecord } from "../../nodes.js";
import type { ConversionStep } from "../../step.js";
import { get } from "../../values.js";

export const socketMarkers: ConversionStep = {
  id: "socket-markers",
  title: "say in every socket whether its queues follow",
  since: "v23-rc1-a",
  forward: (way) => {
    let queues: ReadonlyMap<number, SocketQueues> | undefined;
    return {
      objects: {
        SOCK(group) {
          way.worked();
          queues ??= socketQueuesOf(way.image);
          const hasQueues = typeof group.objref === "number" && queues.has(group.objref);
          return group.with(function* () {
            for (const node of group.each()) {
              if (isRecord(node, "SOCKET")) node.fields.has_buffers = hasQueues ? 1 : 0;
              yield node;
            }
          });
        },
      },
    };
  },
  backward: (way) => ({
    records: {
      SOCKET(record) {
        way.worked();
        const told = record.number("has_buffers");
        delete record.fields.has_buffers;
        const dead = 1n << BigInt(way.before.constant("SOCK_DEAD"));
        const isDead = (BigInt((get(record.fields, "sock.flags") as bigint | undefined) ?? 0n) & dead) !== 0n;
        const expected = record.number("sock.state") !== way.before.constant("TCP_LISTEN") && !isDead ? 1 : 0;
        if (told !== expected) way.lose(record, "has_buffers", told, "older readers go by the state of the socket");
        return undefined;
      },
    },
  }),
};
