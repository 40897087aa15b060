/** `ckpt abi constants` */

import { registry } from "../../../../generated/codecs/index.js";
import { type AbiConstant, type ConstantGroup, constantGroups } from "../../../abi/constants.js";
import { hex } from "../../../image/hex.js";
import { toJson } from "../../output/json.js";
import { type Colors, colorsOf, type Streams, terminalWidth } from "../../output/streams.js";
import { wrap } from "../../output/wrap.js";
import type { AbiName } from "./abi-name.js";

export function printConstants(streams: Streams, { version, arch }: AbiName, { json }: { json?: true }): void {
  const groups = constantGroups(registry, registry.abi(version, arch));
  streams.out.write(
    json
      ? toJson(Object.fromEntries(groups.flatMap(({ constants }) => constants.map(({ name, value }) => [name, value]))))
      : constantsText(groups, colorsOf(streams), terminalWidth(streams)),
  );
}

function constantsText(groups: readonly ConstantGroup[], colors: Colors, width: number): string {
  const all = groups.flatMap(({ constants }) => constants);
  const nameWidth = Math.max(...all.map(({ name }) => name.length));
  const valueWidth = Math.max(...groups.flatMap((group) => group.constants.map((c) => constantText(c, group).length)));
  const column = 4 + nameWidth + 2 + valueWidth + 2;
  const paragraphs = groups.map((group) => [
    ...wrap(title(group), width).map((line, index) => (index === 0 ? colors.bold(line) : line)),
    ...group.constants.flatMap((constant) => {
      const docs = wrap(docText(constant), Math.max(36, width - column));
      const value = constantText(constant, group).padStart(valueWidth);
      const [first = "", ...more] = docs;
      return [
        `    ${colors.cyan(constant.name.padEnd(nameWidth))}  ${value}  ${first}`.trimEnd(),
        ...more.map((line) => " ".repeat(column) + line),
      ];
    }),
  ]);
  return `${paragraphs.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function title({ enum: name, header, summary }: ConstantGroup): string {
  if (name === undefined) return header === undefined ? "Other defines" : `Defines of ${header}`;
  return `${name}: ${summary}`;
}

/** Values of bits are shown in hexadecimal. */
function constantText({ value, format }: AbiConstant, { bits }: ConstantGroup): string {
  return bits || format === "hex" ? hex(value) : value.toString();
}

function docText({ doc, note, confidence }: AbiConstant): string {
  return [doc, note && `From ${note.since} on: ${note.text}`, confidence && `(${confidence})`]
    .filter(Boolean)
    .join(" ");
}
