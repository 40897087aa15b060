/**
 * v19-rc2-a: socket buffers have the offsets of their protocol headers, which unix sockets do not have. For internet sockets the headers cannot be
 * rebuilt from the data, nor the data separated from headers of unknown length.
 */
import { lengthOf, SourceBytes } from "../../content.js";
import { type GroupNode, isRecord, type RecordNode } from "../../nodes.js";
import type { NewObject } from "../../numbering.js";
import type { ConversionStep, Crossing } from "../../step.js";

/** Lengths that follow from the data. */
const LENGTHS = ["lin_len", "skb_len"];
/** Lengths that are zero if there are only data. */
const OFFSETS = ["hdr_len", "data_offset"];

/** Unix sockets met so far. */
class UnixSockets {
  private readonly numbers = new Set<number | NewObject>();

  constructor(private readonly way: Crossing) {}

  /** Registers the family of each socket. */
  readonly observe = (group: GroupNode): GroupNode => {
    const { numbers, way } = this;
    return group.with(function* () {
      for (const node of group.each()) {
        if (isRecord(node, "SOCKET") && node.number("sock_common.family") === way.before.constant("AF_UNIX"))
          numbers.add(group.objref as number);
        yield node;
      }
    });
  };

  has(record: RecordNode): boolean {
    return this.numbers.has(record.number("sk_objref"));
  }
}

export const socketBuffers: ConversionStep = {
  id: "socket-buffers",
  title: "places of protocol headers in socket buffers",
  since: "v19-rc2-a",
  forward: (way) => {
    const sockets = new UnixSockets(way);
    return {
      objects: { SOCK: sockets.observe },
      rules: {
        socket_buffer: (group) =>
          group.with(function* () {
            way.worked();
            const parts = [...group.each()];
            const data = parts.find((node): node is RecordNode => isRecord(node, "socket_data"));
            for (const node of parts) {
              if (isRecord(node, "SOCKET_BUFFER")) {
                if (!sockets.has(node))
                  way.refuse(
                    node,
                    undefined,
                    undefined,
                    "buffers of internet sockets need headers that the image does not have",
                  );
                const length = lengthOf(data?.parts.payload);
                Object.assign(node.fields, { lin_len: length, skb_len: length });
              }
              yield node;
            }
          }),
      },
    };
  },
  backward: (way) => {
    const sockets = new UnixSockets(way);
    return {
      objects: { SOCK: sockets.observe },
      rules: {
        socket_buffer: (group) =>
          group.with(function* () {
            way.worked();
            let start = 0;
            const parts = [...group.each()];
            const data = parts.find((node): node is RecordNode => isRecord(node, "socket_data"));
            for (const node of parts) {
              if (isRecord(node, "SOCKET_BUFFER"))
                start = flatten(way, node, lengthOf(data?.parts.payload), sockets.has(node));
              if (isRecord(node, "socket_data")) cutHeaders(way, node, start);
              if (!isRecord(node, "SOCKET_FRAG")) yield node;
            }
          }),
      },
    };
  },
};

/**
 * Removes the headers from a buffer.
 *
 * @param length bytes of the linear part
 * @returns offset at which the data begin in it
 */
function flatten(way: Crossing, record: RecordNode, length: number, isUnix: boolean): number {
  if (!isUnix)
    way.refuse(record, undefined, undefined, "buffers of internet sockets have headers that older images do not keep");
  const fragments = record.number("nr_frags");
  if (fragments > 0) way.refuse(record, "nr_frags", fragments, "older images have no pages in socket buffers");
  const start = record.number("data_offset");
  const data = length - (start <= length ? start : 0);
  const why = "older images have the data only";
  for (const field of LENGTHS) way.derive(record, field, data, why);
  for (const field of OFFSETS) way.derive(record, field, 0, why);
  return start;
}

function cutHeaders(way: Crossing, record: RecordNode, start: number): void {
  const { payload } = record.parts;
  if (start === 0 || !(payload instanceof SourceBytes) || start > payload.length) return;
  way.lose(record, "data_offset", payload.part(0, start).bytes(), "older images have the data only");
  record.parts.payload = payload.part(start);
}
