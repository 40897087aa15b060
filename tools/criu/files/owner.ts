/** Who gets SIGIO of an open file: images do not say it. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { fown_entrySchema } from "../../../generated/criu/fown_pb.js";

/** Nobody. */
export const NOBODY: MessageInitShape<typeof fown_entrySchema> = { uid: 0, euid: 0, signum: 0, pidType: 0, pid: 0 };
