/** Open files, descriptors, pipes, epoll and directories. */

import { NumberIndex } from "../../image/number-index.js";
import { elementField, elementsOf } from "../elements.js";
import { inspector } from "../inspector.js";
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

export const files = inspector(
  {
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
  },
  (scene, { report, wrong }) => {
    const { format, source } = scene;
    const ignore = format.constant("CKPT_FILE_IGNORE");
    const epoll = format.constant("CKPT_FILE_EPOLL");
    const byName = ["CKPT_FILE_GENERIC", "CKPT_FILE_FIFO"].map((name) => format.constant(name));
    const opening = OPENING.reduce((bits, name) => bits | format.constant(name), 0);
    const pipePages = format.constant("PIPE_BUFFERS");
    const [reads, writes] = ["FMODE_READ", "FMODE_WRITE"].map((name) => format.constant(name)) as [number, number];
    const [onlyWrites, readsToo] = ["O_WRONLY", "O_RDWR"].map((name) => format.constant(name)) as [number, number];
    const item = {
      fd: elementField(format, source, "ckpt_eventpoll_item", "fd"),
      file_objref: elementField(format, source, "ckpt_eventpoll_item", "file_objref"),
    };
    /** The epoll file whose items follow. */
    let watching = 0;
    const tables: Table[] = [];
    const epolls = new NumberIndex();

    return {
      enter: { FILE_TABLE: () => tables.push({ descriptor: -1, files: new Map(), epolls: new Set() }) },
      leave: {
        FILE_TABLE({ offset }) {
          for (const objref of tables.pop()?.epolls ?? []) {
            const expected = `the items of epoll file ${objref} in this table`;
            report("epoll-items", { offset, name: "OBJREF" }, { expected, found: "none" });
          }
        },
      },
      records: {
        FILE: checkFile,
        FILE_DESC: checkDescriptor,
        EPOLL_ITEMS: checkItems,
        BUFFER(view) {
          if (view.label === "epoll_items") checkTargets(view);
        },
        FILE_PIPE: (view) => checkPipe(view, view.number("pipe_len") ?? 0),
        PIPE_BUF: (view) => checkPipe(view, view.record.payload.end - view.record.payload.start),
        FS(view) {
          const umask = view.number("umask") ?? 0;
          if (umask > PERMISSIONS) wrong("file-umask", view, "umask", "at most 0o777", octal(umask));
        },
      },
    };

    function checkFile(view: RecordView): void {
      const type = view.number("f_type");
      if (type === ignore) wrong("file-kind", view, "f_type", "a kind that kernels write");
      if (byName.includes(type ?? ignore)) {
        checkFlags(view);
        checkMode(view);
      }
      const { objref } = scene.frame;
      if (type !== epoll || objref === undefined) return;
      epolls.add(objref);
      tables.at(-1)?.epolls.add(objref);
    }

    function checkFlags(view: RecordView): void {
      const flags = (view.number("f_flags") ?? 0) & opening;
      if (flags !== 0) wrong("file-flags", view, "f_flags", `none of ${octal(opening)}`, octal(flags));
    }

    /** Restart reopens the file with its flags. It may remove the right to write, and grant the right to read for that, but no other rights. */
    function checkMode(view: RecordView): void {
      const mode = view.number("f_mode") ?? 0;
      const access = (view.number("f_flags") ?? 0) & ACCESS.mask;
      if (access === ACCESS.none) return;
      const opened = access === readsToo ? reads | writes : access === onlyWrites ? writes : reads;
      const saved = mode & (reads | writes);
      const isTaken = (opened & writes) !== 0 && saved === reads;
      if (saved === opened || isTaken) return;
      wrong("file-mode", view, "f_mode", `FMODE_READ and FMODE_WRITE together ${opened}`, `${saved}`);
    }

    function checkDescriptor(view: RecordView): void {
      const descriptor = view.number("fd_descriptor") ?? 0;
      const table = tables.at(-1);
      const before = table?.descriptor ?? -1;
      if (descriptor <= before)
        wrong("descriptor-order", view, "fd_descriptor", `more than ${before}`, `${descriptor}`);
      if (!table) return;
      table.descriptor = Math.max(before, descriptor);
      table.files.set(descriptor, view.number("fd_objref") ?? 0);
    }

    function checkItems(view: RecordView): void {
      const objref = view.number("epfile_objref") ?? 0;
      watching = objref;
      if (!epolls.has(objref)) wrong("epoll-file", view, "epfile_objref", "an epoll file");
      else if (!tables.at(-1)?.epolls.delete(objref))
        wrong("epoll-items", view, "epfile_objref", "an epoll file of this table whose items did not come yet");
    }

    function checkTargets(view: RecordView): void {
      const items = elementsOf(view);
      const seen = new Set<string>();
      for (let i = 0; items && i < items.count; i++) {
        const start = items.start + i * items.size;
        const fd = item.fd?.read(start) ?? 0;
        const file = item.file_objref?.read(start) ?? 0;
        const place = (path: "fd" | "file_objref") => ({
          field: `${items.name}[${i}].${path}`,
          at: start + (item[path]?.offset ?? 0),
        });
        if (file === watching) {
          const expected = "another file than the epoll file";
          report("epoll-target", view, { ...place("file_objref"), expected, found: `${file}` });
        }
        if (seen.has(`${fd} ${file}`)) {
          const expected = "a descriptor and a file that no other item has";
          report("epoll-target", view, { ...place("fd"), expected, found: `${fd}` });
        }
        seen.add(`${fd} ${file}`);
        const open = tables.at(-1)?.files.get(fd);
        if (open === file) continue;
        const found = open === undefined ? `${fd}, which is closed` : `${fd}, which is file ${open}`;
        report("epoll-descriptor", view, { ...place("fd"), expected: `a descriptor of file ${file}`, found });
      }
    }

    function checkPipe(view: RecordView, size: number): void {
      const most = pipePages * format.pageSize;
      if (size > most) report("pipe-size", view, { expected: `at most ${most} bytes`, found: `${size}` });
    }
  },
);

function octal(bits: number): string {
  return `0o${bits.toString(8)}`;
}
