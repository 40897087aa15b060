/** Sockets: their identity and addresses. Their buffers are checked in a file of their own. */
import { membersOf } from "../../../runtime/index.js";
import { windowBytes } from "../../image/bytes/source.js";
import { type Frame, type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

const SLASH = 0x2f;

/** An open socket. */
interface OpenSocket {
  /** Whether its address is a relative path, so that the directory must follow. */
  isRelative: boolean;
  hasDirectory: boolean;
}

export class SocketRules extends inspection({
  "socket-this": ["refused", "The record of a unix socket names the socket that it belongs to."],
  "socket-family": ["doubtful", "Sockets are unix sockets or those of IPv4."],
  "address-length": ["refused", "The length of a socket address lies within its array."],
  "address-family": ["doubtful", "A socket address that is used has the family of its socket."],
  "socket-directory": ["refused", "A directory follows a unix socket exactly when its address is a relative path."],
}) {
  private readonly unix = this.format.constant("AF_UNIX");
  private readonly inet = this.format.constant("AF_INET");
  private readonly open: OpenSocket[] = [];

  readonly enter: FrameHandlers = { SOCK: () => this.open.push({ isRelative: false, hasDirectory: false }) };
  readonly leave: FrameHandlers = { SOCK: (frame) => this.socketDirectory(frame) };
  readonly records: RecordHandlers = {
    SOCKET: (view) => this.socketFamily(view),
    SOCKET_UNIX: (view) => {
      this.socketThis(view);
      this.checkAddresses(view, this.unix, "sun_family");
      const socket = this.open.at(-1);
      if (socket) socket.isRelative = this.isRelative(view);
    },
    SOCKET_INET: (view) => this.checkAddresses(view, this.inet, "sin_family"),
    STRING: (view) => {
      const socket = view.label === "socket_directory" ? this.open.at(-1) : undefined;
      if (socket) socket.hasDirectory = true;
    },
  };

  private socketThis(view: RecordView): void {
    const own = view.number("this") ?? 0;
    const { objref } = this.scene.frame;
    if (objref !== undefined && own !== objref) this.wrong("socket-this", view, "this", `${objref}`, `${own}`);
  }

  private socketFamily(view: RecordView): void {
    const family = view.number("sock_common.family");
    if (family !== this.unix && family !== this.inet)
      this.wrong("socket-family", view, "sock_common.family", `${this.unix} or ${this.inet}`);
  }

  private checkAddresses(view: RecordView, family: number, familyField: string): void {
    for (const side of ["laddr", "raddr"]) {
      const length = view.number(`${side}_len`) ?? 0;
      this.addressLength(view, side, length);
      if (length > 0) this.addressFamily(view, `${side}.${familyField}`, family);
    }
  }

  private addressLength(view: RecordView, side: string, length: number): void {
    const room = view.struct && membersOf(view.struct).at(side)?.size;
    if (room !== undefined && length > room) this.wrong("address-length", view, `${side}_len`, `at most ${room}`);
  }

  private addressFamily(view: RecordView, field: string, family: number): void {
    if (view.number(field) !== family) this.wrong("address-family", view, field, `${family}`);
  }

  private socketDirectory({ offset }: Frame): void {
    const socket = this.open.pop();
    if (!socket || socket.isRelative === socket.hasDirectory) return;
    const expected = socket.isRelative
      ? "the directory of a relative path"
      : "no directory, since the address is not a relative path";
    const found = socket.hasDirectory ? "one" : "none";
    this.report("socket-directory", { offset, name: "OBJREF" }, { expected, found });
  }

  private isRelative(view: RecordView): boolean {
    const path = view.struct && membersOf(view.struct).at("laddr.sun_path");
    const family = view.struct && membersOf(view.struct).at("laddr.sun_family");
    const length = view.number("laddr_len") ?? 0;
    if (!path || !family || length <= family.size) return false;
    const [first] = windowBytes(this.source, view.offset + path.offset, 1);
    return first !== 0 && first !== SLASH;
  }
}
