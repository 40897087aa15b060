/** Network namespaces. The processes stay in that of the restoring process: images do not have enough of a device to make it again. */
import { recordText } from "../../model/record-text.js";
import type { Passage } from "../passage.js";

export function tellNetworks({ image, account }: Passage): void {
  for (const object of image.objects.values()) {
    if (object.rule === "NET_NS")
      account.lost({
        ...{ node: object.find("NET_NS"), record: "NET_NS" },
        why: "the processes get the network namespace of the restoring process, in which the addresses of their sockets have to exist",
      });
    if (object.rule === "NETDEV")
      account.lost({
        ...{ node: object.find("NETDEV"), record: "NETDEV" },
        value: recordText(image, object.find("BUFFER", "device_name")),
        why: "the network device is not made; where a program needs it, make it before",
      });
  }
}
