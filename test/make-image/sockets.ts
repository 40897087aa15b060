/** Unix and internet sockets with their queues. */
import { type ComposedRecord, type Fields, type Part, SharedObject } from "../../tools/write/index.js";
import { GID, UID } from "./credentials.js";
import { fillPattern } from "./pages.js";
import type { Scene } from "./scene.js";

export interface Description {
  readonly family: "AF_UNIX" | "AF_INET";
  readonly type: string;
  readonly protocol?: number;
  readonly state: string;
  readonly backlog?: number;
  /** Whether no process has the socket open any more. */
  readonly dead?: boolean;
  /** Directions that are shut down, by the bits of `sk_shutdown`. */
  readonly shutdown?: number;
  /** The record of the family and the records after it. */
  readonly records: Readonly<Record<string, ComposedRecord>>;
  /** Buffers in the receive queue. */
  readonly received?: readonly Buffered[];
}

/** A buffer in a receive queue. */
export interface Buffered {
  /** The socket that the buffer belongs to: the sender for unix sockets. */
  readonly socket: SharedObject;
  readonly protocol: "none" | "tcp";
  readonly data: Uint8Array;
  /** Data in separate pages. */
  readonly fragments?: readonly { readonly size: number; readonly offset: number }[];
}

const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
/** Flag of a socket that no process has open any more. */
const SOCK_DEAD = 1;
const SOCKADDR_IN_SIZE = 16;
const LOCALHOST = 0x7f00_0001;
const PORT = 8080;

/** The open sockets of the root task, wrapped into files. Unix sockets come first. */
export function socketFiles(scene: Scene, wrap: (socket: SharedObject) => SharedObject): SharedObject[] {
  const sockets = [...unixSockets(scene), ...(scene.hasRecord("SOCKET_INET") ? internetSockets(scene) : [])];
  return sockets.map(wrap);
}

/** A connected pair, a socket with a datagram from a closed one, and one that listens. */
function unixSockets(scene: Scene): SharedObject[] {
  const stream = { family: "AF_UNIX", type: "SOCK_STREAM", state: "TCP_ESTABLISHED" } as const;
  const datagram = { family: "AF_UNIX", type: "SOCK_DGRAM", state: "TCP_CLOSE" } as const;
  const left: SharedObject = socket(scene, () => ({
    ...stream,
    records: { SOCKET_UNIX: { fields: unix(scene, left, { peer: right }) } },
    received: [
      { socket: right, protocol: "none", data: encode("over the ") },
      { socket: right, protocol: "none", data: encode("socket pair") },
    ],
  }));
  const right: SharedObject = socket(scene, () => ({
    ...stream,
    records: { SOCKET_UNIX: { fields: unix(scene, right, { peer: left }) } },
  }));
  const gone: SharedObject = socket(scene, () => ({
    ...datagram,
    dead: true,
    records: { SOCKET_UNIX: { fields: unix(scene, gone, {}) } },
  }));
  const mailbox: SharedObject = socket(scene, () => ({
    ...datagram,
    records: {
      SOCKET_UNIX: {
        fields: unix(scene, mailbox, { ...local(scene, "run/mailbox"), flags: scene.constant("CKPT_UNIX_LINKED") }),
      },
      // The path is relative.
      socket_directory: { payload: "/srv/jobs\0" },
    },
    received: [{ socket: gone, protocol: "none", data: encode("last words") }],
  }));
  const listener: SharedObject = socket(scene, () => ({
    ...stream,
    state: "TCP_LISTEN",
    backlog: 5,
    records: { SOCKET_UNIX: { fields: unix(scene, listener, local(scene, "\0abstract")) } },
  }));
  return [left, right, mailbox, listener];
}

/** Fields of a unix socket. */
export function unix({ identities }: Scene, self: SharedObject, fields: Fields): Fields {
  return {
    this: self,
    peercred_uid: UID,
    peercred_gid: GID,
    peercred: "peer" in fields ? identities.user : 0,
    ...fields,
  };
}

/** A local address: a path with its NUL, or an abstract name, which begins with a NUL and does not end with one. */
function local(scene: Scene, name: string): Fields {
  const family = 2;
  return {
    laddr_len: family + name.length + (name.startsWith("\0") ? 0 : 1),
    laddr: { sun_family: scene.constant("AF_UNIX"), sun_path: name },
  };
}

/** A TCP socket that listens, a connection with unread data, and a UDP socket. */
function internetSockets(scene: Scene): SharedObject[] {
  const tcp = { family: "AF_INET", type: "SOCK_STREAM", protocol: IPPROTO_TCP } as const;
  const listener = socket(scene, () => ({
    ...tcp,
    state: "TCP_LISTEN",
    backlog: 128,
    records: { SOCKET_INET: { fields: internet(scene, PORT) } },
  }));
  const { pageSize } = scene.format;
  const fragments = scene.hasRecord("SOCKET_FRAG")
    ? [
        { size: pageSize, offset: 0 },
        { size: 100, offset: 16 },
      ]
    : [];
  const data = encode("GET / HTTP/1.0\r\n\r\n");
  const unread = fragments.reduce((sum, { size }) => sum + size, data.length);
  const connection: SharedObject = socket(scene, () => ({
    ...tcp,
    state: "TCP_ESTABLISHED",
    records: { SOCKET_INET: { fields: { ...internet(scene, PORT), ...connected(scene, 40000, unread) } } },
    received: [{ socket: connection, protocol: "tcp", data, fragments }],
  }));
  const udp = socket(scene, () => ({
    family: "AF_INET",
    type: "SOCK_DGRAM",
    protocol: IPPROTO_UDP,
    state: "TCP_CLOSE",
    records: { SOCKET_INET: { fields: internet(scene, 5353) } },
  }));
  return [listener, connection, udp];
}

/** A socket with a local address. */
function internet(scene: Scene, port: number): Fields {
  return {
    rcv_saddr: LOCALHOST,
    saddr: LOCALHOST,
    num: port,
    sport: port,
    uc_ttl: -1,
    laddr_len: SOCKADDR_IN_SIZE,
    laddr: address(scene, port),
  };
}

/** The peer of a connection, and the state of the connection. */
function connected(scene: Scene, port: number, unread: number): Fields {
  const received = 1_000_000;
  const sent = 9_000;
  return {
    daddr: LOCALHOST,
    dport: port,
    raddr_len: SOCKADDR_IN_SIZE,
    raddr: address(scene, port),
    icsk_ack: { ato: 10, last_seg_size: 1448, rcv_mss: 1448 },
    tcp: {
      rcv_nxt: received,
      copied_seq: received - unread,
      rcv_wup: received,
      snd_nxt: sent,
      snd_una: sent,
      write_seq: sent,
      snd_wnd: 32768,
      max_window: 32768,
      mss_cache: 1448,
      rcv_wnd: 32768,
      window_clamp: 65535,
      advmss: 1460,
      rcv_ssthresh: 5840,
      keepalive_time: 720000,
      keepalive_intvl: 7500,
      keepalive_probes: 9,
    },
  };
}

function address(scene: Scene, port: number): Fields {
  return { sin_family: scene.constant("AF_INET"), sin_port: port, sin_addr: { s_addr: LOCALHOST } };
}

/** A socket. Unless it listens or is dead, the kernel saves its queues later. */
export function socket(scene: Scene, describe: () => Description): SharedObject {
  const object: SharedObject = new SharedObject(
    "SOCK",
    () => {
      const { records, ...description } = describe();
      return { records: { SOCKET: { fields: common(scene, description) }, ...records } };
    },
    () => {
      const description = describe();
      if (hasQueues(description)) scene.deferred.push(() => queues(scene, object, description.received ?? []));
    },
  );
  return object;
}

function hasQueues({ state, dead = false }: Omit<Description, "records">): boolean {
  return state !== "TCP_LISTEN" && !dead;
}

function common(scene: Scene, description: Omit<Description, "records">): Fields {
  const { family, type, protocol = 0, state, backlog = 0, dead = false, shutdown = 0 } = description;
  return {
    has_buffers: hasQueues(description) ? 1 : 0,
    socket: { flags: 0, state: scene.constant(socketState(state, dead)) },
    sock_common: { reuse: 0, family: scene.constant(family) },
    sock: {
      rcvlowat: 1,
      rcvtimeo: 0,
      sndtimeo: 0,
      rcvbuf: 54272,
      sndbuf: 54272,
      protocol,
      backlog,
      flags: dead ? SOCK_DEAD : 0,
      type: scene.constant(type),
      state: scene.constant(state),
      shutdown: dead ? scene.bits(["RCV_SHUTDOWN", "SEND_SHUTDOWN"]) : shutdown,
    },
  };
}

function socketState(state: string, dead: boolean): string {
  if (dead) return "SS_FREE";
  return state === "TCP_ESTABLISHED" ? "SS_CONNECTED" : "SS_UNCONNECTED";
}

function queues(scene: Scene, owner: SharedObject, received: readonly Buffered[]): Part {
  const bytes = received.reduce((sum, buffer) => sum + payloadOf(buffer), 0);
  return {
    rules: {
      receive_queue: {
        records: { SOCKET_QUEUE: { fields: { skb_count: received.length, total_bytes: bytes } } },
        rules: { socket_buffer: received.map((buffer) => buffered(scene, owner, buffer)) },
      },
      send_queue: { records: { SOCKET_QUEUE: { fields: { skb_count: 0, total_bytes: 0 } } } },
    },
  };
}

function payloadOf({ data, fragments = [] }: Buffered): number {
  return fragments.reduce((sum, { size }) => sum + size, data.length);
}

/** Lengths of Ethernet, IPv4 and TCP headers, which precede the data from v19-rc2-a on. */
const HEADERS = { mac: 14, network: 20, transport: 20 };

function buffered(scene: Scene, owner: SharedObject, buffer: Buffered): Part {
  const { format, settings } = scene;
  const { data, protocol, fragments = [] } = buffer;
  const withHeaders = protocol === "tcp" && scene.hasRecord("SOCKET_FRAG");
  const { mac, network, transport } = withHeaders ? HEADERS : { mac: 0, network: 0, transport: 0 };
  const headers = mac + network + transport;
  const linear = new Uint8Array(headers + data.length);
  linear.set(data, headers);
  const page = new Uint8Array(format.pageSize);
  fillPattern(new DataView(page.buffer), { seed: settings.seed, owner: 0 }, 0, format.littleEndian);
  return {
    records: {
      SOCKET_BUFFER: {
        fields: {
          mac_header: 0,
          mac_len: mac,
          network_header: mac,
          transport_header: mac + network,
          hdr_len: headers,
          data_offset: headers,
          lin_len: linear.length,
          frg_len: fragments.reduce((sum, { size }) => sum + size, 0),
          skb_len: payloadOf(buffer),
          sk_objref: buffer.socket,
          pr_objref: owner,
          nr_frags: fragments.length,
        },
      },
      socket_data: { payload: linear },
      SOCKET_FRAG: fragments.map((fields) => ({ fields, raw: page })),
    },
  };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
