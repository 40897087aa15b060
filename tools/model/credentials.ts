/** Credentials: identity and privileges with which a task acts or a file was opened. */

import type { NamedBits } from "../../runtime/index.js";
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import { bitNames } from "./enum-names.js";
import type { Labels } from "./labels.js";

export interface Credentials {
  readonly objref: number;
  readonly uids: Ids;
  readonly gids: Ids;
  /** Supplementary groups; undefined if the image lacks them. */
  readonly groups: readonly number[] | undefined;
  readonly capabilities: {
    readonly inheritable: CapabilitySet;
    readonly permitted: CapabilitySet;
    readonly effective: CapabilitySet;
    readonly bounding: CapabilitySet;
  };
  readonly securebits: NamedBits;
  /** User against whose limits the kernel counts, and the number of its namespace. */
  readonly user: { readonly uid: number; readonly namespace: number } | undefined;
  readonly label: string | undefined;
}

export interface Ids {
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
  /** Id that counts for access to files. */
  readonly fileSystem: number;
}

export interface CapabilitySet extends NamedBits {
  readonly mask: bigint;
  /** Capabilities of this version that are not in the set. */
  readonly missing: readonly string[];
}

/** The credentials with that number; undefined if the image has none, as in v16. */
export function credentialsOf(image: Image, objref: number | undefined, labels: Labels): Credentials | undefined {
  const fields = structOf(image, image.object(objref, "CRED")?.find("CRED"));
  if (!fields) return undefined;
  const { abi } = image.format;
  const number = (path: string) => fields.number(path) ?? 0;
  return {
    objref: objref as number,
    uids: { real: number("uid"), effective: number("euid"), saved: number("suid"), fileSystem: number("fsuid") },
    gids: { real: number("gid"), effective: number("egid"), saved: number("sgid"), fileSystem: number("fsgid") },
    groups: groupIdsOf(image, number("groupinfo_ref")),
    capabilities: {
      inheritable: capabilities(image, fields, "i"),
      permitted: capabilities(image, fields, "p"),
      effective: capabilities(image, fields, "e"),
      bounding: capabilities(image, fields, "b"),
    },
    securebits: bitNames(abi, "securebits", number("cap_s.securebits")),
    user: userOf(image, number("user_ref")),
    label: labels.get(number("sec_ref")),
  };
}

function groupIdsOf(image: Image, objref: number): number[] | undefined {
  const fields = structOf(image, image.object(objref, "GROUPINFO")?.find("GROUPINFO"));
  return fields?.values("groups")?.map(Number);
}

function capabilities(image: Image, fields: StructFields, set: "i" | "p" | "e" | "b"): CapabilitySet {
  const low = fields.big(`cap_s.cap_${set}_0`) ?? 0n;
  const high = fields.big(`cap_s.cap_${set}_1`) ?? 0n;
  const mask = (high << 32n) | low;
  const { abi } = image.format;
  return {
    mask,
    ...bitNames(abi, "capability", mask),
    missing: bitNames(abi, "capability", ~mask).names,
  };
}

function userOf(image: Image, objref: number): Credentials["user"] {
  const fields = structOf(image, image.object(objref, "USER")?.find("USER"));
  return fields && { uid: fields.number("uid") ?? 0, namespace: fields.number("userns_ref") ?? 0 };
}

export interface UserNamespace {
  readonly objref: number;
  /** User who created the namespace; undefined for the namespace of the root task. */
  readonly creator: { readonly uid: number; readonly namespace: number } | undefined;
}

/** All user namespaces, in the order of the image. */
export function userNamespacesOf(image: Image): UserNamespace[] {
  return [...image.objects].flatMap(([objref, object]) => {
    if (object.rule !== "USER_NS") return [];
    const creator = structOf(image, object.find("USER_NS"))?.number("creator_ref") ?? 0;
    return [{ objref, creator: userOf(image, creator) }];
  });
}
