/** fdinfo-ID.img: the descriptors of a file table. */
import { fdinfo_entrySchema } from "../../../generated/criu/fdinfo_pb.js";
import { fileTableOf } from "../../model/files.js";
import type { Passage } from "../passage.js";

/** The flag of a descriptor that exec closes. */
const FD_CLOEXEC = 1;

/** Adds the descriptors of a file table, in the order of their numbers. */
export function addDescriptors({ image, dump, files }: Passage, objref: number): void {
  const name = `fdinfo-${objref}`;
  dump.begin(name, "fdinfo");
  const descriptors = [...(fileTableOf(image, objref)?.descriptors() ?? [])];
  for (const { number, closeOnExec, fileObjref } of descriptors.sort((a, b) => a.number - b.number)) {
    const file = files.of(fileObjref);
    if (file)
      dump.add(name, "fdinfo", fdinfo_entrySchema, { ...file, fd: number, flags: closeOnExec ? FD_CLOEXEC : 0 });
  }
}
