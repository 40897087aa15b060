/** v17: a UTS namespace has all six texts in its record; in v16 it has two, which follow as strings. */

import { decodeText } from "../../image/c-text.js";
import { windowBytes } from "../../image/source.js";
import { padded } from "../../write/payload.js";
import { shortBytes } from "../content.js";
import { type Group, isRecord, type RecordNode } from "../nodes.js";
import type { Crossing, Step } from "../step.js";

const STRINGS = ["nodename", "domainname"] as const;
/** Texts that v16 has in the header only. */
const OF_HEADER = ["release", "version", "machine"] as const;
const SYSNAME = "Linux";

export const utsTexts: Step = {
  id: "uts-texts",
  title: "all texts of a UTS namespace in its record",
  since: "v17",
  forward: (way) => ({
    rules: {
      uts_namespace: (group: Group) =>
        group.with(function* () {
          way.worked();
          let record: RecordNode | undefined;
          for (const node of group.each()) {
            if (isRecord(node, "UTS_NS")) record = node;
            else if (record && node.kind === "record" && STRINGS.some((name) => name === node.label))
              record.fields[node.label as string] = decodeText(shortBytes(node.parts.payload));
            else yield node;
          }
          if (!record) return;
          for (const name of STRINGS) delete record.fields[`${name}_len`];
          record.fields.sysname = SYSNAME;
          for (const name of OF_HEADER) record.fields[name] = headerText(way, name);
          yield record;
        }),
    },
  }),
  backward: (way) => ({
    rules: {
      uts_namespace: (group: Group) =>
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

/** Leaves two texts, and those as strings of their own. */
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
    const payload = padded(String(fields[name] ?? ""), length);
    delete fields[name];
    fields[`${name}_len`] = length;
    return way.record("STRING", { fields: {}, payload }, name);
  });
}

function headerText({ image }: Crossing, label: string): string {
  const range = image.root.find("BUFFER", label)?.record?.payload;
  return range ? decodeText(windowBytes(image.source, range.start, range.end - range.start)) : "";
}
