/** The note with the details of a signal, in the form that a program gets them. */
import type { Fields } from "../write/keyed-codec.js";
import type { ElfNote } from "./note.js";
import type { NextSignal } from "./signal.js";
import type { CoreStructs } from "./structs.js";

/** The note with the details of a signal. Without a signal all fields are zero; unknown details are zero, as from a process with pid 0. */
export function signalNote(structs: CoreStructs, signal: NextSignal | undefined): ElfNote {
  const { number = 0, info } = signal ?? {};
  return {
    type: "NT_SIGINFO",
    contents: structs.bytes("siginfo", {
      si_signo: number,
      si_errno: info && info.errno | 0,
      si_code: info?.code,
      ...(info && { _sifields: detailsOf(structs, info) }),
    }),
  };
}

/** The fields after the code; their meaning depends on the kind of the signal. */
function detailsOf(structs: CoreStructs, { class: kind, details }: NonNullable<NextSignal["info"]>): Fields {
  const { bits } = structs.program;
  const word = (name: string) => BigInt.asUintN(bits, BigInt(details[name] ?? 0));
  const signed = (name: string) => BigInt.asIntN(bits, BigInt(details[name] ?? 0));
  const int = (name: string) => Number(details[name] ?? 0) | 0;
  const unsigned = (name: string) => Number(details[name] ?? 0) >>> 0;
  switch (kind) {
    case "timer":
      return {
        _timer: {
          _tid: int("timer"),
          _overrun: int("overrun"),
          _sigval: { sival_int: int("value") },
          _sys_private: int("private"),
        },
      };
    case "poll":
      return { _sigpoll: { _band: signed("band"), _fd: int("fd") } };
    case "fault":
      return { _sigfault: { _addr: word("address") } };
    case "child":
      return {
        _sigchld: {
          _pid: int("pid"),
          _uid: unsigned("uid"),
          _status: int("status"),
          _utime: signed("utime"),
          _stime: signed("stime"),
        },
      };
    case "queue":
    case "message queue":
      return { _rt: { _pid: int("pid"), _uid: unsigned("uid"), _sigval: { sival_ptr: word("value") } } };
    default:
      return { _kill: { _pid: int("pid"), _uid: unsigned("uid") } };
  }
}
