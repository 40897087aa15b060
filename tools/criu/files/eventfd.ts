/** Event counters. */
import { fd_types } from "../../../generated/criu/fdinfo_pb.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { FileMaker } from "./file-list.js";
import { openFlags } from "./open-flags.js";
import { NOBODY } from "./owner.js";

/** EFD_SEMAPHORE: a read takes one from the counter instead of all. */
const SEMAPHORE = 1;

/** CRIU sets the counter with a number of 32 bits. */
const MOST = 0xffff_ffffn;

export const makeEventfd: FileMaker = ({ image, account }, file) => {
  const node = file.object.find("FILE");
  const flags = structOf(image, node)?.number("flags") ?? 0;
  const counter = file.eventCount ?? 0n;
  if ((flags & SEMAPHORE) !== 0)
    account.lost({
      ...{ node, record: "FILE", field: "flags", value: flags },
      why: "the eventfd counts like a semaphore, and CRIU makes an ordinary one, of which a read takes everything",
    });
  if (counter > MOST)
    account.lost({
      ...{ node, record: "FILE", field: "count", value: counter },
      why: "CRIU sets the counter of an eventfd with 32 bits; it becomes the highest such number",
    });
  return {
    type: fd_types.EVENTFD,
    id: file.objref,
    efd: {
      ...{ id: file.objref, flags: openFlags(file), fown: NOBODY },
      counter: counter > MOST ? MOST : counter,
    },
  };
};
