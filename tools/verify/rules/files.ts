/** Open files, descriptors, pipes, epoll and directories. */
import { elementField, elementsOf } from "../elements.js";
import { type FindingDetails, type Frame, type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";

/** Flags that apply only to the opening call; restart refuses them for a file that it opens by name. */
const OPENING: readonly string[] = ["O_CREAT", "O_EXCL", "O_NOCTTY", "O_TRUNC"];

/** Access mode: the low bits of the flags. Both bits set is not a valid mode for programs. */
const ACCESS = { mask: 3, none: 3 } as const;

const PERMISSIONS = 0o777;

/** An open file table. */
interface Table {
  descriptor: number;
  /** Object numbers of files by descriptor. */
  readonly files: Map<number, number>;
  /** Epoll files that the table contains; their items are at its end. */
  readonly epolls: Set<number>;
}

/** An item of an epoll file. */
interface CheckedItem {
  readonly fd: number;
  /** Object number of the file. */
  readonly file: number;
  /** Where a field of the item is. */
  place(field: "fd" | "file_objref"): Pick<FindingDetails, "field" | "at">;
}

export class FileRules extends inspection({
  "file-kind": ["refused", "No file is of a kind that kernels never write."],
  "file-mode": ["refused", "A file that restart opens by name is open for reading and writing as its flags say."],
  "file-flags": ["refused", "Files that restart opens by name have no flags that restart refuses."],
  "descriptor-order": ["refused", "The descriptors of a table ascend and are not negative."],
  "pipe-size": ["doubtful", "A pipe holds no more pages than kernels gave one."],
  "epoll-file": ["refused", "Epoll items belong to an epoll file."],
  "epoll-target": ["refused", "An epoll file watches no file twice under one descriptor, and not itself."],
  "epoll-descriptor": ["odd", "The descriptor of an epoll item is open, and its file is the one that is watched."],
  "epoll-items": ["doubtful", "The items of every epoll file are at the end of the table that brought it, once."],
  "file-umask": ["doubtful", "A file creation mask consists of permission bits."],
}) {
  private readonly ignore = this.format.constant("CKPT_FILE_IGNORE");
  private readonly epoll = this.format.constant("CKPT_FILE_EPOLL");
  private readonly byName = ["CKPT_FILE_GENERIC", "CKPT_FILE_FIFO"].map((name) => this.format.constant(name));
  private readonly opening = OPENING.reduce((bits, name) => bits | this.format.constant(name), 0);
  private readonly item = {
    fd: elementField(this.format, this.source, "ckpt_eventpoll_item", "fd"),
    file_objref: elementField(this.format, this.source, "ckpt_eventpoll_item", "file_objref"),
  };
  /** The epoll file whose items follow. */
  private watching = 0;
  private readonly tables: Table[] = [];
  private readonly epolls = new NumberIndex();

  readonly enter: FrameHandlers = {
    FILE_TABLE: () => this.tables.push({ descriptor: -1, files: new Map(), epolls: new Set() }),
  };
  readonly leave: FrameHandlers = { FILE_TABLE: (frame) => this.endTable(frame) };
  readonly records: RecordHandlers = {
    FILE: (view) => this.checkFile(view),
    FILE_DESC: (view) => this.checkDescriptor(view),
    EPOLL_ITEMS: (view) => {
      this.watching = view.number("epfile_objref") ?? 0;
      if (this.epollFile(view)) this.epollItems(view);
    },
    BUFFER: (view) => {
      if (view.label === "epoll_items") this.checkItems(view);
    },
    FILE_PIPE: (view) => this.pipeSize(view, view.number("pipe_len") ?? 0),
    PIPE_BUF: (view) => this.pipeSize(view, view.record.payload.end - view.record.payload.start),
    FS: (view) => this.fileUmask(view),
  };

  private checkFile(view: RecordView): void {
    const type = view.number("f_type");
    this.fileKind(view, type);
    if (this.byName.includes(type ?? this.ignore)) {
      this.fileFlags(view);
      this.fileMode(view);
    }
    const { objref } = this.scene.frame;
    if (type !== this.epoll || objref === undefined) return;
    this.epolls.add(objref);
    this.tables.at(-1)?.epolls.add(objref);
  }

  private fileKind(view: RecordView, type: number | undefined): void {
    if (type === this.ignore) this.wrong("file-kind", view, "f_type", "a kind that kernels write");
  }

  private fileFlags(view: RecordView): void {
    const flags = (view.number("f_flags") ?? 0) & this.opening;
    if (flags !== 0) this.wrong("file-flags", view, "f_flags", `none of ${octal(this.opening)}`, octal(flags));
  }

  /** Restart reopens the file with its flags. It may remove the right to write, and grant the right to read for that, but no other rights. */
  private fileMode(view: RecordView): void {
    const { format } = this;
    const [reads, writes] = [format.constant("FMODE_READ"), format.constant("FMODE_WRITE")];
    const [onlyWrites, readsToo] = [format.constant("O_WRONLY"), format.constant("O_RDWR")];
    const mode = view.number("f_mode") ?? 0;
    const access = (view.number("f_flags") ?? 0) & ACCESS.mask;
    if (access === ACCESS.none) return;
    const opened = access === readsToo ? reads | writes : access === onlyWrites ? writes : reads;
    const saved = mode & (reads | writes);
    const isTaken = (opened & writes) !== 0 && saved === reads;
    if (saved === opened || isTaken) return;
    this.wrong("file-mode", view, "f_mode", `FMODE_READ and FMODE_WRITE together ${opened}`, `${saved}`);
  }

  private checkDescriptor(view: RecordView): void {
    const table = this.tables.at(-1);
    const descriptor = view.number("fd_descriptor") ?? 0;
    const before = table?.descriptor ?? -1;
    this.descriptorOrder(view, descriptor, before);
    if (!table) return;
    table.descriptor = Math.max(before, descriptor);
    table.files.set(descriptor, view.number("fd_objref") ?? 0);
  }

  private descriptorOrder(view: RecordView, descriptor: number, before: number): void {
    if (descriptor <= before)
      this.wrong("descriptor-order", view, "fd_descriptor", `more than ${before}`, `${descriptor}`);
  }

  /** Checks the file of epoll items; the result says whether it is an epoll file. */
  private epollFile(view: RecordView): boolean {
    const isEpoll = this.epolls.has(this.watching);
    if (!isEpoll) this.wrong("epoll-file", view, "epfile_objref", "an epoll file");
    return isEpoll;
  }

  private epollItems(view: RecordView): void {
    if (!this.tables.at(-1)?.epolls.delete(this.watching))
      this.wrong("epoll-items", view, "epfile_objref", "an epoll file of this table whose items did not come yet");
  }

  private endTable({ offset }: Frame): void {
    for (const objref of this.tables.pop()?.epolls ?? []) {
      const expected = `the items of epoll file ${objref} in this table`;
      this.report("epoll-items", { offset, name: "OBJREF" }, { expected, found: "none" });
    }
  }

  private checkItems(view: RecordView): void {
    const items = elementsOf(view);
    const seen = new Set<string>();
    for (let i = 0; items && i < items.count; i++) {
      const start = items.start + i * items.size;
      const fd = this.item.fd?.read(start) ?? 0;
      const file = this.item.file_objref?.read(start) ?? 0;
      const place = (path: "fd" | "file_objref") => ({
        field: `${items.name}[${i}].${path}`,
        at: start + (this.item[path]?.offset ?? 0),
      });
      this.epollTarget(view, { fd, file, place }, seen);
      this.epollDescriptor(view, { fd, file, place });
    }
  }

  private epollTarget(view: RecordView, { fd, file, place }: CheckedItem, seen: Set<string>): void {
    if (file === this.watching) {
      const expected = "another file than the epoll file";
      this.report("epoll-target", view, { ...place("file_objref"), expected, found: `${file}` });
    }
    if (seen.has(`${fd} ${file}`)) {
      const expected = "a descriptor and a file that no other item has";
      this.report("epoll-target", view, { ...place("fd"), expected, found: `${fd}` });
    }
    seen.add(`${fd} ${file}`);
  }

  private epollDescriptor(view: RecordView, { fd, file, place }: CheckedItem): void {
    const open = this.tables.at(-1)?.files.get(fd);
    if (open === file) return;
    const found = open === undefined ? `${fd}, which is closed` : `${fd}, which is file ${open}`;
    this.report("epoll-descriptor", view, { ...place("fd"), expected: `a descriptor of file ${file}`, found });
  }

  private pipeSize(view: RecordView, size: number): void {
    const most = this.format.constant("PIPE_BUFFERS") * this.format.pageSize;
    if (size > most) this.report("pipe-size", view, { expected: `at most ${most} bytes`, found: `${size}` });
  }

  private fileUmask(view: RecordView): void {
    const umask = view.number("umask") ?? 0;
    if (umask > PERMISSIONS) this.wrong("file-umask", view, "umask", "at most 0o777", octal(umask));
  }
}

function octal(bits: number): string {
  return `0o${bits.toString(8)}`;
}
