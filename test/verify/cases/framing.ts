import { MAX_DEPTH } from "../../../tools/image/index.js";
import { bare, object } from "../../images/made.js";
import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const NEW = "v23-rc2/x86_64";
const BIG = "v21/s390x";

export const framing: readonly Case[] = [
  {
    rule: "short-header",
    image: NEW,
    alter: (image) => image.splice(image.bytes.length, image.bytes.length, new Uint8Array(3)),
  },
  {
    rule: "bad-length",
    image: BIG,
    alter(image) {
      const { offset } = image.record("TAIL");
      image.write(offset + 4, "u32", 4);
      return offset;
    },
  },
  {
    rule: "short-record",
    image: NEW,
    alter(image) {
      image.splice(image.bytes.length - 4, image.bytes.length);
      return image.record("TAIL").offset;
    },
  },
  {
    rule: "short-raw",
    image: "v16-self-files.img",
    alter(image) {
      const pipe = image.record("FILE_PIPE");
      image.set(pipe, "pipe_len", 1_000_000);
      return pipe.offset;
    },
  },
  {
    rule: "record-size",
    image: BIG,
    alter(image) {
      const { record, offset } = image.record("FILE_DESC");
      const end = record?.end ?? 0;
      image.write(offset + 4, "u32", end - offset + 8);
      image.splice(end, end, new Uint8Array(8));
      return offset;
    },
  },
  {
    rule: "unexpected-record",
    image: NEW,
    alter: (image) => drop(image, "HEADER_ARCH"),
  },
  {
    rule: "unknown-record",
    image: NEW,
    alter: (image) => insertBefore(image, "TAIL", bare(7777)),
  },
  {
    rule: "unexpected-end",
    image: NEW,
    alter: (image) => drop(image, "TAIL"),
  },
  {
    rule: "trailing-record",
    image: BIG,
    alter(image) {
      const end = image.bytes.length;
      return image.splice(end, end, image.bytesOf(image.record("TAIL")));
    },
  },
  {
    rule: "object-type",
    image: NEW,
    alter(image) {
      const node = image.object("FILE");
      image.set(node, "objtype", 99);
      return node.offset;
    },
  },
  {
    rule: "object-number",
    image: NEW,
    alter(image) {
      const sighand = image.object("SIGHAND");
      return insertBefore(image, "TASK_NS", image.bytesOf(sighand), 1);
    },
  },
  {
    rule: "bad-count",
    image: NEW,
    also: ["unexpected-record"],
    alter(image) {
      const table = image.record("FILE_TABLE");
      image.set(table, "fdt_nfds", -1);
      return table.record?.end ?? 0;
    },
  },
  {
    rule: "nesting",
    image: NEW,
    alter(image) {
      const { offset } = image.record("TASK_NS");
      const chain = Array.from({ length: 250 }, (_, i) => object(image.format, "CRED", 100_000 + i));
      image.splice(offset, offset, ...chain);
      // Five rules are open around the first: image, task, live, objects, namespaces.
      return offset + 16 * (MAX_DEPTH - 5);
    },
  },
  {
    rule: "checkpoint-failed",
    image: "v16-tree-notfrozen.img",
    alter: (image) => image.record("STRING").offset,
  },
];

function drop(image: Altered, name: string): number {
  const { offset, record } = image.record(name);
  return image.splice(offset, record?.end ?? offset);
}

function insertBefore(image: Altered, name: string, bytes: Uint8Array, nth = 0): number {
  const { offset } = image.record(name, { nth });
  return image.splice(offset, offset, bytes);
}
