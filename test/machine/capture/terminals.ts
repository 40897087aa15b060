/** Pseudo-terminals of the captured program `terminal`, whose modes and input are known: `/proc` says nothing about them. */
import type { SharedObject } from "../../../tools/write/index.js";
import type { Scene } from "../../make-image/scene.js";
import { pseudoTerminal } from "../../make-image/terminals.js";

/** Ends of pseudo-terminals by the path that leads to them. */
export type Terminals = readonly { readonly path: string; readonly object: SharedObject }[];

export function terminals(scene: Scene): Terminals {
  const { master, slave } = pseudoTerminal(scene, {
    index: 0,
    // Without ECHO and ISIG.
    localModes: 0o105073 & ~0o11,
    interrupt: 7,
    size: { ws_row: 33, ws_col: 99 },
    input: "a line\n",
  });
  return [
    { path: "/dev/ptmx", object: master },
    { path: "/dev/pts/0", object: slave },
  ];
}

/** The end to which a descriptor leads. */
export function end(terminals: Terminals, link: string): SharedObject | undefined {
  return terminals.find(({ path }) => path === link)?.object;
}
