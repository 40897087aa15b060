/**
 * Everything that the output is made from: the schema, the code of the generator, its libraries, and Node. As long as none of it changes, neither does
 * the output.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SchemaFiles } from "./read-schema.js";
import { digestOf } from "./write/digest.js";

/** The checkout that this code belongs to. */
const CHECKOUT = fileURLToPath(new URL("..", import.meta.url));

/** Folders and files from the checkout that determine the output. Folders count with all that is in them: sources, styles, the example image. */
const CODE = ["generator", "runtime", "scripts/gen", "package.json", "tsconfig.json"];

/** Where npm records the versions of the installed libraries. */
const LIBRARIES = "node_modules/.package-lock.json";

export interface Code {
  readonly digest: string;
  /** Time of the last change to a file, in milliseconds since 1970. */
  readonly changed: number;
}

/**
 * Digest of the inputs of a generation. Undefined when they are not certain: the versions of the libraries are unknown, or code changed after this
 * process began, which may therefore run older code than the files hold.
 *
 * @param messages descriptions of messages, as `readMessages` returns them
 * @param readCode reads the code on disk
 */
export function digestOfInputs(
  { texts, jsonSchema }: SchemaFiles,
  messages: readonly (readonly [file: string, text: string])[] = [],
  readCode: () => Code | undefined = () => codeIn(CHECKOUT),
): string | undefined {
  const code = readCode();
  if (code === undefined || code.changed >= performance.timeOrigin) return undefined;
  const schema = texts.map(({ file, text }) => [file, text] as const);
  return digestOf([
    ["node", `${process.version} ${process.platform} ${process.arch}`],
    ["code", code.digest],
    ["schema.json", JSON.stringify(jsonSchema)],
    ["schema", digestOf(schema)],
    ["messages", digestOf(messages)],
  ]);
}

/** The code of the generator in a checkout; undefined if part of it is missing, or the versions of the libraries are unknown. */
export function codeIn(checkout: string): Code | undefined {
  try {
    const paths = [...CODE, LIBRARIES].flatMap((path) => filesIn(checkout, path));
    return {
      digest: digestOf(paths.map((path) => [path, readFileSync(join(checkout, path))])),
      // Unlike the time of modification, no copy or checkout restores it.
      changed: Math.max(...paths.map((path) => statSync(join(checkout, path)).ctimeMs)),
    };
  } catch {
    return undefined;
  }
}

/** The file at a path, or all files in the folder there. */
function filesIn(checkout: string, path: string): string[] {
  if (!statSync(join(checkout, path)).isDirectory()) return [path];
  return readdirSync(join(checkout, path)).flatMap((name) => filesIn(checkout, `${path}/${name}`));
}
