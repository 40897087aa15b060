/** Error messages in one line; for an unknown name with suggestions. */
import { type CkptError, UnknownNameError } from "../../../runtime/errors.js";
import { shown } from "../../../runtime/shown.js";
import { nearestNames } from "../../abi/nearest.js";

/** Maximum number of names that are suggested. */
const MAX_SUGGESTIONS = 12;

const LISTS: Readonly<Record<string, string>> = {
  version: "ckpt abi list has all",
  struct: "ckpt abi show --all has all",
};

export function explain(error: CkptError): string {
  if (!(error instanceof UnknownNameError)) return error.message;
  const { kind, unknown, known, message } = error;
  // The message itself has a name that differs in case alone.
  if (message.endsWith("?")) return message;
  // The struct exists under another name or in another version, which the message says: near names would mislead.
  if (kind === "struct" && message !== `unknown struct ${shown(unknown)}`) return message;
  const near = nearestNames(unknown, known);
  if (near.length > 0) return `${message}; did you mean ${choice(near)}?`;
  if (known.length > 0 && known.length <= MAX_SUGGESTIONS) return `${message}; it is one of ${known.join(", ")}`;
  return LISTS[kind] === undefined ? message : `${message}; ${LISTS[kind]}`;
}

function choice(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
