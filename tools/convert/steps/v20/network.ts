/** v20-b: network namespaces, and a checkpoint flag that says whether they are saved; v21 inverted the flag. */
import { decodeText } from "../../../image/abi/c-text.js";
import { shortBytes } from "../../content.js";
import { type GroupNode, isObject, isRecord, type RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

const FLAGS = { ckpt_hdr_header: ["uflags"] };

function setFlag(record: RecordNode, bit: number, isSet: boolean): void {
  const { fields } = record;
  const flags = BigInt((fields.uflags as bigint | undefined) ?? 0n);
  const mask = BigInt(bit);
  fields.uflags = isSet ? flags | mask : flags & ~mask;
}

function hasFlag(record: RecordNode, bit: number): boolean {
  return (BigInt((record.fields.uflags as bigint | undefined) ?? 0n) & BigInt(bit)) !== 0n;
}

function flip(way: Crossing, before: string, after: string) {
  return (record: RecordNode): undefined => {
    way.worked();
    const isSet = hasFlag(record, way.before.constant(before));
    setFlag(record, way.before.constant(before), false);
    setFlag(record, way.after.constant(after), !isSet);
  };
}

export const networkNamespaces: ConversionStep = {
  id: "network-namespaces",
  title: "network namespaces and their devices",
  since: "v20-b",
  meanings: FLAGS,
  forward: (way) => ({
    records: {
      HEADER(record) {
        way.worked();
        const bit = way.after.constant("CHECKPOINT_NONETNS");
        if (hasFlag(record, bit)) way.lose(record, "uflags", bit, "the bit means something in newer images");
        setFlag(record, bit, true);
        return undefined;
      },
    },
  }),
  backward: (way) => {
    const why = "network namespaces are not part of older images";
    return {
      records: {
        HEADER(record) {
          way.worked();
          const bit = way.before.constant("CHECKPOINT_NONETNS");
          if (!hasFlag(record, bit)) way.lose(record, "uflags", record.fields.uflags, why);
          setFlag(record, bit, false);
          return undefined;
        },
      },
      objects: {
        NET_NS(group) {
          way.worked();
          way.lose(group, undefined, group.objref, why);
          return dropWithDevices(way, group, why);
        },
        NETDEV: (group) => dropWithDevices(way, group, why),
      },
    };
  },
};

/** Removes a namespace or a device. The other end of a pair is in the body of the device that was met first. */
function dropWithDevices(way: Crossing, group: GroupNode, why: string): undefined {
  for (const node of group.each()) {
    if (isRecord(node, "device_name")) way.lose(group, undefined, decodeText(shortBytes(node.parts.payload)), why);
    if (isObject(node, "NETDEV")) dropWithDevices(way, node, why);
  }
  way.dropNumber(group.objref);
}

export const networkFlag: ConversionStep = {
  id: "network-flag",
  title: "turn around the flag that says whether network namespaces are saved",
  since: "v21",
  meanings: FLAGS,
  forward: (way) => ({ records: { HEADER: flip(way, "CHECKPOINT_NONETNS", "CHECKPOINT_NETNS") } }),
  backward: (way) => ({ records: { HEADER: flip(way, "CHECKPOINT_NETNS", "CHECKPOINT_NONETNS") } }),
};
