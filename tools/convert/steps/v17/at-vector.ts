/** The auxiliary vector of programs: not in v16, native words from v17 on, and 64-bit words from v19 on. */

import { shortBytes } from "../../content.js";
import { type GroupNode, isRecord, type RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { set } from "../../values.js";
import { AT_VECTOR_WORDS } from "./header-constants.js";

export const atVector: ConversionStep = {
  id: "at-vector",
  title: "the auxiliary vector of programs",
  since: "v17",
  forward: (way) => ({
    objects: {
      MM: (group: GroupNode) =>
        group.with(function* () {
          for (const node of group.each()) {
            yield node;
            if (!isRecord(node, "MM")) continue;
            way.worked();
            way.invent(node, "at_vector", "", "the auxiliary vector is empty, because v16 did not save it");
            const payload = new Uint8Array(AT_VECTOR_WORDS * way.after.wordSize);
            yield way.record("BUFFER", { fields: {}, payload }, "at_vector");
          }
        }),
    },
  }),
  backward: (way) => ({
    records: {
      at_vector(record) {
        way.worked();
        const bytes = shortBytes(record.parts.payload);
        const usual = AT_VECTOR_WORDS * way.before.wordSize;
        if (bytes.some((byte) => byte !== 0))
          way.lose(record, undefined, bytes, "v16 does not save the auxiliary vector");
        else if (bytes.length !== usual)
          way.repair(record, undefined, bytes.length, `an empty vector comes back with ${usual} bytes`);
        return [];
      },
    },
  }),
};

const SIZE = "constants.at_vector_size";

export const wideAtVector: ConversionStep = {
  id: "wide-at-vector",
  title: "the auxiliary vector in 64-bit words",
  since: "v19",
  meanings: { ckpt_hdr_header: [SIZE] },
  forward: (way) => ({
    records: {
      HEADER: (record) => {
        way.worked();
        const { wordSize } = way.before;
        const bytes = record.number(SIZE);
        const words = Math.floor(bytes / wordSize);
        if (words * wordSize !== bytes) way.repair(record, SIZE, bytes, `words of ${wordSize} bytes do not fill it`);
        set(record.fields, SIZE, words);
        return undefined;
      },
      at_vector: (record) => resize(way, record, way.before.wordSize, 8),
    },
  }),
  backward: (way) => ({
    records: {
      HEADER: (record) => {
        way.worked();
        set(record.fields, SIZE, record.number(SIZE) * way.after.wordSize);
        return undefined;
      },
      at_vector: (record) => resize(way, record, 8, way.after.wordSize),
    },
  }),
};

/** Changes the size of the words of an auxiliary vector, in bytes. */
function resize(way: Crossing, record: RecordNode, from: number, to: number): undefined {
  if (from === to) return;
  const { littleEndian } = way.before;
  const bytes = shortBytes(record.parts.payload);
  const old = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / from);
  const made = new DataView(new ArrayBuffer(count * to));
  const rest = bytes.subarray(count * from);
  if (rest.length > 0) way.lose(record, undefined, rest, `the vector has words of ${from} bytes, and no part of one`);
  for (let i = 0; i < count; i++) {
    const word = from === 8 ? old.getBigUint64(i * 8, littleEndian) : BigInt(old.getUint32(i * 4, littleEndian));
    if (to === 8) made.setBigUint64(i * 8, word, littleEndian);
    else {
      if (word > 0xffff_ffffn) way.refuse(record, `at_vector[${i}]`, word, "the vector has 32-bit words there");
      made.setUint32(i * 4, Number(BigInt.asUintN(32, word)), littleEndian);
    }
  }
  record.parts.payload = new Uint8Array(made.buffer);
}
