/** User namespaces. Those of the time nested, but had no maps of ids, without which there are none today. */
import { userNamespacesOf } from "../../model/credentials.js";
import type { Passage } from "../passage.js";

export function tellUserNamespaces({ image, account }: Passage): void {
  for (const { objref, creator } of userNamespacesOf(image))
    if (creator)
      account.lost({
        ...{ node: image.object(objref, "USER_NS")?.find("USER_NS"), record: "USER_NS", value: objref },
        why: "the user namespace had no maps of ids, so its tasks get the user namespace of the first one, with the same ids and capabilities",
      });
}
