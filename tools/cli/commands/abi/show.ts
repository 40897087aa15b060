/** `ckpt abi show` */
import { registry } from "../../../../generated/codecs/index.js";
import { showStruct, showStructs } from "../../../abi/show.js";
import { toJson } from "../../output/json.js";
import { colorsOf, type Streams, terminalWidth } from "../../output/streams.js";
import { structText } from "../../print/abi/struct.js";
import type { AbiName } from "./abi-name.js";

/**
 * Prints one struct of an ABI, or all, as text or as JSON.
 *
 * @param name C name of the struct; undefined for all
 */
export function printStructs(
  streams: Streams,
  { version, arch }: AbiName,
  name: string | undefined,
  { json }: { json?: true },
): void {
  const abi = registry.abi(version, arch);
  const shown = name === undefined ? showStructs(registry, abi) : showStruct(registry, abi, name);
  if (json) {
    streams.out.write(toJson(shown));
    return;
  }
  const colors = colorsOf(streams);
  const texts = [shown].flat().map((struct) => structText(struct, abi.name, colors, terminalWidth(streams)));
  streams.out.write(texts.join("\n"));
}
