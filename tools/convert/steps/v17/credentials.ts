/** v17: credentials of tasks and open files. Older images have none: tasks restart with the credentials of the restarting user, who must be root. */
import type { GroupNode, Node, RecordNode } from "../../nodes.js";
import type { NewObject } from "../../numbering.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { isSame, isZero } from "../../values.js";

const ALL = 0xffff_ffff;
/** Capability sets of root, as kernels of v17 write them for the first process. */
const CAPABILITIES = { cap_p_0: ALL, cap_p_1: ALL, cap_e_0: ALL, cap_e_1: ALL, cap_b_0: ALL, cap_b_1: ALL };

export const credentials: ConversionStep = {
  id: "credentials",
  title: "credentials of tasks and open files",
  since: "v17",
  forward: (way) => {
    let root: NewObject | undefined;
    return {
      rules: {
        objects: (group: GroupNode) =>
          group.with(function* () {
            way.worked();
            way.invent(
              group,
              undefined,
              "root",
              "the image says nothing of users, so all tasks and files belong to root",
            );
            const inner: Node[] = [];
            if (!root) {
              root = way.newObject();
              inner.push(rootCredentials(way, root));
            }
            inner.push(way.record("TASK_CREDS", { fields: { cred_ref: root, ecred_ref: root } }));
            yield way.rule("credentials", inner);
            yield* group.each();
          }),
      },
      records: {
        FILE(record) {
          record.fields.f_credref = root;
          return undefined;
        },
      },
    };
  },
  backward: (way) => {
    const roots = new Roots();
    const isRoot = (record: RecordNode, field: string) => roots.has(record.fields[field]);
    return {
      rules: {
        credentials(group) {
          way.worked();
          for (const node of group.each())
            if (node.kind === "group") drop(way, node, roots);
            else if (!isRoot(node, "cred_ref") || !isRoot(node, "ecred_ref"))
              way.lose(node, undefined, node.fields, WHY);
          return undefined;
        },
      },
      objects: Object.fromEntries(TYPES.map((type) => [type, (group: GroupNode) => drop(way, group, roots)])),
      records: {
        FILE(record) {
          if (!isRoot(record, "f_credref")) way.lose(record, "f_credref", record.fields.f_credref, WHY);
          delete record.fields.f_credref;
          return undefined;
        },
      },
    };
  },
};

const WHY = "v16 does not save credentials";
const TYPES = ["CRED", "USER", "USER_NS", "GROUPINFO"];

/** Finds objects that are as the way back creates them for root. Only one of each type counts; further ones do not. */
class Roots {
  private readonly byType = new Map<string, unknown>();

  has(objref: unknown): boolean {
    return [...this.byType.values()].includes(objref);
  }

  /** Returns whether the record of an object is that of root, and registers it. */
  add(group: GroupNode, { name, fields, parts }: RecordNode): boolean {
    const references = Object.keys(fields).filter((field) => field.endsWith("_ref"));
    const values = Object.fromEntries(Object.entries(fields).filter(([field]) => !references.includes(field)));
    const isRoot =
      name === group.name &&
      !this.byType.has(name) &&
      isSame(values, name === "CRED" ? { cap_s: CAPABILITIES } : {}) &&
      references.every((field) => (field === "creator_ref" ? isZero(fields[field]) : this.has(fields[field]))) &&
      isZero(parts.tail);
    if (isRoot) this.byType.set(name, group.objref);
    return isRoot;
  }
}

function drop(way: Crossing, group: GroupNode, roots: Roots): undefined {
  for (const node of group.each()) {
    if (node.kind === "group") drop(way, node, roots);
    else if (!roots.add(group, node)) way.lose(node, undefined, node.fields, WHY);
  }
  way.dropNumber(group.objref);
}

function rootCredentials(way: Crossing, cred: NewObject): GroupNode {
  const [groups, user, namespace] = [way.newObject(), way.newObject(), way.newObject()];
  return way.object("CRED", cred, [
    way.object("GROUPINFO", groups, [way.record("GROUPINFO", { fields: { ngroups: 0 }, tail: [] })]),
    way.object("USER", user, [
      way.object("USER_NS", namespace, [way.record("USER_NS")]),
      way.record("USER", { fields: { uid: 0, userns_ref: namespace } }),
    ]),
    way.record("CRED", { fields: { user_ref: user, groupinfo_ref: groups, cap_s: CAPABILITIES } }),
  ]);
}
