/** The difference between two versions as text: `+` added, `-` removed, `~` changed. */
import type { AbiDiff } from "../../../abi/diff.js";
import type { MemberChange } from "../../../abi/diff-structs.js";
import type { Colors } from "../../output/streams.js";
import { wrap } from "../../output/wrap.js";

type StructDiff = AbiDiff["structs"][number];
type ConstantDiff = AbiDiff["constants"][number];

export function diffText(diff: AbiDiff, colors: Colors, width: number): string {
  const { from, to, arches, structs, constants, remarks } = diff;
  const only = (version: string, ids: readonly string[]) =>
    ids.length > 0 ? [`Only ${version} has ${ids.join(", ")}.`] : [];
  const head = [
    colors.bold(`${from} → ${to} on ${arches.join(", ")}`),
    ...[...only(to, diff.arches_added), ...only(from, diff.arches_removed), ...remarks].flatMap((text) =>
      wrap(text, width),
    ),
  ];
  const place = (on: readonly string[]) => (on.length === arches.length ? "" : colors.dim(`  [${on.join(", ")}]`));
  const blocks = [
    head,
    ...structs.map((struct) => structLines(struct, place(struct.arches), colors, width)),
    ...constantBlocks(constants, place, colors),
    ...(structs.length === 0 && constants.length === 0 ? [["No differences."]] : []),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function structLines(struct: StructDiff, place: string, colors: Colors, width: number): string[] {
  const { name, changes, from, to, fields } = struct;
  if (!from || !to) {
    const sign = to ? colors.green("+") : colors.red("-");
    const names = wrap(fields.map(({ field }) => field).join(", "), width - 4);
    return [
      `${sign} struct ${colors.bold(name)}, ${(to ?? from)?.size} bytes${place}`,
      ...names.map((line) => `    ${line}`),
    ];
  }
  const facts = [
    changes.includes("resized") && `${from.size} → ${to.size} bytes`,
    changes.includes("realigned") && `alignment ${from.align} → ${to.align}`,
  ].filter((fact) => fact !== false);
  const names = changes.includes("renamed") ? `${from.name} → ${colors.bold(name)}` : colors.bold(name);
  const title = `${colors.yellow("~")} struct ${names}${facts.map((fact) => `, ${fact}`).join("")}${place}`;
  return [title, ...runs(fields).map((run) => `    ${fieldLine(run, colors)}`)];
}

/** Groups adjacent fields that moved by the same distance and did not change otherwise. */
function runs(fields: readonly MemberChange[]): MemberChange[][] {
  const groups: MemberChange[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    const distance = movedBy(field);
    if (last?.[0] && distance !== undefined && movedBy(last[0]) === distance) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

/** Number of bytes that a field moved; undefined if it did not, or changed otherwise. */
function movedBy({ changes, from, to }: MemberChange): number | undefined {
  return changes.length === 1 && changes[0] === "moved" ? Number(to?.offset) - Number(from?.offset) : undefined;
}

function fieldLine(run: readonly MemberChange[], colors: Colors): string {
  const [{ field, from, to, changes }, ...others] = run as [MemberChange, ...MemberChange[]];
  if (!from) return `${colors.green("+")} ${field}: ${to?.type} at ${to?.offset}`;
  if (!to) return `${colors.red("-")} ${field}: ${from.type} at ${from.offset}`;
  const last = others.at(-1);
  const place = `${from.offset} to ${to.offset}`;
  const distance = `${Number(to.offset) - Number(from.offset)}`.replace(/^\d/, "+$&");
  const facts = changes.map((change) => {
    switch (change) {
      case "renamed":
        return `was named ${from.name}`;
      case "moved":
        return last ? `moved by ${distance}, the first from ${place}` : `moved from ${place}`;
      case "resized":
        return `${from.size} → ${to.size} bytes`;
      case "redefined":
        return `means otherwise: ${to.meaning}`;
      default:
        return `${from.type} → ${to.type}`;
    }
  });
  const names = last ? `${field} .. ${last.field} (${run.length} fields)` : field;
  return `${colors.yellow("~")} ${names}: ${facts.join("; ")}`;
}

function constantBlocks(
  constants: readonly ConstantDiff[],
  place: (arches: readonly string[]) => string,
  colors: Colors,
): string[][] {
  const byGroup = new Map<string, string[]>();
  for (const { name, enum: enumeration, header, change, from, to, arches } of constants) {
    const group = enumeration ?? (header === undefined ? "other defines" : `defines of ${header}`);
    const text = {
      added: `${colors.green("+")} ${name} = ${to}`,
      removed: `${colors.red("-")} ${name} = ${from}`,
      renumbered: `${colors.yellow("~")} ${name}: ${from} → ${to}`,
    }[change];
    byGroup.set(group, [...(byGroup.get(group) ?? []), `    ${text}${place(arches)}`]);
  }
  return [...byGroup].map(([group, lines]) => [colors.bold(group), ...lines]);
}
