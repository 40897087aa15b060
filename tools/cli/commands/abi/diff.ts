/** `ckpt abi diff` */
import { registry } from "../../../../generated/codecs/index.js";
import { diffVersions } from "../../../abi/diff.js";
import { toJson } from "../../output/json.js";
import { colorsOf, type Streams, terminalWidth } from "../../output/streams.js";
import { diffText } from "../../print/abi/diff.js";

export function printDiff(
  streams: Streams,
  from: string,
  to: string,
  { arch, json }: { arch?: string; json?: true },
): void {
  const diff = diffVersions(registry, from, to, arch);
  streams.out.write(json ? toJson(diff) : diffText(diff, colorsOf(streams), terminalWidth(streams)));
}
