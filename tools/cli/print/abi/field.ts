/** The meaning of a field as one paragraph. */
import { meaningText } from "../../../abi/meaning-text.js";
import type { ShownMember } from "../../../abi/show.js";

export function meaningParagraph(member: ShownMember): string {
  const parts = [meaningText(member, member.size)];
  if ("width" in member && /^[bl]e/.test(member.width ?? "")) parts.push(`Stored as ${member.width}.`);
  if (member.key !== undefined && member.name !== null) parts.push(`Later named ${member.key}.`);
  if (member.since) parts.push(`Since ${member.since}.`);
  if (member.until) parts.push(`Gone in ${member.until}.`);
  if (member.note) parts.push(`From ${member.note.since} on: ${member.note.text}`);
  if (member.confidence) parts.push(`(${member.confidence})`);
  return parts.filter((part) => part !== "").join(" ");
}
