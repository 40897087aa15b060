/** utsns-ID.img: the names of the machine. */
import { utsns_entrySchema } from "../../../generated/criu/utsns_pb.js";
import { structOf } from "../../image/record/struct-fields.js";
import { utsNamespacesOf } from "../../model/namespaces.js";
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
  const [first, ...others] = utsNamespacesOf(image);
  const node = first?.rule.find("UTS_NS");
  const fields = structOf(image, node);
  if (!fields) return undefined;
  for (const { rule } of others)
    account.lost({
      node: rule,
      record: "UTS_NS",
      why: "the tasks of this namespace get the names of the first one, because CRIU makes one for all",
    });
  dump.add(`utsns-${NEW_UTS}`, "utsns", utsns_entrySchema, {
    nodename: textBytes(fields.text("nodename") ?? ""),
    domainname: textBytes(fields.text("domainname") ?? ""),
  });
  return NEW_UTS;
}
