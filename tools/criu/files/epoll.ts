/**
 * Epoll instances. CRIU adds the files that one watches by descriptors of the process that makes it, which is the one with the lowest pid of those that
 * have it open. The kernel keeps a watched file under the descriptor with which it was added, although that may be closed or mean another file by now.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { eventpoll_tfd_entrySchema } from "../../../generated/criu/eventpoll_pb.js";
import { fd_types } from "../../../generated/criu/fdinfo_pb.js";
import { type EpollItem, epollItemsOf } from "../../model/epoll.js";
import { type Descriptor, fileTableOf, type OpenFile } from "../../model/files.js";
import type { FileContext, FileMaker } from "./file-list.js";
import { openFlags } from "./open-flags.js";
import { NOBODY } from "./owner.js";

type Watched = MessageInitShape<typeof eventpoll_tfd_entrySchema>;

export const makeEpoll: FileMaker = (context, file) => ({
  type: fd_types.EVENTPOLL,
  id: file.objref,
  epfd: { id: file.objref, flags: openFlags(file), fown: NOBODY, tfd: watchedFiles(context, file) },
});

function watchedFiles(context: FileContext, file: OpenFile): Watched[] {
  const { image, account, epollLists } = context;
  const items = epollLists.get(file.objref);
  if (!items) return [];
  const descriptors = descriptorsOfMaker(context, file.objref);
  const used = new Set<number>();
  const watched: Watched[] = [];
  for (const item of epollItemsOf(image, items)) {
    const descriptor = descriptorFor(item, descriptors, used);
    if (descriptor === undefined || !context.list.of(item.fileObjref)) {
      account.lost({
        ...{ node: items, record: "EPOLL_ITEMS", field: "epoll_items[].fd", value: item.descriptor },
        why: "the file that is watched has no descriptor in the process that has the epoll instance; it is not watched any more",
      });
      continue;
    }
    used.add(descriptor);
    watched.push({ id: file.objref, tfd: descriptor, events: item.events, data: item.data });
  }
  return watched;
}

/** Descriptors of the process in which CRIU makes the instance. */
function descriptorsOfMaker({ image, tasks }: FileContext, objref: number): readonly Descriptor[] {
  let maker: { pid: number; descriptors: readonly Descriptor[] } | undefined;
  for (const task of tasks) {
    if (task.isThread || task.isZombie || (maker && maker.pid < task.pid)) continue;
    const descriptors = [...(fileTableOf(image, task.objref("files_objref"))?.descriptors() ?? [])];
    if (descriptors.some(({ fileObjref }) => fileObjref === objref)) maker = { pid: task.pid, descriptors };
  }
  return maker?.descriptors ?? [];
}

/** The descriptor with the number under which the file was added, or another one of the same file that is not watched yet. */
function descriptorFor(
  { descriptor, fileObjref }: EpollItem,
  descriptors: readonly Descriptor[],
  used: ReadonlySet<number>,
): number | undefined {
  const same = descriptors.filter((one) => one.fileObjref === fileObjref && one.number >= 0 && !used.has(one.number));
  return (same.find(({ number }) => number === descriptor) ?? same[0])?.number;
}
