/** v18-dev-a: a section for the whole container; from v19-rc1 on it names the security module. */

import { encodeEscaped } from "../../../../runtime/index.js";
import type { ImageFormat } from "../../../image/abi/format.js";
import { padded } from "../../../write/payload.js";
import { isRecord } from "../../nodes.js";
import type { ConversionStep } from "../../step.js";

/** Name that a kernel without a security module writes. */
const NO_MODULE = "lsm_none";
const DATA = encodeEscaped("dummy") as Uint8Array;

function nameOf(format: ImageFormat): Uint8Array {
  return padded(NO_MODULE, format.constant("CHECKPOINT_LSM_NAME_MAX") + 1);
}

export const containerSection: ConversionStep = {
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

export const securityModule: ConversionStep = {
  id: "security-module",
  title: "name and data of the security module",
  since: "v19-rc1",
  forward: (way) => ({
    rules: {
      container: (group) =>
        group.with(function* () {
          way.worked();
          yield* group.each();
          yield way.record("BUFFER", { fields: {}, payload: nameOf(way.after) }, "lsm_name");
          yield way.record("LSM_INFO", { fields: {}, payload: DATA });
        }),
    },
  }),
  backward: (way) => ({
    rules: {
      container: (group) =>
        group.with(function* () {
          way.worked();
          for (const node of group.each()) {
            const why = "older images have nothing of security modules";
            if (isRecord(node, "lsm_name")) way.leaveText(node, nameOf(way.before), why);
            else if (isRecord(node, "LSM_INFO")) way.leaveText(node, DATA, why);
            else yield node;
          }
        }),
    },
  }),
};
