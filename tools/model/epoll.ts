/** Files watched by epoll files. The lists are at the end of a file table, not with their files. */
import { fieldPlaceOf } from "../image/abi/fields.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

export interface EpollItem {
  /** Descriptor number under which the file was added. */
  readonly descriptor: number;
  /** Object number of the watched open file. */
  readonly fileObjref: number;
  /** Bits of the awaited events. */
  readonly events: number;
  /** Data that the program receives with an event. */
  readonly data: bigint;
}

/** Buffers with the items of each epoll file, by object number of the file. */
export type EpollLists = ReadonlyMap<number, TreeNode>;

export function epollListsOf(image: Image): EpollLists {
  const lists = new Map<number, TreeNode>();
  for (const table of image.objects.values()) {
    if (table.rule !== "FILE_TABLE") continue;
    for (const deferred of table.rules("deferred")) {
      const list = deferred.first("epoll_items");
      const head = list?.find("EPOLL_ITEMS");
      const objref = head && image.fields(head).number("epfile_objref");
      const items = list?.find("BUFFER", "epoll_items");
      if (objref !== undefined && items) lists.set(objref, items);
    }
  }
  return lists;
}

/**
 * The items in a buffer.
 *
 * @param items a buffer from {@link epollListsOf}
 */
export function* epollItemsOf({ format, source }: Image, items: TreeNode): Generator<EpollItem, void, void> {
  const range = items.record?.payload;
  const struct = format.struct(items.contains?.of ?? "");
  const [descriptor, fileObjref, events, data] = ["fd", "file_objref", "events", "data"].map(
    (path) => struct && fieldPlaceOf(struct, path),
  );
  if (!range || !struct || !descriptor || !fileObjref || !events || !data) return;
  const { size } = struct.layout;
  for (let offset = range.start; offset + size <= range.end; offset += size) {
    const at = source.window(offset, size);
    const number = (place: typeof descriptor) => Number(place.read(source.view, at, format.littleEndian));
    yield {
      descriptor: number(descriptor),
      fileObjref: number(fileObjref),
      events: number(events),
      data: BigInt(data.read(source.view, at, format.littleEndian)),
    };
  }
}
