/** v23-rc1-b: terminal settings with 32-bit flags, speeds as numbers, and more control characters. */

import { controlCharacters } from "../../../image/abi/header-constants.js";
import { hex } from "../../../image/hex.js";
import type { RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { get, remove, set } from "../../values.js";

/** The bits of `c_cflag` that encode the speed, and the bit for codes beyond the first sixteen. */
const CBAUD = 0o10017;
const CBAUDEX = 0o10000;
/** Bits per second by code, as numbered in asm-generic/termbits.h; B0 hangs up. */
const SPEEDS = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];
/** Speeds from B57600 on; their code 0 means that the speed fields have another speed. */
const MORE_SPEEDS = [
  ...[0, 57600, 115200, 230400, 460800, 500000, 576000, 921600],
  ...[1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000],
];
const SPEED_FIELDS = ["c_ispeed", "c_ospeed"];
const FLAGS = ["c_iflag", "c_oflag", "c_cflag", "c_lflag"];

export function speedOf(cflag: number): number {
  const code = cflag & CBAUD;
  return ((code & CBAUDEX) !== 0 ? MORE_SPEEDS[code & ~CBAUDEX] : SPEEDS[code]) ?? 0;
}

function widen(way: Crossing) {
  return (record: RecordNode): undefined => {
    way.worked();
    const speed = speedOf(record.number("termios.c_cflag"));
    for (const field of SPEED_FIELDS) set(record.fields, `termios.${field}`, speed);
  };
}

function narrow(way: Crossing) {
  return (record: RecordNode): undefined => {
    way.worked();
    const speed = speedOf(record.number("termios.c_cflag"));
    for (const field of FLAGS) {
      const path = `termios.${field}`;
      const flags = Number(get(record.fields, path) ?? 0);
      const high = (flags & ~0xffff) >>> 0;
      if (high !== 0) way.lose(record, path, hex(high), "there is room for 16 flags there");
      set(record.fields, path, flags & 0xffff);
    }
    for (const field of SPEED_FIELDS) {
      const own = remove(record.fields, `termios.${field}`);
      if (Number(own) !== speed)
        way.lose(record, `termios.${field}`, own, `older images have the speed of the flags only, ${speed}`);
    }
  };
}

function constant(way: Crossing) {
  const [right, room] = [controlCharacters(way.before) ?? 0, controlCharacters(way.after) ?? 0];
  const path = "constants.tty_termios_nccs";
  return (record: RecordNode): undefined => {
    way.derive(record, path, right, `in images of the version it is ${right}, and the result has ${room}`);
    set(record.fields, path, room);
  };
}

export const wideTermios: ConversionStep = {
  id: "wide-termios",
  title: "terminal settings with wide flags and speeds",
  since: "v23-rc1-b",
  forward: (way) => ({ records: { TTY: widen(way), HEADER: constant(way) } }),
  backward: (way) => ({ records: { TTY: narrow(way), HEADER: constant(way) } }),
};
