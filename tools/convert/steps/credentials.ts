/** v17: credentials of tasks and open files. Older images have none: whoever restarts them is their user, who has to be root. */
import type { Group, Node } from "../nodes.js";
import type { NewObject } from "../numbering.js";
import type { Crossing, Step } from "../step.js";

const ALL = 0xffff_ffff;
/** Those of root, as kernels of the time write them for the first process. */
const CAPABILITIES = { cap_p_0: ALL, cap_p_1: ALL, cap_e_0: ALL, cap_e_1: ALL, cap_b_0: ALL, cap_b_1: ALL };

export const credentials: Step = {
  id: "credentials",
  title: "credentials of tasks and open files",
  since: "v17",
  forward: (way) => {
    let root: NewObject | undefined;
    return {
      rules: {
        objects: (group: Group) =>
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
  backward: (way) => ({
    rules: {
      credentials(group) {
        way.worked();
        for (const node of group.each()) {
          if (node.kind === "group") way.drop(node);
          else way.lose(node, undefined, node.fields, "v16 does not save credentials");
        }
        return undefined;
      },
    },
    objects: Object.fromEntries(
      ["CRED", "USER", "USER_NS", "GROUPINFO"].map((type) => [type, (group: Group) => way.drop(group)]),
    ),
    records: { FILE: (record) => void delete record.fields.f_credref as undefined },
  }),
};

function rootCredentials(way: Crossing, cred: NewObject): Group {
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
