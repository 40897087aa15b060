/** The state of a socket in one word. */
import { shortName } from "./short-name.js";
import type { Socket } from "./sockets.js";

/** The state of a socket. Sockets without a connection have the state `close`, whatever they are used for. */
export function stateText({ state, connection }: Socket): string | undefined {
  if (state !== "TCP_CLOSE") return state && shortName(state, "TCP_");
  return connection === undefined || connection === "SS_FREE" ? "close" : shortName(connection, "SS_");
}
