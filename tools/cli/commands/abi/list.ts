/** `ckpt abi list` */
import { registry } from "../../../../generated/codecs/index.js";
import { type ListedArch, type ListedVersion, listVersions } from "../../../abi/list.js";
import { toJson } from "../../output/json.js";
import { type Colors, colorsOf, type Streams, terminalWidth } from "../../output/streams.js";
import { wrap } from "../../output/wrap.js";

export function printList(streams: Streams, { json }: { json?: true }): void {
  const versions = listVersions(registry);
  streams.out.write(json ? toJson(versions) : listText(versions, colorsOf(streams), terminalWidth(streams)));
}

function listText(versions: readonly ListedVersion[], colors: Colors, width: number): string {
  const rows = versions.map(({ version, date, rev, arches }) => ({
    version: version.padEnd(12),
    date,
    rev: String(rev ?? "?").padStart(3),
    structs: structRange(arches).padStart(7),
    arches: arches.map(({ arch, unsupported }) => (unsupported === null ? arch : colors.dim(`${arch}*`))).join(" "),
  }));
  const heading = `${"VERSION".padEnd(12)}  ${"DATE".padEnd(10)}  REV  STRUCTS  ARCHES`;
  return [
    colors.bold(heading),
    ...rows.map((row) => `${colors.cyan(row.version)}  ${row.date}  ${row.rev}  ${row.structs}  ${row.arches}`),
    "",
    ...footnotes(versions).flatMap(([mark, text]) => {
      const [first, ...more] = wrap(`${mark} ${text}`, width);
      return [first, ...more.map((line) => `  ${line}`)].map((line) => colors.dim(line ?? ""));
    }),
    "",
  ].join("\n");
}

/** Number of structs: `66`, or `63-66` if architectures differ. */
function structRange(arches: readonly ListedArch[]): string {
  const counts = arches.map(({ structs }) => structs);
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most ? `${most}` : `${least}-${most}`;
}

/** Each reason once, with the versions and architectures that it applies to. */
function footnotes(versions: readonly ListedVersion[]): [mark: string, text: string][] {
  const unsupported = new Map<string, Map<string, string[]>>();
  for (const { version, arches } of versions)
    for (const { arch, unsupported: reason } of arches) {
      if (reason === null) continue;
      const byArch = unsupported.get(reason) ?? new Map<string, string[]>();
      unsupported.set(reason, byArch.set(arch, [...(byArch.get(arch) ?? []), version]));
    }
  const unknown = versions.flatMap(({ version, rev_note }): [string, string][] =>
    rev_note === undefined ? [] : [["?", `revision of ${version}: ${rev_note}`]],
  );
  return [
    ...[...unsupported].map(([reason, byArch]): [string, string] => {
      const whom = [...byArch].map(([arch, ids]) => `${arch} (${ids[0]}..${ids.at(-1)})`).join(", ");
      return ["*", `not supported: ${whom}: ${reason}`];
    }),
    ...unknown,
  ];
}
