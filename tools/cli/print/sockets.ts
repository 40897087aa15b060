/** Prints sockets as `ss` does. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { type ListedSocket, listSockets, type SocketOptions } from "../../inspect/sockets.js";
import { shortName } from "../../model/short-name.js";
import { stateText } from "../../model/socket-state.js";
import type { ShownTasks } from "../frame/inspect.js";
import { type Fact, printFacts, secondsText } from "../output/facts.js";
import { printTitle } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable, type TableColumn } from "../output/table.js";

const COLUMNS: readonly TableColumn[] = [
  { title: "SOCKET", align: "right" },
  { title: "FAMILY" },
  { title: "TYPE" },
  { title: "STATE" },
  { title: "RECV-Q", align: "right" },
  { title: "SEND-Q", align: "right" },
  { title: "LOCAL" },
  { title: "REMOTE" },
  { title: "PEER", align: "right", minor: true },
  { title: "HELD BY" },
];

export function printSockets(
  image: Image,
  streams: Streams,
  { all: tasks }: ShownTasks,
  { json, options, tcp }: { readonly options?: true; readonly tcp?: true; readonly json?: true },
): void {
  const sockets = listSockets(image, tasks);
  if (json) {
    writeJson(streams.out, sockets);
    return;
  }
  if (sockets.length === 0) {
    streams.out.write(
      image.format.kind("SOCKET")
        ? "no sockets in this image\n"
        : `images of ${image.format.abi.target.version} do not hold sockets\n`,
    );
    return;
  }
  printTable(streams, COLUMNS, sockets.map(row));
  if (options || tcp) for (const socket of sockets) printDetails(streams, socket, options ?? false, tcp ?? false);
}

function row(socket: ListedSocket): Cell[] {
  const { family, type, protocol, numbers, queues, local, remote, peer } = socket;
  return [
    socket.objref,
    family ? shortName(family, "AF_") : numbers.family,
    protocol && numbers.protocol !== 0
      ? shortName(protocol, "IPPROTO_")
      : type
        ? shortName(type, "SOCK_")
        : numbers.type,
    stateText(socket) ?? numbers.state,
    queues?.receive.bytes,
    queues?.send?.bytes,
    localText(socket, local),
    remote,
    peer === 0 ? undefined : peer,
    heldBy(socket),
  ];
}

function localText({ directory, linked }: ListedSocket, local: string | undefined): string | undefined {
  const gone = linked === false && local !== undefined && !local.startsWith("@") ? " (unlinked)" : "";
  return local === undefined ? undefined : `${local}${directory === undefined ? "" : ` in ${directory}`}${gone}`;
}

/** Maximum number of processes that are named. */
const MAX_NAMED_PROCESSES = 4;

function heldBy({ holders }: ListedSocket): string {
  const named = holders.flatMap(({ processes, descriptor }) =>
    processes.map(({ pid, name = "?" }) => `${pid} ${name} fd ${descriptor}`),
  );
  const rest = holders.reduce((sum, { count }) => sum + count, 0) - Math.min(named.length, MAX_NAMED_PROCESSES);
  return named.slice(0, MAX_NAMED_PROCESSES).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function printDetails(streams: Streams, socket: ListedSocket, options: boolean, tcp: boolean): void {
  const { queues, peerCredentials } = socket;
  const buffers = queues && [queues.receive, queues.send].map((queue) => queue?.buffers ?? "?").join(" and ");
  const facts: (Fact | undefined)[] = [
    ...(options ? optionFacts(socket.options) : []),
    options && peerCredentials ? ["peer", `user ${peerCredentials.uid}, group ${peerCredentials.gid}`] : undefined,
    options && buffers ? ["buffers", `${buffers} in the receive and send queue`] : undefined,
    tcp && socket.tcp ? ["tcp", tcpText(socket.tcp)] : undefined,
  ];
  if (facts.every((fact) => fact === undefined)) return;
  streams.out.write("\n");
  printTitle(streams, `socket ${socket.objref}`);
  printFacts(streams, facts);
}

function optionFacts(options: SocketOptions): (Fact | undefined)[] {
  const flags = [
    ...options.flags.map((flag) => shortName(flag, "SOCK_")),
    ...(options.otherFlags === 0n ? [] : [hex(options.otherFlags)]),
    ...(options.reuse ? ["reuse"] : []),
  ];
  const limit = (name: string, ns: bigint | undefined): Fact | undefined => (ns ? [name, secondsText(ns)] : undefined);
  return [
    flags.length === 0 ? undefined : ["flags", flags.join(", ")],
    options.shutdown.length === 0
      ? undefined
      : ["shut down", options.shutdown.map((one) => shortName(one, "")).join(", ")],
    options.error === undefined ? undefined : ["error", String(options.error)],
    options.device === undefined ? undefined : ["device", String(options.device)],
    options.backlog ? ["backlog", String(options.backlog)] : undefined,
    ["room", `${options.receiveBuffer ?? "?"} bytes to receive, ${options.sendBuffer ?? "?"} to send`],
    options.receiveLowWater === 1n || options.receiveLowWater === undefined
      ? undefined
      : ["wakes at", `${options.receiveLowWater} bytes`],
    limit("receive within", options.receiveTimeout),
    limit("send within", options.sendTimeout),
    options.priority ? ["priority", String(options.priority)] : undefined,
    options.linger === undefined ? undefined : ["linger", `${options.linger} s`],
  ];
}

/** Non-zero values only; JSON has all. */
function tcpText(state: Readonly<Record<string, number>>): string {
  const set = Object.entries(state).filter(([, value]) => value !== 0);
  return set.length === 0 ? "all zero" : set.map(([name, value]) => `${name} ${value}`).join(", ");
}
