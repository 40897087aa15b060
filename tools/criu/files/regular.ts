/** Regular files, directories and devices: files that a path finds again. */
import { textBytes } from "../../model/text-bytes.js";
import { withoutRemark } from "./deleted.js";
import { type FileMaker, regular } from "./file-list.js";
import { openFlags } from "./open-flags.js";

export const makeRegular: FileMaker = ({ account }, file) => {
  if (file.path === undefined) {
    account.inTheWay({ node: file.object, record: "FILE_NAME", why: `the open file ${file.objref} has no path` });
    return undefined;
  }
  const { path, isDeleted } = withoutRemark(file.path);
  if (isDeleted)
    account.lost({
      ...{ node: file.object.find("FILE_NAME"), record: "FILE_NAME", field: "path", value: path },
      why: "the file was deleted while it was open, and the image does not have its contents; there has to be a file of that path with them, which stays",
    });
  return regular(file.objref, textBytes(path), openFlags(file), file.position ?? 0n);
};
