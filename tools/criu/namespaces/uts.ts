/** utsns-ID.img: the names of the machine. */
import { utsns_entrySchema } from "../../../generated/criu/utsns_pb.js";
import { hostNamesOf } from "../../inspect/ns.js";
import { textBytes } from "../../model/text-bytes.js";
import type { Passage } from "../passage.js";

/** Number of the namespace in the dump. */
const NEW_UTS = 104;

/**
 * Adds the UTS namespace of the first task.
 *
 * @returns its number; undefined if the image has none
 */
export function addHostNames({ image, dump, account }: Passage): number | undefined {
  const [first, ...others] = hostNamesOf(image);
  if (!first) return undefined;
  for (const { objref } of others)
    account.lost({
      ...{ node: image.objects.get(objref), record: "UTS_NS", value: objref },
      why: "the tasks of this namespace get the names of the first one, because CRIU makes one for all",
    });
  const text = (key: string) => textBytes(first.texts[key] ?? "");
  dump.add(`utsns-${NEW_UTS}`, "utsns", utsns_entrySchema, {
    nodename: text("nodename"),
    domainname: text("domainname"),
  });
  return NEW_UTS;
}
