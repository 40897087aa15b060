import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const REAL = "v20h-self-files.img";
const NEW = "v23-rc2/x86_64";
const BIG = "v21/s390x";

export const files: readonly Case[] = [
  {
    rule: "file-kind",
    image: REAL,
    also: ["unexpected-record"],
    alter: (image) => image.set(image.record("FILE"), "f_type", 0),
  },
  { rule: "file-flags", image: REAL, alter: (image) => image.set(image.record("FILE"), "f_flags", 0o100) },
  {
    rule: "descriptor-order",
    image: REAL,
    alter: (image) => image.set(image.record("FILE_DESC", { nth: 1 }), "fd_descriptor", 0),
  },
  {
    rule: "pipe-size",
    image: "v16-self-files.img",
    alter(image) {
      const pipe = image.record("FILE_PIPE");
      const more = 17 * 4096;
      image.set(pipe, "pipe_len", image.value(pipe, "pipe_len") + more);
      const { end } = pipe.record ?? { end: 0 };
      image.splice(end, end, new Uint8Array(more));
      return pipe.offset;
    },
  },
  {
    rule: "epoll-file",
    image: BIG,
    also: ["epoll-items"],
    alter: (image) =>
      image.set(image.record("EPOLL_ITEMS"), "epfile_objref", image.value(image.record("FILE_DESC"), "fd_objref")),
  },
  {
    rule: "epoll-items",
    image: BIG,
    alter(image) {
      const items = image.record("EPOLL_ITEMS");
      const buffer = image.recordBehind(items.offset, "BUFFER", { label: "epoll_items" });
      image.splice(items.offset, buffer.record?.end ?? 0);
      return image.object("FILE_TABLE").offset;
    },
  },
  { rule: "file-umask", image: NEW, alter: (image) => image.set(image.record("FS"), "umask", 0o1000) },
];

export const terminals: readonly Case[] = [
  { rule: "tty-ends", what: "master", image: BIG, alter: (image) => image.set(tty(image, 1), "file_objref", 0) },
  { rule: "tty-ends", what: "slave", image: NEW, alter: (image) => image.set(tty(image, 2), "link_objref", 0) },
  { rule: "tty-input", image: BIG, alter: (image) => image.set(image.record("TTY_LDISC"), "canon_datalen", 5000) },
];

function tty(image: Altered, subtype: number) {
  return image.record("TTY", { where: (fields) => fields.number("driver_subtype") === subtype });
}
