/** s390: a thread record from v19-rc3 on; its struct is known from v19 on. */
import { shortBytes } from "../../content.js";
import { type GroupNode, isRecord } from "../../nodes.js";
import type { ConversionStep } from "../../step.js";

/** Bytes of the flags, its only contents. */
const FLAGS = 8;

export const s390Threads: ConversionStep = {
  id: "s390-threads",
  title: "a thread record",
  since: "v19-rc3",
  arches: ["s390", "s390x"],
  forward: (way) => ({
    rules: {
      registers: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          yield way.record("THREAD", { fields: {}, payload: new Uint8Array(FLAGS) });
          yield* group.each();
        }),
    },
  }),
  backward: (way) => ({
    records: {
      THREAD(record) {
        way.worked();
        const flags = shortBytes(record.parts.payload);
        if (flags.some((byte) => byte !== 0))
          way.lose(record, "thread_info_flags", flags, "older images have no thread record");
        else if (flags.length !== FLAGS)
          way.repair(record, undefined, flags.length, `the record comes back with ${FLAGS} bytes`);
        return [];
      },
    },
  }),
};

export const s390ThreadFlags: ConversionStep = {
  id: "s390-thread-flags",
  title: "the flags of the thread record have a name",
  since: "v19",
  arches: ["s390", "s390x"],
  forward: (way) => ({
    rules: {
      registers: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          let isThere = false;
          for (const node of group.each()) {
            if (isRecord(node, "THREAD")) {
              isThere = true;
              const bytes = shortBytes(node.parts.payload);
              const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
              node.fields.thread_info_flags = bytes.length < FLAGS ? 0n : view.getBigUint64(0, way.after.littleEndian);
              const rest = bytes.length < FLAGS ? bytes : bytes.slice(FLAGS);
              const why = `newer images have ${FLAGS} bytes of flags`;
              if (rest.some((byte) => byte !== 0)) way.lose(node, undefined, rest, why);
              else if (bytes.length !== FLAGS) way.repair(node, undefined, bytes.length, why);
              delete node.parts.payload;
            } else if (!isThere) {
              isThere = true;
              yield way.record("THREAD");
            }
            yield node;
          }
        }),
    },
  }),
  backward: (way) => ({
    records: {
      THREAD(record) {
        way.worked();
        const view = new DataView(new ArrayBuffer(FLAGS));
        view.setBigUint64(
          0,
          BigInt((record.fields.thread_info_flags as bigint | undefined) ?? 0n),
          way.before.littleEndian,
        );
        record.parts.fields = {};
        record.parts.payload = new Uint8Array(view.buffer);
        return undefined;
      },
    },
  }),
};
