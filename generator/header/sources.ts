/**
 * Finds the header files, and resolves includes. Supports the paths of a kernel tree (`include/linux`, `arch/x86/include/asm`, `include/asm-x86`), of
 * the extract in user-cr (`include/asm` selects between `include/asm-x86` and others), and single files.
 */
import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { CommandError } from "../command-error.js";
import { BrokenHeader } from "./broken.js";
import { HeaderText, MAX_HEADER_LENGTH } from "./scan.js";

/** There is nothing at the paths that could be read as checkpoint headers. */
const STRUCTS = "checkpoint_hdr.h";
const FLAGS = "checkpoint.h";

export class HeaderSources {
  /** The header `linux/checkpoint_hdr.h`. */
  generic: HeaderText | undefined;
  /** The header `linux/checkpoint.h`: format revision, flags, system calls. */
  flags: HeaderText | undefined;
  /** Other files that were given individually. */
  readonly others: HeaderText[] = [];
  /** Architecture headers by directory name: `x86`, `s390`. */
  readonly byDirectory = new Map<string, HeaderText>();
  /** The header `asm/checkpoint_hdr.h`: that of one architecture, or the one that selects the architecture. */
  asm: HeaderText | undefined;
  private readonly texts = new Map<string, HeaderText>();

  constructor(
    readonly paths: readonly string[],
    /** Whether a missing header does not exist in the tree, rather than not having been given. */
    readonly isTree: boolean,
  ) {}

  /** Whether `asm/checkpoint_hdr.h` includes the headers of the architectures. */
  get asmChooses(): boolean {
    return this.asm !== undefined && /^[ \t]*#[ \t]*include[ \t]*[<"]asm-/m.test(this.asm.clean);
  }

  get hasArchitectures(): boolean {
    return this.byDirectory.size > 0 || this.asm !== undefined;
  }

  read(path: string): HeaderText {
    let header = this.texts.get(path);
    if (!header) {
      header = new HeaderText(path, readText(path));
      this.texts.set(path, header);
    }
    return header;
  }

  /**
   * Resolves an include for an architecture whose headers are in that directory; `outside` for a file that is in no directory of the given headers.
   */
  follow(
    name: string,
    from: HeaderText,
    quoted: boolean,
    directory: string,
    chosen: boolean,
  ): HeaderText | "outside" | undefined {
    if (name === `asm/${STRUCTS}`) return chosen && this.asm ? this.asm : this.archHeader(directory);
    const ofArch = /^asm-(\w+)\/checkpoint_hdr\.h$/.exec(name);
    if (ofArch) return this.byDirectory.get(ofArch[1] as string);
    if (name === `linux/${STRUCTS}`) return this.generic;
    if (name === `linux/${FLAGS}`) return this.flags;
    if (!quoted && !/checkpoint|ckpt/.test(name)) return undefined;
    const sibling = join(dirname(from.file), quoted ? name : basename(name));
    if (!isFile(sibling)) return undefined;
    return this.isInside(sibling) ? this.read(sibling) : "outside";
  }

  /** Whether a file is where headers may be: below a given tree, or below the directory, or `include`, of a given file. */
  private isInside(file: string): boolean {
    return this.paths.some((path) => {
      const [, include] = /^(.*[/\\]include)[/\\]/.exec(resolve(path)) ?? [];
      const root = isDirectory(path) ? path : (include ?? dirname(path));
      const way = relative(resolve(root), resolve(file));
      return way !== "" && way.split(sep)[0] !== ".." && !isAbsolute(way);
    });
  }

  archHeader(directory: string): HeaderText | undefined {
    return this.byDirectory.get(directory) ?? (this.asmChooses ? undefined : this.asm);
  }

  /** Registers a file by its place in the path. */
  file(path: string): void {
    const header = this.read(path);
    const normal = path.replaceAll("\\", "/");
    const directory =
      /(?:^|\/)arch\/(\w+)\/include\/(?:uapi\/)?asm\/checkpoint_hdr\.h$/.exec(normal)?.[1] ??
      /(?:^|\/)asm-(\w+)\/checkpoint_hdr\.h$/.exec(normal)?.[1];
    if (directory !== undefined) this.byDirectory.set(directory, header);
    else if (/(?:^|\/)asm\/checkpoint_hdr\.h$/.test(normal)) this.asm = header;
    else if (basename(path) === STRUCTS && !this.generic) this.generic = header;
    else if (basename(path) === FLAGS && !this.flags) this.flags = header;
    else this.others.push(header);
  }
}

/**
 * Finds the headers in files and directories.
 *
 * @throws {CommandError} when a path has no headers
 * @throws {BrokenHeader} when a header is too long or cannot be read
 */
export function findHeaders(paths: readonly string[]): HeaderSources {
  const sources = new HeaderSources(paths, paths.some(isDirectory));
  for (const path of paths) {
    if (!exists(path)) throw new CommandError("no-headers", `${path} does not exist`);
    if (!isDirectory(path)) sources.file(path);
    else {
      const found = inTree(path);
      if (found.length === 0)
        throw new CommandError(
          "no-headers",
          `${path} has no checkpoint headers: looked for include/linux/${STRUCTS}, arch/*/include/asm/${STRUCTS}, include/asm-*/${STRUCTS} and the same without include/`,
        );
      for (const file of found) sources.file(file);
    }
  }
  return sources;
}

/** The checkpoint headers of a tree; each kind from the first place that has it. */
function inTree(root: string): string[] {
  const first = (...candidates: string[]) => candidates.map((path) => join(root, path)).find(exists);
  const files = [
    first(`include/linux/${STRUCTS}`, `include/uapi/linux/${STRUCTS}`, `linux/${STRUCTS}`, STRUCTS),
    first(`include/linux/${FLAGS}`, `include/uapi/linux/${FLAGS}`, `linux/${FLAGS}`, FLAGS),
    first(`include/asm/${STRUCTS}`, `asm/${STRUCTS}`),
    ...entries(join(root, "arch")).map((arch) =>
      first(`arch/${arch}/include/asm/${STRUCTS}`, `arch/${arch}/include/uapi/asm/${STRUCTS}`),
    ),
    ...["include", "."].flatMap((base) =>
      entries(join(root, base))
        .filter((name) => name.startsWith("asm-"))
        .map((name) => first(join(base, name, STRUCTS))),
    ),
  ];
  return files.filter((path) => path !== undefined);
}

function readText(path: string): string {
  const atStart = { file: path, line: 1, column: 1, source: "" };
  const tooLong = (size: string) =>
    new BrokenHeader(atStart, "too-long", `the file has ${size} bytes, which is too long for a header`);
  try {
    const { size } = statSync(path);
    if (size > MAX_HEADER_BYTES) throw tooLong(String(size));
    const bytes = readSome(path);
    if (bytes.length > MAX_HEADER_BYTES) throw tooLong(`more than ${MAX_HEADER_BYTES}`);
    // Names in comments may have any encoding. Invalid UTF-8 in code is later rejected as not C.
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof BrokenHeader) throw error;
    throw new BrokenHeader(atStart, "unreadable", (error as Error).message);
  }
}

/** Most bytes of a header; a character may have four. */
const MAX_HEADER_BYTES = 4 * MAX_HEADER_LENGTH;

/** Reads a file up to the limit, because devices and pipes do not report their length. */
function readSome(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const pieces: Buffer[] = [];
    for (let left = MAX_HEADER_BYTES + 1; left > 0; ) {
      const piece = Buffer.alloc(Math.min(left, 1 << 16));
      const read = readSync(file, piece);
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
      left -= read;
    }
    return Buffer.concat(pieces);
  } finally {
    closeSync(file);
  }
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return stats(path) !== undefined;
}

function isDirectory(path: string): boolean {
  return stats(path)?.isDirectory() ?? false;
}

/** Whether an include may lead to a path. Pipes and devices are excluded, because reading them may never end. */
function isFile(path: string): boolean {
  return stats(path)?.isFile() ?? false;
}

/** Status of a file; undefined also for a text that is not a valid path. */
function stats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
