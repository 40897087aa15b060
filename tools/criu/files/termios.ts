/** Modes and control characters of a terminal. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { termios_entrySchema } from "../../../generated/criu/tty_pb.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import type { Target } from "../target.js";
import type { FileContext } from "./file-list.js";

type Termios = MessageInitShape<typeof termios_entrySchema>;

/** Numbers that CRIU wants at least. */
const WORDS = 19;

/** Control characters that it takes: it copies them as bytes out of the first of these numbers. */
const CHARACTERS = 32;

/** Control characters of a new terminal, from interrupt to the second end of line, include/asm-generic/termios.h of Linux 6.1. */
const NEW = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0];

const NO_MODES = { cIflag: 0, cOflag: 0, cCflag: 0, cLflag: 0, cLine: 0, cIspeed: 0, cOspeed: 0 };

/** Modes that programs cannot change: none. */
export const NOTHING_LOCKED: Termios = { ...NO_MODES, cCc: new Array<number>(WORDS).fill(0) };

/**
 * The modes of a terminal.
 *
 * @param fields of the TTY record
 */
export function termiosOf({ account, target }: FileContext, node: TreeNode, fields: StructFields): Termios {
  const number = (name: string) => fields.number(`termios.${name}`) ?? 0;
  const saved = (fields.values("termios.c_cc") ?? []).map(Number);
  const added = NEW.slice(saved.length);
  if (added.length > 0)
    account.madeUp({
      ...{ node, record: "TTY", field: "termios.c_cc", value: added },
      why: `the image has ${saved.length} control characters of the terminal; the others are those of a new one`,
    });
  return {
    ...{ cIflag: number("c_iflag"), cOflag: number("c_oflag"), cCflag: number("c_cflag"), cLflag: number("c_lflag") },
    ...{ cLine: number("c_line"), cIspeed: number("c_ispeed"), cOspeed: number("c_ospeed") },
    cCc: packed([...saved, ...added], target),
  };
}

/** The characters as CRIU has them: four in a number. */
function packed(characters: readonly number[], { littleEndian }: Target): number[] {
  const view = new DataView(new ArrayBuffer(WORDS * 4));
  for (const [i, character] of characters.slice(0, CHARACTERS).entries()) view.setUint8(i, character);
  return Array.from({ length: WORDS }, (_, i) => view.getUint32(i * 4, littleEndian));
}
