import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const BIG = "v19-rc3/s390x";

export const texts: readonly Case[] = [
  {
    rule: "text-end",
    what: "name of a task",
    image: BIG,
    alter(image) {
      const { start, end } = payload(image, "STRING", "task_name");
      image.bytes.fill(0x61, start, end);
      return end;
    },
  },
  {
    rule: "text-end",
    what: "field of a record",
    image: BIG,
    alter(image) {
      const { offset } = image.record("UTS_NS");
      image.bytes.fill(0x61, offset + 8 + 65, offset + 8 + 130);
      return offset + 8 + 65;
    },
  },
  {
    rule: "text-behind-end",
    image: BIG,
    alter(image) {
      const { start } = payload(image, "FILE_NAME");
      image.poke(start + 2, 0);
      return start + 3;
    },
  },
  {
    rule: "path-length",
    image: BIG,
    alter(image) {
      const { offset } = image.record("FILE_NAME");
      const { start, end } = payload(image, "FILE_NAME");
      image.write(offset + 4, "u32", start - offset + 4097);
      const path = new Uint8Array(4097).fill(0x61, 0, -1);
      path[0] = 0x2f;
      image.splice(start, end, path);
      return start;
    },
  },
  {
    rule: "path-not-absolute",
    image: BIG,
    alter: (image) => image.poke(payload(image, "FILE_NAME").start, 0x61),
  },
];

function payload(image: Altered, name: string, label?: string): { start: number; end: number } {
  const pick = label === undefined ? {} : { label };
  return image.record(name, pick).record?.payload ?? { start: 0, end: 0 };
}
