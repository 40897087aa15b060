/** Users, groups and capabilities of tasks. */
import { SharedObject } from "../../tools/write/index.js";
import { labelled } from "./labels.js";
import type { Scene } from "./scene.js";

export interface Identities {
  /** User of most tasks. */
  readonly user: SharedObject;
  /** User of a task that acts as root. */
  readonly root: SharedObject;
  /** Root user of a nested user namespace. */
  readonly nested: SharedObject;
}

export const UID = 1000;
export const GID = 100;

const ALL_CAPABILITIES = 0xffff_ffff;

export function identities(scene: Scene): Identities {
  const outer = namespace();
  const owner = user(UID, outer);
  const inner = namespace(owner);
  const groups = groupInfo([GID, 101, 4711]);
  return {
    user: cred(scene, UID, GID, owner, groups, 0),
    root: cred(scene, 0, 0, user(0, outer), groupInfo([]), ALL_CAPABILITIES),
    nested: cred(scene, 0, 0, user(0, inner, [owner]), groups, ALL_CAPABILITIES),
  };
}

function cred(
  scene: Scene,
  uid: number,
  gid: number,
  user: SharedObject,
  groups: SharedObject,
  capabilities: number,
): SharedObject {
  const label = scene.labels.cred;
  return new SharedObject("CRED", () => ({
    objects: labelled(label),
    records: {
      CRED: {
        fields: {
          uid,
          suid: uid,
          euid: uid,
          fsuid: uid,
          gid,
          sgid: gid,
          egid: gid,
          fsgid: gid,
          user_ref: user,
          groupinfo_ref: groups,
          sec_ref: label?.pointer,
          cap_s: { cap_p_0: capabilities, cap_e_0: capabilities, cap_b_0: ALL_CAPABILITIES },
        },
      },
    },
  }));
}

/**
 * A user.
 *
 * @param creators users who created the namespaces around the user's own, outermost first
 */
function user(uid: number, userns: SharedObject, creators: readonly SharedObject[] = []): SharedObject {
  return new SharedObject("USER", () => ({
    objects: { USER: creators },
    records: { USER: { fields: { uid, userns_ref: userns } } },
  }));
}

function namespace(creator?: SharedObject): SharedObject {
  return new SharedObject("USER_NS", () => ({ records: { USER_NS: { fields: { creator_ref: creator ?? 0 } } } }));
}

/**
 * A list of groups.
 *
 * @param groups ascending
 */
function groupInfo(groups: readonly number[]): SharedObject {
  return new SharedObject("GROUPINFO", () => ({
    records: { GROUPINFO: { fields: { ngroups: groups.length }, tail: groups } },
  }));
}
