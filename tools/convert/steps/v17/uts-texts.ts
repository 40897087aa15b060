/** v17: a UTS namespace has all six texts in its record; in v16 it has two, which follow as strings. */

import { decodeEscaped, encodeEscaped } from "../../../../runtime/index.js";
import { decodeText } from "../../../image/abi/c-text.js";
import { windowBytes } from "../../../image/bytes/source.js";
import { shortBytes } from "../../content.js";
import { type GroupNode, isRecord, type RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

const STRINGS = ["nodename", "domainname"] as const;
/** Texts that v16 has only in the header. */
const OF_HEADER = ["release", "version", "machine"] as const;
const SYSNAME = "Linux";

export const utsTexts: ConversionStep = {
  id: "uts-texts",
  title: "all texts of a UTS namespace in its record",
  since: "v17",
  forward: (way) => ({
    rules: {
      uts_namespace: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          const length = way.after.constant("__NEW_UTS_LEN") + 1;
          let record: RecordNode | undefined;
          for (const node of group.each()) {
            if (isRecord(node, "UTS_NS")) record = node;
            else if (record && node.kind === "record" && STRINGS.some((name) => name === node.label)) {
              const bytes = shortBytes(node.parts.payload);
              if (bytes.length !== length)
                way.repair(node, undefined, bytes.length, `the text comes back in ${length} bytes`);
              record.fields[node.label as string] = decodeEscaped(bytes.subarray(0, lastUsed(bytes)));
            } else yield node;
          }
          if (!record) return;
          for (const name of STRINGS)
            way.derive(record, `${name}_len`, length, "from v17 on the header says it for all texts");
          record.fields.sysname = SYSNAME;
          for (const name of OF_HEADER) record.fields[name] = headerText(way, name);
          yield record;
        }),
    },
  }),
  backward: (way) => ({
    rules: {
      uts_namespace: (group: GroupNode) =>
        group.with(function* () {
          way.worked();
          for (const node of group.each()) {
            const strings = isRecord(node, "UTS_NS") ? split(way, node) : [];
            yield node;
            yield* strings;
          }
        }),
    },
  }),
};

/** Keeps two of the texts, as separate string records. */
function split(way: Crossing, record: RecordNode): RecordNode[] {
  const { fields } = record;
  const length = way.before.constant("__NEW_UTS_LEN") + 1;
  const usual: Record<string, string> = { sysname: SYSNAME };
  for (const name of OF_HEADER) usual[name] = headerText(way, name);
  for (const [name, text] of Object.entries(usual)) {
    if (fields[name] !== text) way.lose(record, name, fields[name], "v16 saves host and domain name only");
    delete fields[name];
  }
  return STRINGS.map((name) => {
    const payload = new Uint8Array(length);
    payload.set(encodeEscaped(String(fields[name] ?? "")) as Uint8Array);
    delete fields[name];
    fields[`${name}_len`] = length;
    return way.record("STRING", { fields: {}, payload }, name);
  });
}

/** Length of the bytes without the NULs at their end. */
function lastUsed(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}

function headerText({ image }: Crossing, label: string): string {
  const range = image.root.find("BUFFER", label)?.record?.payload;
  return range ? decodeText(windowBytes(image.source, range.start, range.end - range.start)) : "";
}
