/** Lets other work of the program run. */

const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;

/**
 * Lets signals, timers and events be handled before a long operation continues. Browsers have no `setImmediate`, and delay a chain of timers to 4 ms
 * each; a message to oneself is handled at once.
 */
export function pause(): Promise<void> {
  if (immediate) return new Promise((resolve) => immediate(() => resolve()));
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
