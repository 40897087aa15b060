/**
 * The image files of a dump before they are written. Entries are kept as bytes, pages are read from the image when they are written, so memory grows
 * with the number of records and not with that of pages.
 */
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { pagemap_entrySchema, pagemap_headSchema } from "../../generated/criu/pagemap_pb.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import type { ImageSink } from "../write/sink.js";
import { entryOf, headOf, longEntryOf, type ManyMessages } from "./format/image-file.js";

/** Pages that follow each other, in the memory of a process or in a shared segment. */
export interface PageRun {
  /** Address, or offset in the segment. */
  readonly address: bigint;
  /** Number of bytes, a multiple of the page size. */
  readonly size: number;
  /** The bytes, or their offset in the checkpoint image. */
  readonly contents: Uint8Array | number;
}

/** Where the files of a dump are written to, one after the other. */
export interface DumpSink {
  /**
   * Begins a file.
   *
   * @param name without a directory, e.g. `core-226.img`
   */
  file(name: string): ImageSink;
}

/** A file of pages, with the file that says where they belong. */
interface PageFile {
  readonly name: string;
  /** Makes the runs by ascending address. */
  runs(): Iterable<PageRun>;
}

export class Dump {
  /** Parts of the files by name without suffix, in the order in which they were begun. */
  private readonly files = new Map<string, Uint8Array[]>();
  private readonly pageFiles: PageFile[] = [];
  /** Whole files with their own form, by name. */
  private readonly others = new Map<string, Uint8Array>();

  /**
   * Adds an entry to a file, which is begun if there is none.
   *
   * @param name of the file without suffix, e.g. `core-226`
   * @param kind of the file, e.g. `core`
   * @param raw bytes that follow the message
   */
  add<Desc extends DescMessage>(
    name: string,
    kind: string,
    schema: Desc,
    message: MessageInitShape<Desc>,
    raw?: Uint8Array,
  ): void {
    const parts = this.begin(name, kind);
    parts.push(entryOf(schema, message));
    if (raw) parts.push(raw);
  }

  /** Adds an entry of which one field has many messages. */
  addLong<Desc extends DescMessage, Element extends DescMessage>(
    name: string,
    kind: string,
    schema: Desc,
    message: MessageInitShape<Desc>,
    many: ManyMessages<Element>,
  ): void {
    this.begin(name, kind).push(longEntryOf(schema, message, many));
  }

  /** Begins a file without entries, if there is none of that name. */
  begin(name: string, kind: string): Uint8Array[] {
    let parts = this.files.get(name);
    if (!parts) {
      parts = [headOf(kind)];
      this.files.set(name, parts);
    }
    return parts;
  }

  /**
   * Adds pages: a pagemap file and a pages file.
   *
   * @param name of the pagemap file without suffix, e.g. `pagemap-226`
   * @param runs makes the runs by ascending address, each time the same ones
   */
  addPages(name: string, runs: () => Iterable<PageRun>): void {
    this.pageFiles.push({ name, runs });
  }

  /** Adds a file with other contents than entries. */
  addFile(name: string, bytes: Uint8Array): void {
    this.others.set(name, bytes);
  }

  /** Names of all files, in the order in which they are written. */
  get names(): string[] {
    return [
      ...[...this.files.keys()].map(fileName),
      ...this.pageFiles.flatMap(({ name }, i) => [fileName(name), pagesName(i)]),
      ...this.others.keys(),
    ];
  }

  /**
   * Writes all files. It yields after each step, so that the caller can report progress and let other work run.
   *
   * @param source of the pages
   * @param pageSize bytes of a page
   * @returns number of bytes written so far, at each step
   */
  *write(source: ImageSource, pageSize: number, sink: DumpSink): Generator<number, void, void> {
    let written = 0;
    const put = (to: ImageSink, bytes: Uint8Array) => {
      to.write(bytes);
      written += bytes.length;
    };
    for (const [name, parts] of this.files) {
      const to = sink.file(fileName(name));
      for (const part of parts) put(to, part);
      yield written;
    }
    for (const [index, { name, runs }] of this.pageFiles.entries()) {
      const map = new PagemapWriter(pageSize);
      const pages = sink.file(pagesName(index));
      for (const { contents, size } of joined(runs(), map)) {
        for (let done = 0; done < size; done += COPIED_AT_ONCE) {
          const count = Math.min(COPIED_AT_ONCE, size - done);
          put(
            pages,
            typeof contents === "number"
              ? windowBytes(source, contents + done, count)
              : contents.subarray(done, done + count),
          );
          yield written;
        }
      }
      const to = sink.file(fileName(name));
      put(to, headOf("pagemap"));
      put(to, entryOf(pagemap_headSchema, { pagesId: index + 1 }));
      for (const entry of map.entries()) put(to, entry);
    }
    for (const [name, bytes] of this.others) put(sink.file(name), bytes);
    yield written;
  }
}

function fileName(name: string): string {
  return `${name}.img`;
}

function pagesName(index: number): string {
  return `pages-${index + 1}.img`;
}

/** In the pages file. */
const PE_PRESENT = 4;

/** Pages of an entry: what fits into the 32 bits that all versions of CRIU read. */
const MAX_PAGES = 2 ** 32 - 1;

/** Entries of a pagemap; runs that follow each other in memory become one. */
class PagemapWriter {
  private readonly done: Uint8Array[] = [];
  private address: bigint | undefined;
  private pages = 0;

  constructor(private readonly pageSize: number) {}

  add({ address, size }: PageRun): void {
    const count = size / this.pageSize;
    const isNext = this.address !== undefined && this.address + BigInt(this.pages * this.pageSize) === address;
    if (isNext && this.pages + count <= MAX_PAGES) {
      this.pages += count;
      return;
    }
    this.end();
    this.address = address;
    this.pages = count;
  }

  entries(): readonly Uint8Array[] {
    this.end();
    return this.done;
  }

  private end(): void {
    if (this.address === undefined) return;
    const entry = { vaddr: this.address, compatNrPages: this.pages, flags: PE_PRESENT };
    this.done.push(entryOf(pagemap_entrySchema, entry));
    this.address = undefined;
  }
}

/** Bytes that are read and written together. */
const COPIED_AT_ONCE = 1 << 20;

/**
 * Runs that follow each other in the image as one, wherever they are in memory.
 *
 * @param map told of each run
 */
function* joined(
  runs: Iterable<PageRun>,
  map: PagemapWriter,
): Generator<Pick<PageRun, "contents" | "size">, void, void> {
  let offset: number | undefined;
  let size = 0;
  for (const run of runs) {
    map.add(run);
    if (offset !== undefined && run.contents === offset + size) {
      size += run.size;
      continue;
    }
    if (offset !== undefined) yield { contents: offset, size };
    offset = undefined;
    if (typeof run.contents === "number") {
      offset = run.contents;
      size = run.size;
    } else yield run;
  }
  if (offset !== undefined) yield { contents: offset, size };
}
