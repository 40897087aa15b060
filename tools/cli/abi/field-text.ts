/** What a field means, as one paragraph. */
import type { ShownMember } from "../../abi/show.js";

export function fieldText(member: ShownMember): string {
  const parts = [member.doc];
  if (member.unit) parts.push(`In ${member.unit}.`);
  if (member.enum) parts.push(`Values: ${member.enum}.`);
  if (member.flags) parts.push(`Bits: ${member.flags}.`);
  if (member.refers) parts.push(`Number of an object of type ${member.refers.join(" or ")}.`);
  if (member.const !== undefined) parts.push(`Always ${constText(member.const, member)}.`);
  if ("width" in member && /^[bl]e/.test(member.width ?? "")) parts.push(`Stored as ${member.width}.`);
  if (member.key !== undefined && member.name !== null) parts.push(`Later named ${member.key}.`);
  if (member.since) parts.push(`Since ${member.since}.`);
  if (member.until) parts.push(`Gone in ${member.until}.`);
  if (member.note) parts.push(`From ${member.note.since} on: ${member.note.text}`);
  if (member.confidence) parts.push(`(${member.confidence})`);
  return parts.filter((part) => part !== "").join(" ");
}

/** Hexadecimal with all digits of the field, so that a dump of its bytes is recognised. */
function constText(value: number | bigint, { format, size }: ShownMember): string {
  return format === "hex" ? `0x${value.toString(16).padStart(size * 2, "0")}` : value.toString();
}
