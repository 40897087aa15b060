/** v19-rc1: security labels. */
import { decodeText } from "../../../image/abi/c-text.js";
import { shortBytes } from "../../content.js";
import { isRecord, type RecordNode } from "../../nodes.js";
import type { ConversionStep } from "../../step.js";
import { remove } from "../../values.js";

/** Field with the number of the security label, by record. */
const LABELLED: Readonly<Record<string, string>> = {
  FILE: "f_secref",
  CRED: "sec_ref",
  IPC_SHM: "perms.sec_ref",
  IPC_MSG: "perms.sec_ref",
  IPC_SEM: "perms.sec_ref",
  IPC_MSG_MSG: "sec_ref",
};

export const securityLabels: ConversionStep = {
  id: "security-labels",
  title: "security labels",
  since: "v19-rc1",
  backward: (way) => {
    const texts = new Map<number, string>();
    const unlabel =
      (path: string) =>
      (record: RecordNode): undefined => {
        const number = Number(remove(record.fields, path) ?? 0);
        const text = texts.get(number);
        if (text !== undefined) way.lose(record, path, text, "older images have no security labels");
        else if (number !== 0) way.clear(record, path, number, "no label has the number, so it means none");
      };
    return {
      records: Object.fromEntries(Object.entries(LABELLED).map(([name, path]) => [name, unlabel(path)])),
      objects: {
        SECURITY(group) {
          way.worked();
          let pointer = 0;
          for (const node of group.each()) {
            if (isRecord(node, "SECURITY")) pointer = node.number("ptrref");
            if (isRecord(node, "lsm_context")) texts.set(pointer, decodeText(shortBytes(node.parts.payload)));
          }
          way.dropNumber(pointer);
          return way.drop(group, "older images have no security labels");
        },
      },
    };
  },
};
