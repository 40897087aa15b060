/** Registers follow the shared objects up to v18 and precede them from v19-rc1 on; readers of the versions in between accept both orders. */
import { type GroupNode, isRule } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

/**
 * Handler that puts two groups in order.
 *
 * @param isTold whether to report a repair if they already are in this order, because the way back will swap them
 */
function inOrder(way: Crossing, first: string, second: string, isTold = false) {
  return {
    rules: {
      live: (group: GroupNode) =>
        group.with(function* () {
          const parts = [...group.each()];
          const leading = parts.find((node) => isRule(node, first));
          const following = parts.findIndex((node) => isRule(node, second));
          if (!leading || following < 0 || parts.indexOf(leading) < following) {
            if (isTold && leading && following >= 0)
              way.repair(group, undefined, first, "on the way back registers come before the shared objects");
            yield* parts;
            return;
          }
          way.worked();
          for (const [i, node] of parts.entries()) {
            if (i === following) yield leading;
            if (node !== leading) yield node;
          }
        }),
    },
  };
}

const REGISTERS = ["registers", "objects"] as const;
const OBJECTS = ["objects", "registers"] as const;

export const registersFirst: ConversionStep = {
  id: "registers-first",
  title: "registers before the shared objects",
  since: "v18-dev-a",
  forward: (way) => inOrder(way, ...REGISTERS),
  backward: (way) => inOrder(way, ...OBJECTS, true),
};

export const registersAlwaysFirst: ConversionStep = {
  id: "registers-always-first",
  title: "registers before the shared objects",
  since: "v19-rc1",
  forward: (way) => inOrder(way, ...REGISTERS),
};
