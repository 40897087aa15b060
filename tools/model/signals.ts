/** Signals by number and name, signal sets as in an image, and reasons of signals. */
import type { Abi } from "../../runtime/index.js";
import { Cases } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import { enumeratorName } from "./enum-names.js";

/** Name of a signal, e.g. `SIGINT`; `SIG34` for a real-time signal. */
export function signalName(abi: Abi, signal: number): string {
  return enumeratorName(abi, "signal", signal) ?? `SIG${signal}`;
}

/**
 * The signals of a set, ascending. A set is an array of machine words: signal 1 is the lowest bit of the first word.
 *
 * @param bytes the array `sigset`
 */
export function signalsIn({ wordSize, littleEndian }: ImageFormat, bytes: Uint8Array): number[] {
  const signals: number[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const inWord = bit % (wordSize * 8);
    const byte = Math.floor(inWord / 8);
    const place = (bit - inWord) / 8 + (littleEndian ? byte : wordSize - 1 - byte);
    if (((bytes[place] ?? 0) & (1 << (inWord % 8))) !== 0) signals.push(bit + 1);
  }
  return signals;
}

/** Kind of a signal's details: a case of `ckpt_siginfo` in the schema, which determines the meanings of its fields. */
export type SignalClass = "kill" | "timer" | "poll" | "fault" | "child" | "queue" | "message queue";

/** Name of the case for unknown classes. */
const OTHER = "other";

export interface SignalReason {
  readonly class: SignalClass | undefined;
  /** Code as programs see it, without the class; negative for a signal sent by a process. */
  readonly code: number;
  /** C name of the code, e.g. `SI_TKILL` or `SEGV_MAPERR`. */
  readonly name: string | undefined;
}

/** @param code with the class bits, as in the image */
function classOf(abi: Abi, code: number): SignalClass | undefined {
  const struct = abi.structOfKey("ckpt_siginfo");
  const name = struct && Cases.of(struct)?.holding((path) => (path === "csi_code" ? code : undefined));
  return name === OTHER ? undefined : (name as SignalClass | undefined);
}

/** The details of a class of signals by name, with the path of the field in this version. */
export function detailsOf(abi: Abi, kind: SignalClass | undefined): ReadonlyMap<string, string> {
  const struct = abi.structOfKey("ckpt_siginfo");
  return (struct && Cases.of(struct)?.members(kind ?? OTHER)) ?? new Map();
}

/** Enumerations of reasons that only one signal has. */
const OWN_CODES: Readonly<Record<string, string>> = {
  SIGILL: "sigill_code",
  SIGFPE: "sigfpe_code",
  SIGSEGV: "sigsegv_code",
  SIGBUS: "sigbus_code",
  SIGTRAP: "sigtrap_code",
  SIGCHLD: "sigchld_code",
};

/**
 * Decomposes a signal code of the kernel. A code from a process has no class bits; its sign tells.
 *
 * @param code with the class bits, as in the image
 */
export function reasonOf(abi: Abi, signal: number, code: number): SignalReason {
  const word = code | 0;
  const kind = classOf(abi, code);
  // A negative number is what the sender passed to the kernel; it fills the whole word.
  if (word < 0) return { class: kind, code: word, name: enumeratorName(abi, "si_code", word) };
  const number = (word << 16) >> 16;
  const own = kind === "poll" ? "sigio_code" : OWN_CODES[signalName(abi, signal)];
  const name = own === undefined || number <= 0 ? undefined : enumeratorName(abi, own, number);
  return { class: kind, code: number, name: name ?? enumeratorName(abi, "si_code", number) };
}
