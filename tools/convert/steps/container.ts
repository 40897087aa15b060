/** v18-dev-a: a section for the container as a whole, which from v19-rc1 on names the security module. */

import { encodeEscaped } from "../../../runtime/index.js";
import { decodeText } from "../../image/c-text.js";
import { padded } from "../../write/payload.js";
import { shortBytes } from "../content.js";
import { isRecord } from "../nodes.js";
import type { Step } from "../step.js";

/** What a kernel without a security module says. */
const NO_MODULE = "lsm_none";
const NO_DATA = "dummy";

export const containerSection: Step = {
  id: "container-section",
  title: "a section for the container",
  since: "v18-dev-a",
  forward: (way) => ({
    records: {
      HEADER_ARCH(record) {
        way.worked();
        return [record, way.rule("container", [way.record("CONTAINER")])];
      },
    },
  }),
  backward: (way) => ({
    rules: {
      container() {
        way.worked();
        return undefined;
      },
    },
  }),
};

export const securityModule: Step = {
  id: "security-module",
  title: "name and data of the security module",
  since: "v19-rc1",
  forward: (way) => ({
    rules: {
      container: (group) =>
        group.with(function* () {
          way.worked();
          yield* group.each();
          const length = way.after.constant("CHECKPOINT_LSM_NAME_MAX") + 1;
          yield way.record("BUFFER", { fields: {}, payload: padded(NO_MODULE, length) }, "lsm_name");
          yield way.record("LSM_INFO", { fields: {}, payload: encodeEscaped(NO_DATA) as Uint8Array });
        }),
    },
  }),
  backward: (way) => ({
    rules: {
      container: (group) =>
        group.with(function* () {
          way.worked();
          for (const node of group.each()) {
            const usual = isRecord(node, "lsm_name") ? NO_MODULE : isRecord(node, "LSM_INFO") ? NO_DATA : undefined;
            if (usual === undefined || node.kind === "group") {
              yield node;
              continue;
            }
            const text = decodeText(shortBytes(node.parts.payload));
            if (text !== usual) way.lose(node, node.label, text, "older images have nothing of security modules");
          }
        }),
    },
  }),
};
