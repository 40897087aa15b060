/** Regular files, directories and devices: files that a path finds again. */
import { textBytes } from "../../model/text-bytes.js";
import { type FileMaker, regular } from "./file-list.js";
import { openFlags } from "./open-flags.js";

export const makeRegular: FileMaker = ({ account }, file) => {
  if (file.path === undefined) {
    account.inTheWay({ node: file.object, record: "FILE_NAME", why: `the open file ${file.objref} has no path` });
    return undefined;
  }
  return regular(file.objref, textBytes(file.path), openFlags(file), file.position ?? 0n);
};
