/** Network addresses as text, and back: the same in every command. */

/** An IPv4 address such as `192.0.2.1`. */
export function ipv4Text(address: number | bigint): string {
  const number = Number(address);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join(".");
}

/** The address as a number; undefined if the text is not four decimal numbers up to 255 with dots between them. */
export function parseIpv4(text: string): bigint | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!bytes?.every((byte) => byte <= 255)) return undefined;
  return bytes.reduce((address, byte) => address * 256n + BigInt(byte), 0n);
}

/** A hardware address such as `02:00:5e:10:00:01`: pairs of hexadecimal digits with colons between them. */
export function macText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Groups of 16 bits before an IPv4 address that is mapped into IPv6. */
const MAPPED = "0:0:0:0:0:ffff";

/**
 * An IPv6 address of 16 bytes in the form of RFC 5952, such as `2001:db8::1`: no leading zeros, the first of the longest runs of at least two zero
 * groups as `::`, and a mapped IPv4 address as `::ffff:192.0.2.1`.
 */
export function ipv6Text(bytes: ArrayLike<number>): string {
  const numbers = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0));
  const groups = numbers.map((number) => number.toString(16));
  const [high = 0, low = 0] = numbers.slice(6);
  if (groups.slice(0, 6).join(":") === MAPPED) return `::ffff:${ipv4Text(high * 0x1_0000 + low)}`;
  let longest = { start: 0, end: 0 };
  for (let start = 0, end = 0; start < 8; start = end + 1) {
    for (end = start; numbers[end] === 0; ) end++;
    if (end - start > longest.end - longest.start) longest = { start, end };
  }
  const { start, end } = longest;
  if (end - start < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(end).join(":")}`;
}

/** The 16 bytes of an IPv6 address in any form of RFC 4291; undefined if the text is not one. A zone such as `%eth0` is not part of an address. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const [, front = "", dotted] = /^(.*:)(\d+\.[\d.]*)$/.exec(text) ?? [undefined, text];
  const embedded = dotted === undefined ? undefined : parseIpv4(dotted);
  if (dotted !== undefined && embedded === undefined) return undefined;
  const plain =
    embedded === undefined ? front : `${front}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
  const [head = "", tail, ...more] = plain.split("::");
  const [before, after] = [hexGroupsOf(head), hexGroupsOf(tail ?? "")];
  const missing = 8 - before.length - after.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 0)) return undefined;
  const groups = [...before, ...new Array<string>(missing).fill("0"), ...after];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

function hexGroupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}

/** An address that is an array of bytes as text; undefined for a format that is no such address. */
export function byteAddressText(format: string | undefined, bytes: ArrayLike<number>): string | undefined {
  if (format === "mac") return macText(Array.from(bytes));
  return format === "ipv6" && bytes.length === 16 ? ipv6Text(bytes) : undefined;
}
