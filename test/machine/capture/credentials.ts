/** Users, groups and capabilities of captured processes. */
import { type Fields, SharedObject } from "../../../tools/write/index.js";
import type { Process } from "./tree.js";

/** Makes the credentials of processes, which share users and a namespace. */
export function credentials(): (process: Process) => SharedObject {
  const namespace = new SharedObject("USER_NS", () => ({ records: { USER_NS: { fields: { creator_ref: 0 } } } }));
  const users = new Map<number, SharedObject>();
  return ({ status }) => {
    const numbers = (name: string) =>
      (status.get(name) ?? "")
        .split(/\s+/)
        .filter((word) => word !== "")
        .map(Number);
    const [uid = 0, euid, suid, fsuid] = numbers("Uid");
    const [gid, egid, sgid, fsgid] = numbers("Gid");
    const groups = numbers("Groups");
    const user =
      users.get(uid) ??
      new SharedObject("USER", () => ({ records: { USER: { fields: { uid, userns_ref: namespace } } } }));
    users.set(uid, user);
    const groupInfo = new SharedObject("GROUPINFO", () => ({
      records: { GROUPINFO: { fields: { ngroups: groups.length }, tail: groups } },
    }));
    const sets = { i: "CapInh", p: "CapPrm", e: "CapEff", b: "CapBnd" };
    const capabilities = Object.entries(sets).map(([letter, name]): Fields => {
      const set = BigInt(`0x${status.get(name) ?? "0"}`);
      return { [`cap_${letter}_0`]: Number(set & 0xffff_ffffn), [`cap_${letter}_1`]: Number(set >> 32n) };
    });
    return new SharedObject("CRED", () => ({
      records: {
        CRED: {
          fields: {
            ...{ uid, euid, suid, fsuid, gid, egid, sgid, fsgid },
            user_ref: user,
            groupinfo_ref: groupInfo,
            cap_s: Object.assign({}, ...capabilities),
          },
        },
      },
    }));
  };
}
