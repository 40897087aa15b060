/** Paths of files from what programs give. */
import { fileURLToPath } from "node:url";
import { shown } from "../../runtime/shown.js";
import { STANDARD_INPUT } from "../errors/input-error.js";
import { UsageError } from "../errors/usage-error.js";
import { unfit } from "./arguments.js";

/**
 * The path that a text or an address gives. The commands read `-` as their input or output; here it is the name of a file.
 *
 * @throws {UsageError} (`wrong-usage`) when it is none
 */
export function pathOf(path: unknown): string {
  const plain = typeof path === "string" ? path : pathOfUrl(path);
  if (plain === "") throw unfit("the path of a file", plain);
  if (plain.includes("\0")) throw unfit("a path without NUL", plain);
  return plain === STANDARD_INPUT ? `./${plain}` : plain;
}

function pathOfUrl(url: unknown): string {
  const href = typeof url === "object" && url !== null && "href" in url ? url.href : undefined;
  if (typeof href !== "string") throw unfit("the path of a file or a file: address", url);
  try {
    return fileURLToPath(href);
  } catch (error) {
    // It is of another kind, names another machine, is no address at all, or has a percent sign that escapes nothing.
    if (!(error instanceof TypeError || error instanceof URIError)) throw error;
    throw new UsageError("wrong-usage", `expected a file: address, found ${shown(href)}: ${error.message}`);
  }
}
