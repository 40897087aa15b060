/** How an image is read, in a form that another worker can be told, so that it need not find it out again. */

import type { ByteChange } from "../../tools/edit/edited-source.js";
import { EditedSource } from "../../tools/edit/edited-source.js";
import { ImageFormat } from "../../tools/image/abi/format.js";
import type { ImageSource } from "../../tools/image/bytes/source.js";
import { abisOf } from "../../tools/image/detect.js";
import type { Opened } from "./opened.js";

export interface Reading {
  /** `version/arch` */
  readonly abi: string;
  /** Bytes of a page. */
  readonly pageSize: number;
  /** The changes of the file; undefined if there are none. */
  readonly changes: readonly ByteChange[] | undefined;
}

export function reading({ image: { format }, origin }: Opened, _: null): Reading {
  return { abi: format.abi.name, pageSize: format.pageSize, changes: origin?.source.changes };
}

export function formatOf({ abi, pageSize }: Reading): ImageFormat {
  const [version, arch] = abi.split("/");
  const [found] = abisOf(version, arch);
  if (!found) throw new TypeError(`there is no ABI ${abi}`);
  return new ImageFormat(found, { pageSize });
}

/** The image with its changes. */
export function sourceOf(file: ImageSource, { changes }: Reading): ImageSource {
  return changes ? new EditedSource(file, changes) : file;
}
