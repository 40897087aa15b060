import type { Case } from "../case.js";

const BIG = "v21/powerpc64";

export const header: readonly Case[] = [
  { rule: "header-arch", image: BIG, alter: (image) => image.set(image.record("HEADER"), "arch_id", 1) },
  { rule: "header-revision", image: BIG, alter: (image) => image.set(image.record("HEADER"), "rev", 5) },
  {
    rule: "header-revision",
    what: "between those of the versions around",
    image: "v18/x86_64",
    alter: (image) => image.set(image.record("HEADER"), "rev", 4),
  },
  {
    rule: "header-constant",
    image: BIG,
    alter: (image) => image.set(image.record("HEADER"), "constants.tty_termios_nccs", 9),
  },
  {
    rule: "header-constant",
    what: "length of a text",
    image: "v16-self-min.img",
    also: ["record-size"],
    alter: (image) => image.set(image.record("HEADER"), "uts_machine_len", 64),
  },
  { rule: "header-time", image: BIG, alter: (image) => image.set(image.record("HEADER"), "time", 0) },
  {
    rule: "header-time",
    what: "the future",
    image: BIG,
    alter: (image) => image.set(image.record("HEADER"), "time", 32503680000),
  },
  {
    rule: "header-machine",
    image: BIG,
    alter(image) {
      const { offset, record } = image.record("BUFFER", { label: "machine" });
      image.poke(record?.payload.start ?? 0, 0x78);
      return offset;
    },
  },
  {
    rule: "header-release",
    image: BIG,
    alter(image) {
      const { offset, record } = image.record("BUFFER", { label: "release" });
      image.poke(record?.payload.start ?? 0, 0x39);
      return offset;
    },
  },
  {
    rule: "fpu-size",
    image: "v20h-self-min.img",
    alter: (image) => image.set(image.record("HEADER_ARCH"), "xstate_size", 500),
  },
];
