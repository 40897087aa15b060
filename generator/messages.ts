/**
 * The messages of CRIU's image files: `schema/criu/*.proto` → TypeScript. The language of the descriptions, their checks and the codecs are those of
 * Protocol Buffers, by its compilers; nothing here knows a message.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { create, fromBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { protocGenEs } from "@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";
import { CommandError } from "./command-error.js";
import type { Problem } from "./problem.js";

/** Folders of the descriptions and of the output, from the root. */
const MESSAGES = "schema/criu";
const OUTPUT = "generated/criu";

const BUF = createRequire(import.meta.url).resolve("@bufbuild/buf/bin/buf");

export interface CompiledMessages {
  /** Texts by path from the project's root; empty when there are problems. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/**
 * The descriptions of messages in a directory, in the order of their names.
 *
 * @returns pairs of path from the root and text; none if the directory has no messages
 */
export function readMessages(root: string): (readonly [file: string, text: string])[] {
  const folder = join(root, MESSAGES);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".proto"));
  return names.sort().map((name) => [`${MESSAGES}/${name}`, readFileSync(join(folder, name), "utf8")]);
}

/**
 * Compiles the messages of a directory.
 *
 * @throws {CommandError} `unreadable-schema` when the compiler cannot be run
 */
export function compileMessages(root: string): CompiledMessages {
  const sources = readMessages(root);
  if (sources.length === 0) return { files: new Map(), problems: [] };
  const options = ["build", "--error-format=json", "-o", "-"];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [BUF, ...options], {
    cwd: join(root, MESSAGES),
    maxBuffer: 1 << 26,
  });
  if (error) throw new CommandError("unreadable-schema", `cannot run the compiler of messages: ${error.message}`);
  if (status !== 0) return { files: new Map(), problems: problemsOf(stderr.toString(), new Map(sources)) };
  const { file: protoFile } = fromBinary(FileDescriptorSetSchema, stdout);
  const { file: files } = protocGenEs.run(
    create(CodeGeneratorRequestSchema, {
      parameter: "target=ts,import_extension=js",
      fileToGenerate: protoFile.map(({ name }) => name),
      protoFile,
    }),
  );
  return { files: new Map(files.map(({ name, content }) => [`${OUTPUT}/${name}`, content])), problems: [] };
}

/** A mistake as the compiler prints it, a line of JSON for each. */
interface Annotation {
  readonly path?: string;
  readonly start_line?: number;
  readonly start_column?: number;
  readonly message: string;
}

function problemsOf(errors: string, sources: ReadonlyMap<string, string>): Problem[] {
  return errors
    .trim()
    .split("\n")
    .map((line) => {
      const { path, start_line: row = 1, start_column: column = 1, message } = annotationOf(line);
      const file = path === undefined ? MESSAGES : `${MESSAGES}/${path}`;
      const source = sources.get(file)?.split("\n")[row - 1] ?? "";
      return { rule: "message", file, line: row, column, source, message };
    });
}

function annotationOf(line: string): Annotation {
  try {
    return JSON.parse(line) as Annotation;
  } catch {
    return { message: line };
  }
}
