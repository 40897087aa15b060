/** Edits an image in place repeatedly until it is killed, and prints a dot each time. Arguments: the image, its ABI, and assignments to alternate. */
import { statSync } from "node:fs";
import { parseAssignment } from "../../tools/edit/path.js";
import { editImage } from "../../tools/edit/set.js";
import { openSource } from "../../tools/files/open-source.js";
import { saveEdited } from "../../tools/files/save-edited.js";
import { openImage } from "../../tools/image/image.js";

const [path = "", abi = "", ...assignments] = process.argv.slice(2);
for (let round = 0; ; round++) {
  const state = statSync(path);
  const source = openSource(path);
  const image = openImage(source, { abi });
  const { result } = editImage(image, [parseAssignment(assignments[round % assignments.length] as string)]);
  await saveEdited(result, path, { input: path, state });
  source.close();
  process.stdout.write(".");
}
