/** Buffers in the queues of sockets. */
import { type Frame, type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";
import { Total } from "../total.js";

/** An open queue. */
interface Queue {
  readonly isSending: boolean;
  bytes: Total | undefined;
  /** Announced and found fragments of the last buffer. */
  fragments: Total | undefined;
}

/** Fields with offsets in the linear part of a buffer. */
const OFFSETS: readonly string[] = ["transport_header", "network_header", "mac_header", "data_offset", "hdr_len"];

export class SocketQueueRules extends inspection({
  "queue-bytes": ["doubtful", "The bytes of a queue are those of its buffers together."],
  "queue-owner": ["refused", "All buffers of the two queues of a socket name the same socket as the owner."],
  "buffer-offset": ["refused", "Offsets in a buffer lie within its linear part."],
  "buffer-header": ["refused", "The link header of a buffer ends where the network header begins."],
  "buffer-length": ["doubtful", "The payload of a buffer is its linear part without headers and its fragments."],
  "fragment-sum": ["refused", "The fragments of a buffer add up to what the buffer says."],
  "fragment-page": ["refused", "The data of a fragment lies within its page."],
  "unix-queue": ["refused", "Buffers of unix sockets have no fragments and wait with the receiver."],
}) {
  private readonly unix = this.format.constant("AF_UNIX");
  private readonly unixSockets = new NumberIndex();
  private readonly open: Queue[] = [];
  /** Owner of the previous queue, which also owns this one if the two are a pair. */
  private owner: number | undefined;
  private socket: Frame | undefined;

  readonly enter: FrameHandlers = {
    SOCK: (frame) => (this.socket = frame),
    socket_queue: ({ label }) => {
      const isSending = label === "send_queue";
      if (!isSending) this.owner = undefined;
      this.open.push({ isSending, bytes: undefined, fragments: undefined });
    },
  };
  readonly leave: FrameHandlers = {
    socket_buffer: () => this.fragmentSum(),
    socket_queue: () => this.queueBytes(),
  };
  readonly records: RecordHandlers = {
    SOCKET: (view) => {
      if (view.number("sock_common.family") === this.unix && this.socket?.objref !== undefined)
        this.unixSockets.add(this.socket.objref);
    },
    SOCKET_QUEUE: (view) => {
      const queue = this.open.at(-1);
      if (queue) queue.bytes = new Total(view, "total_bytes");
    },
    SOCKET_BUFFER: (view) => this.checkBuffer(view),
    SOCKET_FRAG: (view) => {
      const size = view.number("size") ?? 0;
      const fragments = this.open.at(-1)?.fragments;
      if (fragments) fragments.found += size;
      this.fragmentPage(view, size);
    },
    BUFFER: (view) => {
      const queue =
        view.label === "socket_data" && this.format.kind("SOCKET_FRAG") === undefined ? this.open.at(-1) : undefined;
      // Without fragments the linear part contains all data.
      if (queue?.bytes) queue.bytes.found += view.record.payload.end - view.record.payload.start;
    },
  };

  private checkBuffer(view: RecordView): void {
    const queue = this.open.at(-1);
    if (!queue) return;
    const length = view.number("skb_len");
    const fragments = view.number("frg_len") ?? 0;
    queue.fragments = new Total(view, "frg_len");
    if (queue.bytes) queue.bytes.found += length ?? 0;
    const owner = view.number("pr_objref") ?? 0;
    this.queueOwner(view, owner);
    this.unixQueue(view, owner, queue);
    const linear = view.number("lin_len");
    if (linear === undefined || length === undefined) return;
    this.bufferOffset(view, linear);
    this.bufferHeader(view);
    this.bufferLength(view, length, linear + fragments);
  }

  private queueBytes(): void {
    const total = this.open.pop()?.bytes;
    const difference = total?.difference("buffers");
    if (total && difference) this.report("queue-bytes", total, difference);
  }

  private queueOwner(view: RecordView, own: number): void {
    if (this.owner !== undefined && own !== this.owner)
      this.wrong("queue-owner", view, "pr_objref", `${this.owner} as other buffers of the pair of queues`, `${own}`);
    this.owner ??= own;
  }

  private bufferOffset(view: RecordView, linear: number): void {
    for (const field of OFFSETS) {
      const offset = view.number(field) ?? 0;
      if (offset > linear) this.wrong("buffer-offset", view, field, `at most ${linear}, the linear part`, `${offset}`);
    }
  }

  private bufferHeader(view: RecordView): void {
    const end = (view.number("mac_header") ?? 0) + (view.number("mac_len") ?? 0);
    const network = view.number("network_header") ?? 0;
    const expected = `${end}, the end of the link header`;
    if (network !== end) this.wrong("buffer-header", view, "network_header", expected, `${network}`);
  }

  private bufferLength(view: RecordView, length: number, withHeaders: number): void {
    const payload = withHeaders - (view.number("hdr_len") ?? 0);
    if (payload !== length) this.wrong("buffer-length", view, "skb_len", `${payload}`);
  }

  private fragmentSum(): void {
    const total = this.open.at(-1)?.fragments;
    const difference = total?.difference("fragments");
    if (total && difference) this.report("fragment-sum", total, difference);
  }

  private fragmentPage(view: RecordView, size: number): void {
    const { pageSize } = this.format;
    const offset = view.number("offset") ?? 0;
    const expected = `at most ${Math.max(0, pageSize - offset)} bytes from ${offset} on`;
    if (offset + size > pageSize) this.wrong("fragment-page", view, "size", expected);
  }

  private unixQueue(view: RecordView, owner: number, queue: Queue): void {
    if (!this.unixSockets.has(owner)) return;
    if ((view.number("nr_frags") ?? 0) > 0) this.wrong("unix-queue", view, "nr_frags", "0 in a unix socket");
    const expected = "no buffer in the send queue of a unix socket";
    if (queue.isSending) this.wrong("unix-queue", view, "pr_objref", expected, `one of socket ${owner}`);
  }
}
