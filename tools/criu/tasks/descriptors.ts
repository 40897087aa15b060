/** fdinfo-ID.img: the descriptors of a file table. */
import { fdinfo_entrySchema } from "../../../generated/criu/fdinfo_pb.js";
import { fileTableOf } from "../../model/files.js";
import type { Passage } from "../passage.js";

/** The flag of a descriptor that exec closes. */
const FD_CLOEXEC = 1;

/** Adds the descriptors of a file table, in the order of their numbers. */
export function addDescriptors({ image, dump, files, account }: Passage, objref: number): void {
  const name = `fdinfo-${objref}`;
  dump.begin(name, "fdinfo");
  const table = fileTableOf(image, objref);
  const descriptors = [...(table?.descriptors() ?? [])];
  for (const { number, closeOnExec, fileObjref } of descriptors.sort((a, b) => a.number - b.number)) {
    if (number < 0) {
      account.inTheWay({
        ...{ node: table?.object, record: "FILE_DESC", field: "fd_descriptor", value: number },
        why: "no descriptor has such a number",
      });
      continue;
    }
    const file = files.of(fileObjref);
    if (file)
      dump.add(name, "fdinfo", fdinfo_entrySchema, { ...file, fd: number, flags: closeOnExec ? FD_CLOEXEC : 0 });
  }
}
