/** ipcns-sem-ID.img: semaphore sets of System V with their values. */
import { ipc_sem_entrySchema } from "../../../generated/criu/ipc-sem_pb.js";
import { payloadStructs, structOf } from "../../image/record/struct-fields.js";
import type { IpcMember } from "../../model/ipc-members.js";
import type { Passage } from "../passage.js";
import { descriptionOf } from "./permissions.js";
import { padded } from "./raw.js";

/** The highest value of a semaphore. */
const SEMVMX = 32767;

export function addSemaphores(passage: Passage, name: string, members: readonly IpcMember[]): void {
  const { image, dump, account, target } = passage;
  dump.begin(name, "ipcns-sem");
  for (const { record, following } of members) {
    const fields = structOf(image, record);
    if (!fields) continue;
    const buffer = following.find(({ record: one }) => one?.name === "BUFFER");
    const values = payloadStructs(image, buffer, "sem").map((semaphore) => semaphore.number("semval") ?? 0);
    const count = fields.number("sem_nsems") ?? 0;
    const wrong = values.find((value) => value < 0 || value > SEMVMX);
    if (count === 0 || values.length !== count)
      account.inTheWay({
        ...{ node: record, record: "IPC_SEM", field: "sem_nsems", value: count },
        why: `the set should have ${count} semaphores, and the image has ${values.length} of them`,
      });
    if (wrong !== undefined)
      account.inTheWay({
        ...{ node: buffer, record: "IPC_SEM", field: "semaphores[].semval", value: wrong },
        why: `no semaphore has such a value; the highest is ${SEMVMX}`,
      });
    const raw = new DataView(new ArrayBuffer(values.length * 2));
    for (const [i, value] of values.entries()) raw.setUint16(i * 2, value, target.littleEndian);
    dump.add(
      ...([name, "ipcns-sem", ipc_sem_entrySchema] as const),
      { desc: descriptionOf(passage, record, fields), nsems: values.length },
      padded(new Uint8Array(raw.buffer)),
    );
  }
}
