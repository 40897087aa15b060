/** A pseudo-terminal with half a line of input. */
import { type Fields, SharedObject } from "../../tools/write/index.js";
import { memberSize } from "./member-size.js";
import type { Scene } from "./scene.js";

export interface Terminal {
  readonly master: SharedObject;
  readonly slave: SharedObject;
}

/** The usual control characters: ^C, ^\, erase, kill, end of file, and so on; truncated to the room that the version has. */
const CONTROL_CHARACTERS = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];
const MODES = { c_iflag: 0o2400, c_oflag: 0o5, c_cflag: 0o277, c_lflag: 0o105073 };
const SPEED = 38400;

export function terminal(scene: Scene): Terminal {
  return pseudoTerminal(scene, {
    index: 1,
    localModes: MODES.c_lflag,
    interrupt: 3,
    size: { ws_row: 24, ws_col: 80 },
    input: "ls -l /srv\nca",
  });
}

/** State of a pseudo-terminal. */
interface State {
  readonly index: number;
  readonly localModes: number;
  /** Character that interrupts. */
  readonly interrupt: number;
  readonly size: Fields;
  /** Unread input of the slave. */
  readonly input: string;
}

/** Both sides of a pseudo-terminal. */
export function pseudoTerminal(scene: Scene, state: State): Terminal {
  const file = { file_objref: new SharedObject("FILE") };
  const master = side(scene, "PTY_TYPE_MASTER", file, { ...state, input: "" });
  return { master, slave: side(scene, "PTY_TYPE_SLAVE", { link_objref: master }, state) };
}

function side(scene: Scene, subtype: string, fields: Fields, state: State): SharedObject {
  const { index, localModes, interrupt, size, input } = state;
  const lines = input.lastIndexOf("\n") + 1;
  const characters = [interrupt, ...CONTROL_CHARACTERS.slice(1)];
  return new SharedObject("TTY", () => ({
    records: {
      TTY: {
        fields: {
          driver_subtype: scene.constant(subtype),
          index,
          flags: 0,
          termios: {
            ...MODES,
            c_lflag: localModes,
            c_ispeed: SPEED,
            c_ospeed: SPEED,
            c_cc: characters.slice(0, memberSize(scene.format, "ckpt_hdr_tty", "termios.c_cc")),
          },
          winsize: size,
          ...fields,
        },
      },
      TTY_LDISC: {
        fields: {
          column: 0,
          datalen: input.length,
          minimum_to_wake: 1,
          icanon: 1,
          canon_datalen: lines || scene.constant("CKPT_N_TTY_BUF_SIZE"),
          canon_data: lines > 0 ? 1 : 0,
          // One bit per position in the buffer, set where a line ends.
          read_flags: lineEnds(input),
        },
      },
      tty_input: { payload: input },
    },
  }));
}

function lineEnds(input: string): number[] {
  const bits: number[] = [];
  for (let i = 0; i < input.length; i++) {
    const byte = i >> 3;
    bits[byte] = (bits[byte] ?? 0) | (input[i] === "\n" ? 1 << (i & 7) : 0);
  }
  return bits;
}
