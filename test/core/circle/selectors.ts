/** Selectors of x86 as gdb prints them: which a program has for the same segment depends on what it runs on. */
import { SELECTORS_32 } from "./registers.js";
import { TLS_SELECTOR } from "./x86-registers.js";

/** A 32-bit kernel has other selectors for the same segments than a 64-bit one. */
export function narrow(name: string, value: string): string {
  return isSelector(name) ? printed(SELECTORS_32.get(Number.parseInt(value, 16)) ?? 0) : value;
}

/** What a program has under a kernel that had another under the emulator. */
export function underKernel(kernel: string, name: string, value: string): string {
  const isEmulated = name === "gs" && Number.parseInt(value, 16) === TLS_SELECTOR.emulated;
  const real = isEmulated ? printed(TLS_SELECTOR.real) : value;
  return kernel === "x86_32" ? narrow(name, real) : real;
}

function isSelector(name: string): boolean {
  return /^[cdefgs]s$/.test(name);
}

function printed(selector: number): string {
  return `0x${selector.toString(16)}`.padEnd(20) + selector;
}
