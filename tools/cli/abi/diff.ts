/** `ckpt abi diff` */
import { registry } from "../../../generated/codecs/index.js";
import { diffVersions } from "../../abi/diff.js";
import { toJson } from "../json.js";
import { colorsOf, type Streams, widthOf } from "../streams.js";
import { diffText } from "./diff-text.js";

export function printDiff(
  streams: Streams,
  from: string,
  to: string,
  { arch, json }: { arch?: string; json?: true },
): void {
  const diff = diffVersions(registry, from, to, arch);
  streams.out.write(json ? toJson(diff) : diffText(diff, colorsOf(streams), widthOf(streams)));
}
