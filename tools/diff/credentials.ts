/** Differences of credentials with which tasks act and files were opened. */

import { hex } from "../image/hex.js";
import { type CapabilitySet, type Credentials, credentialsOf } from "../model/credentials.js";
import { bitsText } from "../model/enum-names.js";
import type { TaskName } from "../model/sharing.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import { type BothTasks, isBoth, type TaskPair, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import type { Side } from "./side.js";
import { remarkMissing } from "./task.js";

/** The credentials with which a task acts, and those that count when others act on it. */
const SETS = [
  ["ecred_ref", ""],
  ["cred_ref", "real "],
] as const;

export function* compareCredentials(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const { a, b } = tasks;
  if (pass.a.isZombie(a) || pass.b.isZombie(b)) return;
  remarkMissing(pass, "TASK_CREDS", "credentials");
  const fields = SETS.map(([field, prefix]) =>
    credentialFields(pass, pass.a.number(a, field), pass.b.number(b, field), prefix),
  );
  const [acting = [], real = []] = fields;
  // Most tasks have the same credentials for both.
  const isSame = acting.length === real.length && acting.every((one, i) => isSameChange(one, real[i]));
  const all = isSame ? acting : [...acting, ...real];
  if (all.length > 0) yield { kind: "credentials", change: "changed", task: taskNameOf(tasks), what: "", fields: all };
}

function isSameChange(acting: FieldChange, real: FieldChange | undefined): boolean {
  return real?.field === `real ${acting.field}` && real.old === acting.old && real.new === acting.new;
}

/** Fields of the credentials of a file or a peer. Usually they are those of a task, which reports them; others are reported once. */
export function otherCredentialFields(
  pass: Pass,
  a: number | undefined,
  b: number | undefined,
  prefix: string,
  task: TaskName,
): readonly FieldChange[] {
  if (pass.setting.taskCredentials.has(`${a} ${b}`) || !pass.isNew("cred", a, b, task)) return [];
  return credentialFields(pass, a, b, prefix);
}

/** Pairs of CRED objects that belong to the same task in both images. */
export function pairedCredentials(a: Side, b: Side, pairs: readonly TaskPair[]): ReadonlySet<string> {
  const paired = new Set<string>();
  for (const pair of pairs)
    if (isBoth(pair)) for (const [field] of SETS) paired.add(`${a.number(pair.a, field)} ${b.number(pair.b, field)}`);
  return paired;
}

/** Differing fields of two CRED objects; empty if one image lacks them. Most tasks and files have the credentials of others. */
function credentialFields(
  pass: Pass,
  a: number | undefined,
  b: number | undefined,
  prefix: string,
): readonly FieldChange[] {
  return pass.once(`credentials ${a} ${b} ${prefix}`, () => {
    const [one, other] = [textsOf(pass.a, a), textsOf(pass.b, b)];
    if (!one || !other) return [];
    return [...one].flatMap(([field, value]) => changeOf(prefix + field, value, other.get(field)));
  });
}

function textsOf(side: Side, objref: number | undefined): Map<string, string> | undefined {
  const credentials = credentialsOf(side.image, objref, side.labels);
  return credentials && new Map(texts(credentials));
}

function texts({ uids, gids, groups, capabilities, securebits, user, label }: Credentials): [string, string][] {
  return [
    ["uid", `${uids.real}`],
    ["euid", `${uids.effective}`],
    ["suid", `${uids.saved}`],
    ["fsuid", `${uids.fileSystem}`],
    ["gid", `${gids.real}`],
    ["egid", `${gids.effective}`],
    ["sgid", `${gids.saved}`],
    ["fsgid", `${gids.fileSystem}`],
    ["groups", groups?.join(" ") ?? "unknown"],
    ["cap_inheritable", setText(capabilities.inheritable)],
    ["cap_permitted", setText(capabilities.permitted)],
    ["cap_effective", setText(capabilities.effective)],
    ["cap_bset", setText(capabilities.bounding)],
    ["securebits", bitsText(securebits, "none")],
    ["user", user ? `${user.uid}` : "unknown"],
    ["security", label ?? "none"],
  ];
}

/** A set of more than half of all capabilities is described by those that it lacks. */
function setText(set: CapabilitySet): string {
  const rest = set.rest === 0n ? [] : [hex(set.rest)];
  if (set.names.length > set.missing.length)
    return ["all", ...(set.missing.length > 0 ? [`but ${set.missing.join("|")}`] : []), ...rest].join(" ");
  return [...set.names, ...rest].join("|") || "none";
}
