/** What the options of each function are. Whatever is not described here is refused, because an option that is ignored gives a wrong result. */
import { shown } from "../../runtime/shown.js";
import type { CoreOptions } from "../core/core.js";
import type { SetOptions } from "../edit/set.js";
import { UsageError } from "../errors/usage-error.js";
import { isPageSize } from "../image/abi/page-size.js";
import type { OpenOptions } from "../image/image.js";
import type { RestartTarget } from "../verify/restart-target.js";
import type { VerifyOptions } from "../verify/verify.js";
import { isPlainObject, unfit } from "./arguments.js";

/** What an option takes: in words, and how it is recognised; or the options in it. */
type Option = { readonly what: string; readonly accepts: (value: unknown) => boolean } | { readonly of: Options };

/** The options of a function by name. */
type Options = Readonly<Record<string, Option>>;

/** Options of which none is forgotten. */
type AllOf<T> = { readonly [K in keyof Required<T>]: Option };

const FUNCTION: Option = { what: "a function", accepts: (value) => typeof value === "function" };
const BOOLEAN: Option = { what: "true or false", accepts: (value) => typeof value === "boolean" };

function text(what: string): Option {
  return { what, accepts: (value) => typeof value === "string" };
}

/** An object that has members of these types. */
function having(what: string, members: Readonly<Record<string, "function" | "object">>): Option {
  const accepts = (value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(members).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type);
  return { what, accepts };
}

const RESTART_TARGET: AllOf<RestartTarget> = {
  kernel: text("a kernel version such as 2.6.33"),
  abi: text("a name such as v19 or v19/x86_64"),
  like: having("the property image of an open checkpoint", { source: "object", format: "object", root: "object" }),
};

/** Options of `open`. */
export const OPEN_OPTIONS: AllOf<OpenOptions> = {
  abi: text("a name such as v21/x86_64"),
  pageSize: { what: "a power of two from 512 to 1048576", accepts: isPageSize },
  onProgress: FUNCTION,
};

/** Options of `set`. */
export const SET_OPTIONS: AllOf<SetOptions> = { force: BOOLEAN };

/** Options of `verify`. */
export const VERIFY_OPTIONS: AllOf<VerifyOptions> = {
  max: {
    what: "a number of findings from 0 on",
    accepts: (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0),
  },
  onFinding: FUNCTION,
  onProgress: FUNCTION,
  now: { what: "a number of seconds", accepts: Number.isFinite },
  target: { of: RESTART_TARGET },
};

/** Options of `core`. */
export const CORE_OPTIONS: AllOf<CoreOptions> = {
  files: FUNCTION,
  sysroot: text("the path of a directory"),
  exclude: having("what exclusionOf gives", { excludes: "function", unused: "object" }),
  sparse: BOOLEAN,
};

/**
 * Refuses options that a function does not have, and values that an option does not take.
 *
 * @param path path of the object in the options, for messages; empty for the options themselves
 * @throws {UsageError} (`wrong-usage`) when they are no object, or one of them is unknown or of the wrong type
 */
export function refuseOptions(given: unknown, options: Options, path = ""): void {
  if (!isPlainObject(given)) throw unfit(`an object with options${path && ` as ${path}`}`, given);
  for (const [name, value] of Object.entries(given)) {
    const place = path ? `${path}.${name}` : name;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option)
      throw new UsageError(
        "wrong-usage",
        `there is no option ${shown(place)}; the options${path && ` in ${path}`} are ${Object.keys(options).join(", ")}`,
      );
    if (value === undefined) continue;
    if ("of" in option) refuseOptions(value, option.of, place);
    else if (!option.accepts(value)) throw unfit(`${option.what} as ${place}`, value);
  }
}
