/** What the parts of a dump demand of the restoring machine, besides files and pids: options of `criu restore`, addresses and terminals. */

/** Options of `criu restore` without which it refuses parts of a dump. */
export type RestoreOption = "--tcp-established" | "--shell-job";

export class Demands {
  /** Capabilities that the processes get, bit n is capability n. */
  capabilities = 0n;
  readonly options = new Set<RestoreOption>();
  /** Local addresses of internet sockets, e.g. `tcp 127.0.0.1:80`. */
  readonly addresses = new Set<string>();
  /** Numbers of pseudo-terminals in /dev/pts. */
  readonly terminals = new Set<number>();
}
