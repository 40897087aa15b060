/** Devices of network namespaces. */
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** One end of a pair of virtual Ethernet devices. */
interface End {
  readonly offset: number;
  /** Offset of the number of the other end, in bytes from the start of the image. */
  readonly at: number | undefined;
  readonly peer: number;
}

export class NetworkRules extends inspection({
  "veth-this": ["refused", "A virtual Ethernet device names itself with its own number."],
  "veth-pair": ["refused", "A virtual Ethernet device has another one as its peer, and is the peer of that one."],
}) {
  private readonly veth = this.format.constant("CKPT_NETDEV_VETH");
  private readonly ends = new Map<number, End>();

  readonly records: RecordHandlers = {
    NETDEV: (view) => {
      const { objref } = this.scene.frame;
      if (view.number("type") !== this.veth || objref === undefined) return;
      this.vethThis(view, objref);
      const peer = view.number("veth.peer_ref") ?? 0;
      this.ends.set(objref, { offset: view.offset, at: view.offsetOf("veth.peer_ref"), peer });
    },
  };
  readonly end = (): void => {
    for (const [own, end] of this.ends) this.vethPair(own, end);
  };

  private vethThis(view: RecordView, objref: number): void {
    const own = view.number("veth.this_ref") ?? 0;
    if (own !== objref) this.wrong("veth-this", view, "veth.this_ref", `${objref}`, `${own}`);
  }

  private vethPair(own: number, { offset, at, peer }: End): void {
    const other = this.ends.get(peer);
    // A peer that is not a veth device is reported by the rules about references.
    if (peer !== own && (other === undefined || other.peer === own)) return;
    const found = peer === own ? `${peer}, the device itself` : `${peer}, whose peer is ${other?.peer}`;
    const expected = "the number of a device whose peer is this one";
    this.report("veth-pair", { offset, name: "NETDEV" }, { field: "veth.peer_ref", at, expected, found });
  }
}
