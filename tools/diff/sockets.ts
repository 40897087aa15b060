/** Compares sockets by the descriptor that refers to them: state, options, addresses, and queued data. */

import type { TreeNode } from "../image/tree.js";
import { enumeratorName } from "../model/enum-names.js";
import { recordText } from "../model/record-text.js";
import type { TaskName } from "../model/sharing.js";
import { socketOf } from "../model/sockets.js";
import { Contents, compareContents } from "./contents.js";
import { otherCredentialFields } from "./credentials.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import type { Pass } from "./pass.js";
import type { ComparedPlace, Places } from "./places.js";
import { compareRecordFields } from "./record-fields.js";
import type { Side } from "./side.js";

/** Fields that are reported as text, or follow from other data. */
const OTHERWISE: ReadonlySet<string> = new Set([
  "has_buffers",
  ...["laddr", "raddr"].flatMap((end) => [
    `${end}_len`,
    `${end}.sun_family`,
    `${end}.sun_path`,
    `${end}.sin_family`,
    `${end}.sin_port`,
    `${end}.sin_addr.s_addr`,
  ]),
]);

const QUEUES = ["receive queue", "send queue"] as const;

export function* compareSockets(
  pass: Pass,
  a: number | undefined,
  b: number | undefined,
  role: ComparedPlace,
): Generator<Difference, void, void> {
  const { task, name } = role;
  const [one, other] = [pass.a.image.object(a, "SOCK"), pass.b.image.object(b, "SOCK")];
  if (!a || !b || !one || !other || !pass.isNew("socket", a, b, task)) return;
  const fieldsOf = (record: string, of: string) =>
    compareRecordFields(pass, one.find(record), other.find(record), { of, except: OTHERWISE });
  const fields = [
    ...fieldsOf("SOCKET", "socket"),
    ...fieldsOf("SOCKET_UNIX", "socket_unix"),
    ...fieldsOf("SOCKET_INET", "socket_inet"),
    ...addresses(pass, a, b),
    ...peers(pass, one, other, task),
  ];
  if (fields.length > 0) yield { kind: "socket", change: "changed", task, what: name, fields };
  yield* queues(pass, a, b, role);
  if (!role.isOtherEnd) yield* peerSockets(pass, one, other, role);
}

function addresses(pass: Pass, a: number, b: number): FieldChange[] {
  const [one, other] = [socketOf(pass.a.image, a), socketOf(pass.b.image, b)];
  const directory = ({ image }: Side, objref: number) =>
    recordText(image, image.object(objref, "SOCK")?.find("STRING", "socket_directory"));
  return [
    ...families(pass, a, b),
    ...changeOf("laddr", one?.local ?? "none", other?.local ?? "none"),
    ...changeOf("raddr", one?.remote ?? "none", other?.remote ?? "none"),
    ...changeOf("directory", directory(pass.a, a), directory(pass.b, b)),
  ];
}

const FAMILIES = [
  ["SOCKET_UNIX", "sun_family"],
  ["SOCKET_INET", "sin_family"],
] as const;

/** Compares the families of addresses that both sides use. The family of an unused address means nothing. */
function families(pass: Pass, a: number, b: number): FieldChange[] {
  return FAMILIES.flatMap(([record, field]) => {
    const [one, other] = [pass.a, pass.b].map(({ image }, i) => {
      const node = image.object(i === 0 ? a : b, "SOCK")?.find(record);
      return node && image.fields(node);
    });
    return ["laddr", "raddr"].flatMap((end) => {
      if (!one?.number(`${end}_len`) || !other?.number(`${end}_len`)) return [];
      const path = `${end}.${field}`;
      return changeOf(path, familyText(pass.a, one.number(path)), familyText(pass.b, other.number(path)));
    });
  });
}

function familyText({ image }: Side, family = 0): string {
  return enumeratorName(image.format.abi, "sock_family", family) ?? `${family}`;
}

/** Compares the other end, by the descriptor that holds it, and its credentials at the time of the connection. */
function peers(pass: Pass, a: TreeNode, b: TreeNode, task: TaskName): FieldChange[] {
  const [placesA, placesB] = pass.setting.places;
  const [one, other] = [peerOf(pass.a, a), peerOf(pass.b, b)];
  return [
    ...changeOf("peer", peerText(placesA, one), peerText(placesB, other)),
    ...otherCredentialFields(pass, credOf(pass.a, a), credOf(pass.b, b), "peercred ", task),
  ];
}

function peerText(places: Places, peer: number | undefined): string {
  if (!peer) return "none";
  return places.sockets.of(peer) ?? "without a descriptor";
}

function peerOf({ image }: Side, object: TreeNode): number | undefined {
  const unix = object.find("SOCKET_UNIX");
  return (unix && image.fields(unix).number("peer")) || undefined;
}

function credOf({ image }: Side, object: TreeNode): number | undefined {
  const unix = object.find("SOCKET_UNIX");
  return unix && image.fields(unix).number("peercred");
}

/** Compares peers that no descriptor refers to, which are found in no other way. */
function* peerSockets(
  pass: Pass,
  a: TreeNode,
  b: TreeNode,
  { task, name }: ComparedPlace,
): Generator<Difference, void, void> {
  const [one, other] = [peerOf(pass.a, a), peerOf(pass.b, b)];
  const [placesA, placesB] = pass.setting.places;
  if (placesA.sockets.of(one) !== undefined || placesB.sockets.of(other) !== undefined) return;
  yield* compareSockets(pass, one, other, { task, name: `peer of ${name}`, isOtherEnd: true });
}

function* queues(
  pass: Pass,
  a: number,
  b: number,
  { task, name: role }: ComparedPlace,
): Generator<Difference, void, void> {
  const [one, other] = [pass.a.socketQueues.get(a), pass.b.socketQueues.get(b)];
  for (const [i, name] of QUEUES.entries()) {
    const [queueA, queueB] = [one?.[i], other?.[i]];
    if (pass.a.isCut(queueA) || pass.b.isCut(queueB)) continue;
    const [old, current] = [new Queue(pass.a, queueA), new Queue(pass.b, queueB)];
    // The division of a stream into buffers has no meaning.
    const isStream = socketOf(pass.a.image, a)?.type === "SOCK_STREAM";
    const fields = isStream ? [] : changeOf("messages", old.messages, current.messages);
    const bytes = compareContents(old.contents, current.contents);
    if (fields.length > 0 || bytes)
      yield { kind: "socket", change: "changed", task, what: `${name} of ${role}`, fields, bytes };
    for (const [at, sender] of old.senders.entries()) {
      const name = `sender of message ${at} of ${role}`;
      yield* compareSockets(pass, sender, current.senders[at], { task, name, isOtherEnd: true });
    }
  }
}

/** The data in the buffers of a queue. */
class Queue {
  readonly contents: Contents;
  /** Number of bytes of each message. */
  readonly messages: string;
  /** Numbers of the sockets that sent the messages; often they are no longer open. */
  readonly senders: (number | undefined)[] = [];

  constructor({ image }: Side, node: TreeNode | undefined) {
    const parts: { offset: number; length: number }[] = [];
    const messages: number[] = [];
    for (const buffer of node?.rules("socket_buffer") ?? []) {
      const first = parts.length;
      const head = buffer.find("SOCKET_BUFFER");
      const data = buffer.find("BUFFER", "socket_data")?.record?.payload;
      // Protocol headers precede the data.
      this.senders.push(head && image.fields(head).number("sk_objref"));
      const skipped = (head && image.fields(head).number("data_offset")) ?? 0;
      if (data && data.start + skipped < data.end)
        parts.push({ offset: data.start + skipped, length: data.end - data.start - skipped });
      for (const fragment of buffer.all("SOCKET_FRAG")) parts.push(...fragmentOf(image, fragment));
      messages.push(parts.slice(first).reduce((sum, { length }) => sum + length, 0));
    }
    this.contents = new Contents(image, parts);
    this.messages = messages.join(" ") || "none";
  }
}

/** Data in the page that follows the record without a header. */
function fragmentOf(image: Side["image"], node: TreeNode): { offset: number; length: number }[] {
  const { record } = node;
  if (!record) return [];
  const fields = image.fields(record);
  const start = fields.number("offset") ?? 0;
  const length = Math.min(fields.number("size") ?? 0, record.rawLength - start);
  return length > 0 ? [{ offset: record.raw.start + start, length }] : [];
}
