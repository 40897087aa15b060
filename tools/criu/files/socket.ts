/** Sockets, by their family. */
import { structOf } from "../../image/record/struct-fields.js";
import { enumeratorName } from "../../model/enum-names.js";
import type { FileMaker } from "./file-list.js";
import { makeInternetSocket } from "./internet-socket.js";
import { makeUnixSocket } from "./unix-socket.js";

export const makeSocket: FileMaker = (context, file) => {
  const { image, account } = context;
  const object = image.object(file.socket, "SOCK");
  const node = object?.find("SOCKET");
  const common = structOf(image, node);
  if (!object || !common) {
    account.inTheWay({
      ...{ node: file.object, record: "FILE", field: "sock_objref", value: file.socket },
      why: "the image does not have the socket of the open file",
    });
    return undefined;
  }
  const number = common.number("sock_common.family") ?? 0;
  const family = enumeratorName(image.format.abi, "sock_family", number);
  const socket = { objref: file.socket as number, object, common };
  if (family === "AF_UNIX") return makeUnixSocket(context, file, socket);
  if (family === "AF_INET" || family === "AF_INET6") return makeInternetSocket(context, file, socket);
  account.inTheWay({
    ...{ node, record: "SOCKET", field: "sock_common.family", value: family ?? number },
    why: "images do not have enough of sockets of this family to make them again",
  });
  return undefined;
};
