/** Open files, and the file tables of tasks. */

import type { Image } from "../image/image.js";
import type { StructFields } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { pathOf } from "./address-space.js";
import { enumeratorName } from "./enum-names.js";

/** An open file, which tasks share if they inherit or duplicate a descriptor. */
export class OpenFile {
  private readonly fields: StructFields | undefined;

  constructor(
    private readonly image: Image,
    readonly objref: number,
    /** The FILE object. */
    readonly object: TreeNode,
  ) {
    const record = object.find("FILE");
    this.fields = record && image.fields(record);
  }

  /** Number of a `file_type`; undefined if the image ends before it. The same applies to the other fields. */
  get type(): number | undefined {
    return this.fields?.number("f_type");
  }

  /** C name of the type, e.g. `CKPT_FILE_PIPE`; undefined also for an unknown number. */
  get typeName(): string | undefined {
    return this.type === undefined ? undefined : enumeratorName(this.image.format.abi, "file_type", this.type);
  }

  /** Bits of `file_mode`. */
  get mode(): number | undefined {
    return this.fields?.number("f_mode");
  }

  /** Bits of `open_flags`. */
  get flags(): number | undefined {
    return this.fields?.number("f_flags");
  }

  /** Offset in the file, in bytes. */
  get position(): bigint | undefined {
    return this.fields?.big("f_pos");
  }

  /** Path of the file; undefined for files without one, such as pipes and sockets. */
  get path(): string | undefined {
    return pathOf(this.image, this.objref);
  }

  /** Number of the pipe or fifo, which its ends share. */
  get pipe(): number | undefined {
    return this.fields?.number("pipe_objref");
  }

  /** Number of the SOCK object. */
  get socket(): number | undefined {
    return this.fields?.number("sock_objref");
  }

  /** Number of the TTY object. */
  get terminal(): number | undefined {
    return this.fields?.number("tty_objref");
  }

  /** Counter of an eventfd. */
  get eventCount(): bigint | undefined {
    return this.fields?.big("count");
  }
}

export interface Descriptor {
  readonly number: number;
  readonly closeOnExec: boolean;
  /** Object number of the open file, which may be missing in a damaged image. */
  readonly fileObjref: number;
}

export class FileTable {
  constructor(
    private readonly image: Image,
    readonly objref: number,
    /** The FILE_TABLE object. */
    readonly object: TreeNode,
  ) {}

  /** Descriptors in the order of the image, which is that of their numbers. */
  *descriptors(): Generator<Descriptor, void, void> {
    for (const node of this.object.each()) {
      if (node.rule !== undefined || node.record?.name !== "FILE_DESC") continue;
      const fields = this.image.fields(node);
      const number = fields.number("fd_descriptor");
      if (number === undefined) continue;
      yield {
        number,
        closeOnExec: (fields.number("fd_close_on_exec") ?? 0) !== 0,
        fileObjref: fields.number("fd_objref") ?? 0,
      };
    }
  }
}

/** The open file with that number; undefined if the image has none. */
export function openFileOf(image: Image, objref: number | undefined): OpenFile | undefined {
  const object = image.object(objref, "FILE");
  return object && new OpenFile(image, objref as number, object);
}

/** The file table with that number; undefined if the image has none. */
export function fileTableOf(image: Image, objref: number | undefined): FileTable | undefined {
  const object = image.object(objref, "FILE_TABLE");
  return object && new FileTable(image, objref as number, object);
}
