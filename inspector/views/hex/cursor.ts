/** Where keys and the pointer move the cursor in lines of bytes. */

/** Bytes that a key moves the cursor by, except for Home and End, in lines of so many bytes; undefined for other keys. */
export function stepOf({ key, altKey, metaKey }: KeyboardEvent, width: number, rows: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -width,
    ArrowDown: width,
    PageUp: -width * (rows - 1),
    PageDown: width * (rows - 1),
  };
  return altKey || metaKey ? undefined : steps[key];
}

/** Position of the byte at a place of the window, in an element with bytes as pairs of digits or as characters. */
export function byteUnder(element: Element, clientX: number): number {
  const { left, width } = element.getBoundingClientRect();
  const isText = element.closest(".ascii") !== null;
  const count = (element.textContent?.length ?? 1) / (isText ? 1 : 3);
  return Math.min(count - 1, Math.max(0, Math.floor(((clientX - left) / width) * count)));
}
