/** v23-rc1-a: the peer of a unix socket is described by credentials; up to v22 by a user and a group. */
import type { Image } from "../../../image/image.js";
import { type GroupNode, isObject, isRecord, type Node, type RecordNode } from "../../nodes.js";
import type { NewObject } from "../../numbering.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { isSame, isZero } from "../../values.js";

/** User and group of a socket that never had a peer. */
const NOBODY = 0xffff_ffff;

type Number_ = number | NewObject;

/** Credentials, users and namespaces met so far. */
class Known {
  /** First credentials with a given user and group. */
  readonly creds = new Map<string, Number_>();
  /** User and group of each credentials object. */
  readonly ids = new Map<Number_, readonly [uid: number, gid: number]>();
  readonly users = new Map<number, Number_>();
  userns: Number_ | undefined;

  /** Handlers that register the objects that pass. */
  get observers() {
    const watch = (name: string, note: (objref: Number_, record: RecordNode) => void) => (group: GroupNode) =>
      group.with(function* () {
        for (const node of group.each()) {
          if (isRecord(node, name)) note(group.objref as Number_, node);
          yield node;
        }
      });
    return {
      CRED: watch("CRED", (objref, record) => this.addCred(objref, record.number("euid"), record.number("egid"))),
      USER: watch("USER", (objref, record) => this.addUser(objref, record.number("uid"))),
      USER_NS: watch("USER_NS", (objref) => {
        this.userns ??= objref;
      }),
    };
  }

  addCred(objref: Number_, uid: number, gid: number): void {
    const key = `${uid}:${gid}`;
    if (!this.creds.has(key)) this.creds.set(key, objref);
    this.ids.set(objref, [uid, gid]);
  }

  addUser(objref: Number_, uid: number): void {
    if (!this.users.has(uid)) this.users.set(uid, objref);
  }
}

export const peerCredentials: ConversionStep = {
  id: "peer-credentials",
  title: "credentials of the peer in place of its user and group",
  since: "v23-rc1-a",
  forward: (way) => {
    const known = new Known();
    return {
      objects: {
        ...known.observers,
        SOCK: (group) =>
          group.with(function* () {
            for (const node of group.each()) {
              if (isRecord(node, "SOCKET_UNIX")) yield* withCredentials(way, node, known);
              yield node;
            }
          }),
      },
    };
  },
  backward: (way) => {
    const known = new Known();
    const namings = new Namings(way.image);
    return {
      objects: {
        ...known.observers,
        SOCK: (group) =>
          group.with(function* () {
            for (const node of group.each()) {
              if (isRecord(node, "SOCKET_UNIX")) withIds(way, node, known);
              // Credentials that only sockets refer to are not part of older images.
              if (isObject(node, "CRED") && namings.isForPeersOnly(node)) {
                for (const part of node.each())
                  if (isRecord(part, "CRED"))
                    known.addCred(node.objref as Number_, part.number("euid"), part.number("egid"));
                dropCredentials(way, node, known);
              } else yield node;
            }
          }),
      },
    };
  },
};

function* withCredentials(way: Crossing, record: RecordNode, known: Known): Generator<Node> {
  const { fields } = record;
  const uid = record.number("peercred_uid");
  const gid = record.number("peercred_gid");
  delete fields.peercred_uid;
  delete fields.peercred_gid;
  way.worked();
  if (uid === NOBODY && gid === NOBODY) return;
  let cred = known.creds.get(`${uid}:${gid}`);
  if (cred === undefined) {
    const made = way.newObject();
    way.invent(record, "peercred", `${uid}:${gid}`, "no credentials of that user and group are in the image");
    yield newCredentials(way, made, uid, gid, known);
    known.addCred(made, uid, gid);
    cred = made;
  }
  fields.peercred = cred;
}

function newCredentials(way: Crossing, cred: NewObject, uid: number, gid: number, known: Known): GroupNode {
  const groups = way.newObject();
  const inner: Node[] = [
    way.object("GROUPINFO", groups, [way.record("GROUPINFO", { fields: { ngroups: 0 }, tail: [] })]),
  ];
  let user = known.users.get(uid);
  if (user === undefined) {
    const made = way.newObject();
    const namespace: Node[] = [];
    if (known.userns === undefined) {
      known.userns = way.newObject();
      namespace.push(way.object("USER_NS", known.userns, [way.record("USER_NS")]));
    }
    inner.push(
      way.object("USER", made, [...namespace, way.record("USER", { fields: { uid, userns_ref: known.userns } })]),
    );
    known.addUser(made, uid);
    user = made;
  }
  inner.push(way.record("CRED", { fields: { ...idsOf(uid, gid), user_ref: user, groupinfo_ref: groups } }));
  return way.object("CRED", cred, inner);
}

/** Removes credentials. The way back creates new ones that have only user and group. */
function dropCredentials(way: Crossing, group: GroupNode, known: Known): void {
  const [uid, gid] = known.ids.get(group.objref as Number_) ?? [0, 0];
  for (const node of group.each()) {
    if (node.kind === "group") loseUnlessNew(way, node, uid);
    else loseUnless(way, node, { ...idsOf(uid, gid) });
  }
  way.drop(group);
}

function loseUnlessNew(way: Crossing, group: GroupNode, uid: number): void {
  for (const node of group.each()) {
    if (node.kind === "group") loseUnlessNew(way, node, uid);
    else loseUnless(way, node, node.name === "USER" ? { uid } : {});
  }
}

/** Reports a loss if a record has anything besides references and these field values. */
function loseUnless(way: Crossing, record: RecordNode, usual: Readonly<Record<string, number>>): void {
  const values = Object.fromEntries(Object.entries(record.fields).filter(([field]) => !field.endsWith("_ref")));
  if (!isSame(values, usual) || !isZero(record.parts.tail))
    way.lose(record, undefined, record.fields, "of the peer's credentials only user and group are kept");
}

function idsOf(uid: number, gid: number): Record<string, number> {
  return { uid, suid: uid, euid: uid, fsuid: uid, gid, sgid: gid, egid: gid, fsgid: gid };
}

function withIds(way: Crossing, record: RecordNode, known: Known): void {
  const { fields } = record;
  const cred = (fields.peercred as Number_ | undefined) ?? 0;
  const ids = known.ids.get(cred);
  way.worked();
  delete fields.peercred;
  [fields.peercred_uid, fields.peercred_gid] = ids ?? [NOBODY, NOBODY];
  if (cred !== 0 && !ids) way.lose(record, "peercred", cred, "there are no credentials of that number");
  else if (ids && known.creds.get(ids.join(":")) !== cred)
    way.lose(record, "peercred", cred, "of the peer's credentials only user and group are kept");
}

/** Where the image refers to credentials and their parts, except in sockets. */
class Namings {
  /** First and last record that refers to a number, as positions in the image. */
  private places: Map<number, { readonly first: number; last: number }> | undefined;

  constructor(private readonly image: Image) {}

  /** Whether only sockets refer, from outside, to the credentials of a group and their parts. */
  isForPeersOnly(group: GroupNode): boolean {
    const place = group.origin?.node;
    if (!place) return true;
    this.places ??= this.find();
    for (const { object } of place) {
      const named = object && this.places.get(object.objref);
      if (named && (named.first < place.index || named.last >= place.endIndex)) return false;
    }
    return true;
  }

  private find(): NonNullable<Namings["places"]> {
    const places = new Map<number, { readonly first: number; last: number }>();
    for (const node of this.image.root) {
      const paths = node.rule === undefined ? NAMES[node.record?.name ?? ""] : undefined;
      for (const path of paths ?? []) {
        const objref = this.image.fields(node).number(path) ?? 0;
        const known = places.get(objref);
        if (known) known.last = node.index;
        else places.set(objref, { first: node.index, last: node.index });
      }
    }
    return places;
  }
}

/** Fields that refer to credentials, users, groups and user namespaces, by record. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  TASK_CREDS: ["cred_ref", "ecred_ref"],
  FILE: ["f_credref"],
  CRED: ["user_ref", "groupinfo_ref"],
  USER: ["userns_ref"],
  USER_NS: ["creator_ref"],
};
