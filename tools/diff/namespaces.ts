/** Compares namespaces of tasks: host names, network devices, System V IPC. */

import type { DeviceAddress, NetDevice, NetNamespace } from "../inspect/ns.js";
import { bitsText } from "../model/enum-names.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import { compareIpc } from "./ipc.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import { compareRecordFields } from "./record-fields.js";
import type { Side } from "./side.js";

const KINDS = [
  ["uts", "uts_objref"],
  ["ipc", "ipc_objref"],
  ["net", "net_objref"],
] as const;

export function* compareNamespaces(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const task = taskNameOf(tasks);
  const [setA, setB] = [pass.a.number(tasks.a, "ns_objref"), pass.b.number(tasks.b, "ns_objref")];
  if (!setA || !setB || !pass.isNew("ns", setA, setB, task)) return;
  const fields = compareRecordFields(pass, setOf(pass.a, setA), setOf(pass.b, setB), { of: "ns" });
  for (const [kind, field] of KINDS) {
    const [a, b] = [numberIn(pass.a, setA, field), numberIn(pass.b, setB, field)];
    if (a === undefined && b !== undefined) pass.unknown.add("A", `${kind} namespaces`);
    if (b === undefined && a !== undefined) pass.unknown.add("B", `${kind} namespaces`);
    if (a === undefined || b === undefined) continue;
    fields.push(...changeOf(kind, a === 0 ? "not saved" : "saved", b === 0 ? "not saved" : "saved"));
    if (a === 0 || b === 0 || !pass.isNew(`${kind} namespace`, a, b, task)) continue;
    if (kind === "uts") fields.push(...hostFields(pass, a, b));
    if (kind === "net") fields.push(...deviceFields(pass, a, b));
    if (kind === "ipc") yield* compareIpc(pass, a, b, task);
  }
  if (fields.length > 0) yield { kind: "namespaces", change: "changed", task, what: "", fields };
}

/** Number of a namespace in a set; undefined in versions without such namespaces. */
function numberIn(side: Side, set: number, field: string): number | undefined {
  const record = setOf(side, set);
  return record && side.image.fields(record).number(field);
}

function setOf({ image }: Side, set: number) {
  return image.object(set, "NS")?.find("NS");
}

function hostFields(pass: Pass, a: number, b: number): FieldChange[] {
  const [one, other] = [pass.a.utsNamespaces.get(a)?.texts, pass.b.utsNamespaces.get(b)?.texts];
  if (!one || !other) return [];
  for (const name of Object.keys(one)) if (!(name in other)) pass.unknown.add("B", `uts.${name}`);
  for (const name of Object.keys(other)) if (!(name in one)) pass.unknown.add("A", `uts.${name}`);
  return Object.keys(one).flatMap((name) =>
    name in other ? changeOf(name, nameText(one[name]), nameText(other[name])) : [],
  );
}

function nameText(text: string | undefined): string {
  return JSON.stringify(text ?? "");
}

/** Compares devices by their names. */
function deviceFields(pass: Pass, a: number, b: number): FieldChange[] {
  const [one, other] = [devicesOf(pass.a.netNamespaces.get(a)), devicesOf(pass.b.netNamespaces.get(b))];
  const [namesA, namesB] = [deviceNames(pass.a), deviceNames(pass.b)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) => {
    const [old, current] = [one.get(name), other.get(name)];
    if (!old || !current) return changeOf(name, old && deviceText(old), current && deviceText(current));
    const [before, after] = [deviceFacts(old, namesA), deviceFacts(current, namesB)];
    return [...before].flatMap(([field, value]) => changeOf(`${name} ${field}`, value, after.get(field)));
  });
}

function devicesOf(namespace: NetNamespace | undefined): Map<string, NetDevice> {
  return new Map((namespace?.devices ?? []).map((device, i) => [device.name ?? `device ${i}`, device]));
}

/** Names of the devices of all namespaces, because the other end of a pair is in another one. */
function deviceNames({ netNamespaces }: Side): Map<number, string> {
  const names = new Map<number, string>();
  for (const { devices } of netNamespaces.values())
    for (const { objref, name } of devices) names.set(objref, name ?? "unnamed");
  return names;
}

function deviceText({ kind, hardwareAddress }: NetDevice): string {
  return [kind ?? "unknown kind", hardwareAddress].filter((part) => part !== undefined).join(" ");
}

function deviceFacts(device: NetDevice, names: ReadonlyMap<number, string>): Map<string, string> {
  const { kind, flags, otherFlags, hardwareAddress, peer, mode, addresses } = device;
  return new Map([
    ["type", kind ?? "unknown"],
    ["flags", bitsText({ names: flags, rest: otherFlags })],
    ["hwaddr", hardwareAddress ?? "none"],
    ["peer", peer ? (names.get(peer) ?? "missing") : "none"],
    ["mode", mode === undefined ? "none" : `${mode}`],
    ["addresses", addresses.map(addressText).join(", ") || "none"],
  ]);
}

function addressText({ unknownType, local, address, mask, broadcast }: DeviceAddress): string {
  const text = [local, address, mask, broadcast].join("/");
  return unknownType === undefined ? text : `unknown type ${unknownType} ${text}`;
}
