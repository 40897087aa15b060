/** v17: signal handlers. Older images have none: all signals have their default action. */
import { type GroupNode, isRecord } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { isZero } from "../../values.js";

export const signalHandlers: ConversionStep = {
  id: "signal-handlers",
  title: "signal handlers",
  since: "v17",
  forward: (way) => ({
    rules: {
      shared_objects: (group) =>
        group.with(function* () {
          for (const node of group.each()) {
            if (isRecord(node, "TASK_OBJS")) {
              way.worked();
              way.invent(node, "sighand_objref", "default actions", "v16 does not save what signals do");
              const handlers = way.newObject();
              const tail = new Array(way.after.constant("CKPT_ARCH_NSIG")).fill({});
              yield way.object("SIGHAND", handlers, [way.record("SIGHAND", { fields: {}, tail })]);
              node.fields.sighand_objref = handlers;
            }
            yield node;
          }
        }),
    },
  }),
  backward: (way) => {
    const known = new Set<unknown>();
    return {
      records: {
        TASK_OBJS(record) {
          const handlers = record.fields.sighand_objref;
          if (known.has(handlers))
            way.lose(record, "sighand_objref", handlers, "v16 does not save which tasks share their signal handlers");
          known.add(handlers);
          delete record.fields.sighand_objref;
          return undefined;
        },
      },
      objects: { SIGHAND: (group) => dropHandlers(way, group) },
    };
  },
};

function dropHandlers(way: Crossing, group: GroupNode): undefined {
  way.worked();
  for (const node of group.each())
    if (isRecord(node, "SIGHAND"))
      node.parts.tail?.forEach((action, i) => {
        if (!isZero(action)) way.lose(node, `action[${i}]`, action, "v16 does not save what signals do");
      });
  return way.drop(group);
}
