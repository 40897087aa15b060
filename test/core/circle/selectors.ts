/** Selectors of x86 as gdb prints them. The selector of a segment depends on the kernel. */
import { SELECTORS_32 } from "./registers.js";
import { TLS_SELECTOR } from "./x86-registers.js";

/** The selector under a 32-bit kernel, for one of a 64-bit kernel. */
export function narrow(name: string, value: string): string {
  return isSelector(name) ? printed(SELECTORS_32.get(Number.parseInt(value, 16)) ?? 0) : value;
}

/** The selector under a kernel, for one under the emulator. */
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
