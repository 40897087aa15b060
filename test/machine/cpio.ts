/**
 * Archives in the `newc` format of cpio, the one format that the kernel unpacks at its start and that busybox reads and writes: files go into the
 * machine and come back in it.
 */

/** What is in an archive: contents of files by path; a symbolic link has the path to which it leads. */
export type Files = Readonly<Record<string, Uint8Array | string | Link>>;

/** A symbolic link. */
export type Link = { readonly link: string };

const MAGIC = "070701";
const HEADER = 110;
const END = "TRAILER!!!";
const DIRECTORY = 0o040755;
const EXECUTABLE = 0o100755;
const SYMLINK = 0o120777;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
/** Positions of fields in the header, each of eight hexadecimal digits. */
const MODE = 14;
const SIZE = 54;
const NAME_SIZE = 94;

/** Packs files that belong to root and may be executed, with the directories that lead to them. */
export function pack(files: Files): Buffer {
  const directories = new Set<string>();
  const members: Buffer[] = [];
  const add = (path: string, mode: number, data: Uint8Array) => {
    const name = Buffer.from(`${path}\0`);
    const fields = [members.length + 1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
    const header = MAGIC + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
    members.push(padded(Buffer.concat([Buffer.from(header), name])), padded(data));
  };
  for (const [path, content] of Object.entries(files)) {
    const names = path.split("/").filter((name) => name !== "");
    for (let depth = 1; depth < names.length; depth++) {
      const directory = names.slice(0, depth).join("/");
      if (!directories.has(directory)) add(directory, DIRECTORY, new Uint8Array());
      directories.add(directory);
    }
    const name = names.join("/");
    if (typeof content === "string") add(name, EXECUTABLE, Buffer.from(content));
    else if ("link" in content) add(name, SYMLINK, Buffer.from(content.link));
    else add(name, EXECUTABLE, content);
  }
  add(END, 0, new Uint8Array());
  return Buffer.concat(members);
}

/**
 * Takes the regular files out of an archive.
 *
 * @throws {TypeError} for bytes that are no archive
 */
export function unpack(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; ; ) {
    const number = (field: number) => Number.parseInt(archive.toString("latin1", at + field, at + field + 8), 16);
    if (archive.toString("latin1", at, at + MAGIC.length) !== MAGIC)
      throw new TypeError(`cpio archive of ${archive.length} bytes: no header at ${at}`);
    const nameEnd = at + HEADER + number(NAME_SIZE);
    const name = archive.toString("utf8", at + HEADER, nameEnd - 1);
    if (name === END) return files;
    const start = align(nameEnd);
    const end = start + number(SIZE);
    if ((number(MODE) & FILE_TYPE) === REGULAR) files.set(name, archive.subarray(start, end));
    at = align(end);
  }
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes], align(bytes.length));
}

function align(size: number): number {
  return (size + 3) & ~3;
}
