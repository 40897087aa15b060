/** v17: UTS and IPC namespaces are objects before the record of their set; in v16 they follow it, and flags say which. */
import { type GroupNode, isObject, isRecord, isRule, type Node, type RecordNode } from "../../nodes.js";
import type { ConversionStep } from "../../step.js";

/** The namespaces of a set: field of their number, object type, rule of their contents, and the clone flag that creates one. */
const KINDS = [
  { field: "uts_objref", type: "UTS_NS", rule: "uts_namespace", flag: 0x0400_0000 },
  { field: "ipc_objref", type: "IPC_NS", rule: "ipc_namespace", flag: 0x0800_0000 },
] as const;

export const namespaceObjects: ConversionStep = {
  id: "namespace-objects",
  title: "UTS and IPC namespaces as objects",
  since: "v17",
  forward: (way) => ({
    objects: {
      NS: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          const parts = [...group.each()];
          const record = parts.find((node): node is RecordNode => isRecord(node, "NS"));
          const flags = KINDS.filter(({ rule }) => parts.some((node) => isRule(node, rule)));
          if (record)
            way.derive(
              record,
              "flags",
              flags.reduce((sum, { flag }) => sum + flag, 0),
              "newer images say by objects which namespaces there are, and the flags come back as these do",
            );
          for (const { field, type, rule } of KINDS) {
            const inner = parts.find((node) => isRule(node, rule));
            if (inner && record) yield way.object(type, record.number(field), [inner]);
          }
          yield* parts.filter((node) => !KINDS.some(({ rule }) => isRule(node, rule)));
        }),
    },
  }),
  backward: (way) => ({
    objects: {
      NS: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          const parts = [...group.each()];
          const record = parts.find((node): node is RecordNode => isRecord(node, "NS"));
          const behind: Node[] = [];
          let flags = 0;
          for (const { type, flag } of KINDS) {
            const object = parts.find((node): node is GroupNode => isObject(node, type));
            if (!object) continue;
            flags += flag;
            behind.push(...object.each());
          }
          if (record) record.fields.flags = flags;
          yield* parts.filter((node) => !KINDS.some(({ type }) => isObject(node, type)));
          yield* behind;
        }),
    },
  }),
};
