/** Security labels. A plain image has none, as under a kernel without a security module. */
import { padded, SharedObject } from "../../tools/write/index.js";
import type { Scene } from "./scene.js";

/** A security label: records refer to it by the number of the pointer, and the object has the text. */
export interface Label {
  readonly object: SharedObject;
  readonly pointer: SharedObject;
}

export interface Labels {
  /** Name of the security module. */
  readonly module: string;
  /** Description that the module gives of itself. */
  readonly info: string;
  readonly message: Label | undefined;
  readonly ipc: Label | undefined;
  readonly file: Label | undefined;
  readonly cred: Label | undefined;
}

export function labels(scene: Scene): Labels {
  if (scene.settings.plain)
    return { module: "lsm_none", info: "dummy", message: undefined, ipc: undefined, file: undefined, cred: undefined };
  return {
    module: "smack",
    info: "1.0\0",
    message: label(scene, "CKPT_SECURITY_MSG_MSG", "Message"),
    ipc: label(scene, "CKPT_SECURITY_IPC", "Shared"),
    file: label(scene, "CKPT_SECURITY_FILE", "_"),
    cred: label(scene, "CKPT_SECURITY_CRED", "_"),
  };
}

/** The objects of a label, for a part that has to write them before its record. */
export function labelled(label: Label | undefined): Record<string, SharedObject[]> {
  return label ? { SECURITY: [label.object] } : {};
}

function label(scene: Scene, sectype: string, text: string): Label {
  const pointer = new SharedObject("SECURITY_PTR");
  const object = new SharedObject("SECURITY", () => ({
    records: {
      SECURITY: { fields: { ptrref: pointer, sectype: scene.constant(sectype) } },
      lsm_context: { payload: padded(text) },
    },
  }));
  return { object, pointer };
}
