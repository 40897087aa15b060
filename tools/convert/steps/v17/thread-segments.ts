/** v17: the descriptors of thread-local storage are part of the thread record; in v16 they are a separate record, if there are any. */

import { type Data, lengthOf, shortBytes } from "../../content.js";
import { type GroupNode, isRecord, type RecordNode } from "../../nodes.js";
import type { ConversionStep } from "../../step.js";

export const threadSegments: ConversionStep = {
  id: "thread-segments",
  title: "descriptors of thread-local storage in the thread record",
  since: "v17",
  arches: ["x86"],
  forward: (way) => ({
    rules: {
      registers: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          const parts = [...group.each()];
          const own = parts.find((node): node is RecordNode => isRecord(node, "THREAD_TLS"));
          for (const node of parts) {
            if (node === own) continue;
            if (isRecord(node, "THREAD")) {
              const empty: Data = new Uint8Array(node.number("sizeof_tls_array"));
              const array = own?.parts.payload ?? empty;
              const used = usedSlots(shortBytes(array), way.after.elementSize("desc_struct") ?? 0);
              way.derive(node, "ntls", used, "from v17 on the descriptors themselves show how many are in use");
              if (own && used === 0) way.repair(own, undefined, lengthOf(array), "no descriptor in it is in use");
              node.parts.payload = array;
            }
            yield node;
          }
        }),
    },
  }),
  backward: (way) => ({
    rules: {
      registers: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          for (const node of group.each()) {
            if (!isRecord(node, "THREAD")) {
              yield node;
              continue;
            }
            const { payload } = node.parts;
            const used = usedSlots(shortBytes(payload), way.before.elementSize("desc_struct") ?? 0);
            node.fields.ntls = used;
            delete node.parts.payload;
            const length = node.number("sizeof_tls_array");
            if (used === 0 && lengthOf(payload) !== length)
              way.repair(node, undefined, lengthOf(payload), `empty descriptors come back with ${length} bytes`);
            yield node;
            if (used > 0 && payload) yield way.record("THREAD_TLS", { fields: {}, payload });
          }
        }),
    },
  }),
};

/**
 * Number of descriptors that are not all zero.
 *
 * @param size bytes of a descriptor
 */
function usedSlots(bytes: Uint8Array, size: number): number {
  let used = 0;
  for (let at = 0; at + size <= bytes.length; at += size)
    if (bytes.subarray(at, at + size).some((byte) => byte !== 0)) used++;
  return used;
}
