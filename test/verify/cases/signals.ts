import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const REAL = "v20h-self-mem.img";
const BIG = "v21/powerpc";
const NEW = "v23-rc2/s390x";

export const signals: readonly Case[] = [
  { rule: "signal-number", image: BIG, alter: (image) => image.setTail(pending(image), 0, "csi_signo", 65) },
  { rule: "signal-mask", image: BIG, alter: (image) => image.setTail(pending(image), 0, "csi_signo", 31) },
  {
    rule: "signal-mask",
    what: "64-bit words",
    image: NEW,
    alter: (image) => image.setTail(pending(image), 0, "csi_signo", 63),
  },
  {
    rule: "limit-order",
    image: REAL,
    alter(image) {
      const { offset } = image.record("SIGNAL");
      image.write(offset + 8 + 2 * 16, "u64", 100);
      image.write(offset + 8 + 2 * 16 + 8, "u64", 99);
      return offset + 8 + 2 * 16;
    },
  },
];

export const credentials: readonly Case[] = [
  {
    rule: "group-order",
    image: BIG,
    alter(image) {
      const { offset } = image.record("GROUPINFO", { where: (fields) => (fields.number("ngroups") ?? 0) > 1 });
      const view = new DataView(image.bytes.buffer);
      return image.write(offset + 16, "u32", view.getUint32(offset + 12, image.format.littleEndian));
    },
  },
  {
    rule: "capability-effective",
    image: BIG,
    alter(image) {
      const cred = image.record("CRED");
      image.set(cred, "cap_s.cap_p_1", 0);
      return image.set(cred, "cap_s.cap_e_1", 1);
    },
  },
];

function pending(image: Altered) {
  return image.record("SIGPENDING", { where: (fields) => (fields.number("nr_pending") ?? 0) > 0 });
}
