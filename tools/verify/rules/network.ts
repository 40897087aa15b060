/** Devices of network namespaces. */
import { inspector } from "../inspection.js";

/** One end of a pair of virtual Ethernet devices. */
interface End {
  readonly offset: number;
  /** Offset of the number of the other end, in bytes from the start of the image. */
  readonly at: number | undefined;
  readonly peer: number;
}

export const network = inspector(
  {
    "veth-this": ["refused", "A virtual Ethernet device names itself with its own number."],
    "veth-pair": ["refused", "A virtual Ethernet device has another one as its peer, and is the peer of that one."],
  },
  (scene, { report }) => {
    const veth = scene.format.constant("CKPT_NETDEV_VETH");
    const ends = new Map<number, End>();

    return {
      records: {
        NETDEV(view) {
          const { objref } = scene.frame;
          if (view.number("type") !== veth || objref === undefined) return;
          const own = view.number("veth.this_ref") ?? 0;
          if (own !== objref)
            report("veth-this", view, { field: "veth.this_ref", expected: `${objref}`, found: `${own}` });
          const peer = view.number("veth.peer_ref") ?? 0;
          ends.set(objref, { offset: view.offset, at: view.offsetOf("veth.peer_ref"), peer });
        },
      },
      end() {
        for (const [own, { offset, at, peer }] of ends) {
          const other = ends.get(peer);
          // A peer that is not a veth device is reported by the rules about references.
          if (peer !== own && (other === undefined || other.peer === own)) continue;
          const found = peer === own ? `${peer}, the device itself` : `${peer}, whose peer is ${other?.peer}`;
          const expected = "the number of a device whose peer is this one";
          report("veth-pair", { offset, name: "NETDEV" }, { field: "veth.peer_ref", at, expected, found });
        }
      },
    };
  },
);
