/** Registers in a CPU record that determine where a task continues, and whether registers were cleared. */
import { type Member, membersOf } from "../../runtime/index.js";
import type { RecordView } from "./record-view.js";

/** Paths of the instruction pointer, one per architecture family. */
export const INSTRUCTION_POINTERS: readonly string[] = ["ip", "psw_t_addr", "pt_regs.nip", "uregs[15]"];

export const STACK_POINTERS: readonly string[] = ["sp", "gprs[15]", "pt_regs.gpr[1]", "uregs[13]"];

export interface RegisterValue {
  readonly value: bigint;
  /** The value without the bit that selects the addressing mode on s390. */
  readonly address: bigint;
  /** Offset in bytes from the start of the record. */
  readonly offset: number;
}

/** A register by its path, with an index for an array element; undefined if the record has none. */
export function registerAt(view: RecordView, path: string): RegisterValue | undefined {
  const { format, source } = view;
  const [name = "", index] = path.split(/[[\]]/);
  const found = view.struct && membersOf(view.struct).at(name);
  const width = found?.width;
  if (!found || !width || (index === undefined) !== (found.dims === undefined)) return undefined;
  const offset = found.offset + Number(index ?? 0) * width.size;
  if (offset + width.size > view.record.length) return undefined;
  const window = source.window(view.offset + offset, width.size);
  const value = BigInt(width.read(source.view, window, format.littleEndian));
  return { value, address: value & ~BigInt(format.constant("PSW_ADDR_AMODE") || 0), offset };
}

/**
 * Whether all registers that `ckpt strip --registers` clears are zero: all numbers except codes and the mode of the processor. A task cannot continue
 * with such registers, on purpose.
 */
export function areCleared({ source, struct, record }: RecordView): boolean {
  if (!struct || struct.layout.size > record.length) return false;
  const window = source.window(record.offset, struct.layout.size);
  return membersOf(struct)
    .plain.filter(isRegister)
    .every(({ offset, size }) => {
      for (let at = offset; at < offset + size; at++) if (source.view.getUint8(window + at) !== 0) return false;
      return true;
    });
}

function isRegister({ path, meaning }: Member): boolean {
  return meaning.format !== undefined && path !== "psw_t_mask";
}
