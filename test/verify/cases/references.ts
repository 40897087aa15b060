import { object, record, text } from "../../images/made.js";
import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const NEW = "v23-rc2/x86_64";
const BIG = "v21/s390x";

export const references: readonly Case[] = [
  {
    rule: "reference-unknown",
    image: BIG,
    alter: (image) => image.set(image.record("FILE_DESC", { nth: 1 }), "fd_objref", 54321),
  },
  {
    rule: "reference-unknown",
    what: "a pid that is not in the table",
    image: "v23-rc2/s390x",
    also: ["pid-process", "pid-session"],
    alter: (image) => image.setElement(image.record("BUFFER", { label: "pids" }), "ckpt_task_pids", 1, "vsid", 54321),
  },
  {
    rule: "reference-type",
    image: BIG,
    alter(image) {
      const descriptor = image.record("FILE_DESC", { nth: 1 });
      return image.set(descriptor, "fd_objref", image.value(image.record("TASK_NS"), "ns_objref"));
    },
  },
  {
    rule: "reference-negative",
    image: "v16-tree-sub.img",
    alter: (image) => image.set(image.record("VMA", { where: (f) => f.number("ino_objref") === 0 }), "ino_objref", -3),
    also: ["vma-objects"],
  },
  {
    rule: "reference-zero",
    image: NEW,
    also: ["object-unused"],
    alter: (image) => image.set(image.record("TASK_CREDS", { nth: 1 }), "ecred_ref", 0),
  },
  {
    rule: "reference-incomplete",
    image: BIG,
    alter(image) {
      // The creator of a user namespace is a user from outside.
      const user = image.object("USER");
      return image.set(image.record("USER_NS"), "creator_ref", user.object?.objref ?? 0);
    },
  },
  {
    rule: "number-taken",
    what: "by a label",
    image: BIG,
    also: ["label-unknown"],
    alter(image) {
      const label = image.record("SECURITY", { nth: 1 });
      return image.set(label, "ptrref", image.value(image.object("SECURITY"), "objref"));
    },
  },
  {
    rule: "number-taken",
    what: "by an object whose number is that of a pid",
    image: NEW,
    alter(image) {
      const { offset } = image.record("TAIL");
      const pid = image.value(image.record("PIDS"), "offset");
      image.splice(offset, offset, object(image.format, "SOCK", pid, ...socket(image, pid)));
      return offset;
    },
    also: ["reference-type"],
  },
  {
    rule: "label-unknown",
    image: BIG,
    alter: (image) => image.set(image.record("CRED"), "sec_ref", 54321),
  },
  {
    rule: "object-unused",
    image: BIG,
    alter(image) {
      const { offset } = image.record("TAIL");
      return image.splice(
        offset,
        offset,
        object(image.format, "SIGHAND", 54321, image.bytesOf(image.record("SIGHAND"))),
      );
    },
  },
  {
    rule: "label-unused",
    image: BIG,
    alter(image) {
      const { offset } = image.record("TAIL");
      const { format } = image;
      const label = record(format, "SECURITY", { value: { ptrref: 54322, sectype: 3 } });
      const context = record(format, "STRING", { payload: text("label") });
      image.splice(offset, offset, object(format, "SECURITY", 54321, label, context));
      return offset + 16;
    },
  },
];

function socket({ format }: Altered, objref: number): Uint8Array[] {
  const value = { sock_common: { family: 1 }, sock: { type: 1, state: 7 } };
  return [record(format, "SOCKET", { value }), record(format, "SOCKET_UNIX", { value: { this: objref } })];
}
