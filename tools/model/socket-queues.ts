/**
 * Waiting data of sockets. A queue does not name its socket: its buffers do, and empty queues belong to the socket whose turn it is. Sockets have
 * their turn in the order in which they are complete, except those that listen or are dead.
 */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";

export interface SocketQueue {
  /** Number of buffers and bytes of payload in them, as announced in the image. */
  readonly buffers: number;
  readonly bytes: number;
}

export interface SocketQueues {
  readonly receive: SocketQueue;
  /** The send queue; undefined if the image ends before it. */
  readonly send: SocketQueue | undefined;
}

/** Queues by object number of the socket. */
export function socketQueuesOf(image: Image): Map<number, SocketQueues> {
  const queues = new Map<number, SocketQueues>();
  for (const [owner, pair] of queueNodesOf(image)) {
    const [receive, send] = pair.map((queue) => queueOf(image, queue));
    if (receive) queues.set(owner, { receive, send });
  }
  return queues;
}

/** The rules `socket_queue` of each socket by its number: the receive queue, then the send queue. */
export function queueNodesOf(image: Image): Map<number, readonly TreeNode[]> {
  const queues = new Map<number, readonly TreeNode[]>();
  const turns = new Turns(completedSockets(image));
  for (const table of inOrder(image, "FILE_TABLE")) {
    for (const deferred of table.rules("deferred")) {
      turns.reach(deferred.index);
      const pair = deferred.rules("socket_queue");
      if (pair.length === 0) continue;
      const owner = turns.take(ownerOf(image, pair));
      if (owner !== undefined && !queues.has(owner)) queues.set(owner, pair);
    }
    turns.forget();
  }
  return queues;
}

/** Keeps track of the socket whose queues are written next. */
class Turns {
  private reached = 0;
  private readonly waiting: number[] = [];
  /** Positions of sockets in `waiting`; those before `first` had their turn. */
  private readonly places = new Map<number, number>();
  private first = 0;

  constructor(private readonly complete: readonly CompletedSocket[]) {}

  /** Adds all sockets that are complete before that index to the waiting ones. */
  reach(index: number): void {
    for (; (this.complete[this.reached]?.end ?? Number.POSITIVE_INFINITY) <= index; this.reached++) {
      const { objref, hasQueues } = this.complete[this.reached] as CompletedSocket;
      if (hasQueues) this.places.set(objref, this.waiting.push(objref) - 1);
    }
  }

  /** The socket that the buffers name, or else the next waiting one. Sockets before a named one are assumed to have had their turn. */
  take(named: number | undefined): number | undefined {
    const owner = named ?? this.waiting[this.first];
    const place = this.places.get(owner ?? 0) ?? -1;
    if (place >= this.first) this.first = place + 1;
    return owner;
  }

  /** Drops the waiting sockets: a socket without a turn at the end of its table has no queues. */
  forget(): void {
    this.first = this.waiting.length;
  }
}

interface CompletedSocket {
  readonly objref: number;
  /** Index after its last record. */
  readonly end: number;
  readonly hasQueues: boolean;
}

/** Sockets in the order in which they end: a peer comes before the socket that contains it. */
function completedSockets(image: Image): CompletedSocket[] {
  const sockets: (CompletedSocket & { readonly start: number })[] = [];
  for (const [objref, object] of image.objects)
    if (object.rule === "SOCK")
      sockets.push({
        objref,
        start: object.index,
        end: object.endIndex,
        hasQueues: hasQueues(image, object),
      });
  return sockets.sort((a, b) => a.end - b.end || b.start - a.start);
}

/** Whether the kernel writes queues for a socket. From v23-rc1-a on the record states it. */
function hasQueues(image: Image, object: TreeNode): boolean {
  const fields = structOf(image, object.find("SOCKET"));
  if (!fields) return false;
  const told = fields.number("has_buffers");
  if (told !== undefined) return told !== 0;
  const deadBit = image.format.constant("SOCK_DEAD");
  const dead = ((fields.big("sock.flags") ?? 0n) >> BigInt(Number.isNaN(deadBit) ? 0 : deadBit)) & 1n;
  return fields.number("sock.state") !== image.format.constant("TCP_LISTEN") && dead === 0n;
}

function inOrder(image: Image, type: string): TreeNode[] {
  return [...image.objects.values()].filter(({ rule }) => rule === type).sort((a, b) => a.index - b.index);
}

/** The socket that the first buffer of either queue names. */
function ownerOf(image: Image, pair: readonly TreeNode[]): number | undefined {
  for (const queue of pair) {
    const owner = structOf(image, queue.first("socket_buffer")?.find("SOCKET_BUFFER"))?.number("pr_objref");
    if (owner) return owner;
  }
  return undefined;
}

function queueOf(image: Image, queue: TreeNode): SocketQueue | undefined {
  const fields = structOf(image, queue.find("SOCKET_QUEUE"));
  return fields && { buffers: fields.number("skb_count") ?? 0, bytes: fields.number("total_bytes") ?? 0 };
}
