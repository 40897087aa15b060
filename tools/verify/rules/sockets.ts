/** Sockets: their identity and addresses. Their buffers are checked in a file of their own. */
import { membersOf } from "../../../runtime/index.js";
import { windowBytes } from "../../image/bytes/source.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

const SLASH = 0x2f;

/** An open socket. */
interface Socket {
  /** Whether its address is a relative path, so that the directory must follow. */
  isRelative: boolean;
  hasDirectory: boolean;
}

export const sockets = inspector(
  {
    "socket-this": ["refused", "The record of a unix socket names the socket that it belongs to."],
    "socket-family": ["doubtful", "Sockets are unix sockets or those of IPv4."],
    "address-length": ["refused", "The length of a socket address lies within its array."],
    "address-family": ["doubtful", "A socket address that is used has the family of its socket."],
    "socket-directory": ["refused", "A directory follows a unix socket exactly when its address is a relative path."],
  },
  (scene, { report, wrong }) => {
    const { format, source } = scene;
    const unix = format.constant("AF_UNIX");
    const inet = format.constant("AF_INET");
    const open: Socket[] = [];

    return {
      enter: { SOCK: () => open.push({ isRelative: false, hasDirectory: false }) },
      leave: {
        SOCK({ offset }) {
          const socket = open.pop();
          if (!socket || socket.isRelative === socket.hasDirectory) return;
          const expected = socket.isRelative
            ? "the directory of a relative path"
            : "no directory, since the address is not a relative path";
          const found = socket.hasDirectory ? "one" : "none";
          report("socket-directory", { offset, name: "OBJREF" }, { expected, found });
        },
      },
      records: {
        SOCKET(view) {
          const family = view.number("sock_common.family");
          if (family !== unix && family !== inet)
            wrong("socket-family", view, "sock_common.family", `${unix} or ${inet}`);
        },
        SOCKET_UNIX(view) {
          const own = view.number("this") ?? 0;
          const { objref } = scene.frame;
          if (objref !== undefined && own !== objref) wrong("socket-this", view, "this", `${objref}`, `${own}`);
          for (const side of ["laddr", "raddr"]) checkAddress(view, side, unix, "sun_family");
          const socket = open.at(-1);
          if (socket) socket.isRelative = isRelative(view);
        },
        SOCKET_INET(view) {
          for (const side of ["laddr", "raddr"]) checkAddress(view, side, inet, "sin_family");
        },
        STRING(view) {
          const socket = view.label === "socket_directory" ? open.at(-1) : undefined;
          if (socket) socket.hasDirectory = true;
        },
      },
    };

    function checkAddress(view: RecordView, side: string, family: number, familyField: string): void {
      const length = view.number(`${side}_len`) ?? 0;
      const room = view.struct && membersOf(view.struct).at(side)?.size;
      if (room !== undefined && length > room) wrong("address-length", view, `${side}_len`, `at most ${room}`);
      const field = `${side}.${familyField}`;
      if (length > 0 && view.number(field) !== family) wrong("address-family", view, field, `${family}`);
    }

    function isRelative(view: RecordView): boolean {
      const path = view.struct && membersOf(view.struct).at("laddr.sun_path");
      const family = view.struct && membersOf(view.struct).at("laddr.sun_family");
      const length = view.number("laddr_len") ?? 0;
      if (!path || !family || length <= family.size) return false;
      const [first] = windowBytes(source, view.offset + path.offset, 1);
      return first !== 0 && first !== SLASH;
    }
  },
);
