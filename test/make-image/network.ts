/** A network namespace with one device of every kind. */

import type { Fields } from "../../tools/write/index.js";
import { padded, SharedObject } from "../../tools/write/index.js";
import type { Scene } from "./scene.js";

/** Interface flags: up, loopback, running, broadcast and multicast. */
const IFF_UP = 0x1;
const IFF_BROADCAST = 0x2;
const IFF_LOOPBACK = 0x8;
const IFF_RUNNING = 0x40;
const IFF_MULTICAST = 0x1000;
const ETHERNET = IFF_UP | IFF_RUNNING | IFF_BROADCAST | IFF_MULTICAST;

interface Device {
  readonly kind: string;
  readonly name: string;
  readonly flags?: number;
  readonly hwaddr?: readonly number[];
  /** IPv4 addresses with their prefix lengths. */
  readonly addresses?: readonly (readonly [address: number, bits: number])[];
  /** Fields that only devices of the kind have. */
  readonly own?: Fields;
}

export function network(scene: Scene): SharedObject {
  const namespace: SharedObject = new SharedObject("NET_NS", () => ({
    records: { NET_NS: { fields: { this_ref: namespace } } },
    objects: { NETDEV: devices },
  }));
  const add = (device: () => Device): SharedObject =>
    new SharedObject("NETDEV", () => describe(scene, namespace, device()));
  const left: SharedObject = add(() => ({
    kind: "VETH",
    name: "veth0",
    flags: ETHERNET,
    hwaddr: [2, 0, 0, 0, 0, 1],
    addresses: [[0x0a000001, 24]],
    own: { veth: { this_ref: left, peer_ref: right } },
  }));
  const right: SharedObject = add(() => ({
    kind: "VETH",
    name: "veth1",
    flags: ETHERNET,
    hwaddr: [2, 0, 0, 0, 0, 2],
    addresses: [
      [0x0a000002, 24],
      [0x0a000102, 16],
    ],
    own: { veth: { this_ref: right, peer_ref: left } },
  }));
  const devices = [
    add(() => ({ kind: "LO", name: "lo", flags: IFF_UP | IFF_LOOPBACK | IFF_RUNNING, addresses: [[0x7f000001, 8]] })),
    left,
    right,
    add(() => ({ kind: "SIT", name: "sit0" })),
    add(() => ({
      kind: "MACVLAN",
      name: "macvlan0",
      flags: ETHERNET,
      hwaddr: [2, 0, 0, 0, 0, 3],
      own: { macvlan: { mode: 4 } },
    })),
  ];
  return namespace;
}

function describe(scene: Scene, netns: SharedObject, device: Device) {
  const { kind, name, flags = 0, hwaddr = [], addresses = [], own = {} } = device;
  const type = scene.constant(`CKPT_NETDEV_${kind}`);
  return {
    records: {
      NETDEV: { fields: { netns_ref: netns, ...own, inet_addrs: addresses.length, type, flags, hwaddr } },
      device_name: { payload: padded(name) },
      device_addresses: {
        payload: {
          elements: addresses.map(([address, bits]) => {
            const mask = (-1 << (32 - bits)) >>> 0;
            return {
              type: scene.constant("CKPT_NETDEV_ADDR_IPV4"),
              inet4_local: address,
              inet4_address: address,
              inet4_mask: mask,
              inet4_broadcast: (address | ~mask) >>> 0,
            };
          }),
        },
      },
    },
  };
}
