/** Open files, descriptors, pipes, epoll and directories. */
import { inspector } from "../inspector.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";

/** Flags that do not outlast the call that opened a file; restart refuses them where it opens one by name. */
const OPENING: readonly string[] = ["O_CREAT", "O_EXCL", "O_NOCTTY", "O_TRUNC"];

/** Pages that a pipe of that time holds. */
const PIPE_PAGES = 16;

const PERMISSIONS = 0o777;

/** A table of descriptors that is open. */
interface Table {
  descriptor: number;
  /** Epoll files that came with it; their items stand at its end. */
  readonly epolls: Set<number>;
}

export const files = inspector(
  {
    "file-kind": ["refused", "No file is of a kind that kernels never write."],
    "file-flags": ["refused", "Files that restart opens by name have no flags that restart refuses."],
    "descriptor-order": ["refused", "The descriptors of a table ascend and are not negative."],
    "pipe-size": ["doubtful", "A pipe holds no more than sixteen pages."],
    "epoll-file": ["refused", "Epoll items belong to an epoll file."],
    "epoll-items": ["doubtful", "The items of every epoll file stand at the end of the table that brought it, once."],
    "file-umask": ["doubtful", "A file creation mask consists of permission bits."],
  },
  (scene, report) => {
    const { format } = scene;
    const ignore = format.constant("CKPT_FILE_IGNORE");
    const epoll = format.constant("CKPT_FILE_EPOLL");
    const byName = ["CKPT_FILE_GENERIC", "CKPT_FILE_FIFO"].map((name) => format.constant(name));
    const opening = OPENING.reduce((bits, name) => bits | format.constant(name), 0);
    const tables: Table[] = [];
    const epolls = new NumberIndex();

    return {
      enter: { FILE_TABLE: () => tables.push({ descriptor: -1, epolls: new Set() }) },
      leave: {
        FILE_TABLE({ offset }) {
          for (const objref of tables.pop()?.epolls ?? [])
            report(
              "epoll-items",
              { offset, name: "OBJREF" },
              { expected: `the items of epoll file ${objref} in this table`, found: "none" },
            );
        },
      },
      records: {
        FILE: checkFile,
        FILE_DESC: checkDescriptor,
        EPOLL_ITEMS: checkItems,
        FILE_PIPE: (view) => checkPipe(view, view.number("pipe_len") ?? 0),
        PIPE_BUF: (view) => checkPipe(view, view.record.payload.end - view.record.payload.start),
        FS(view) {
          const umask = view.number("umask") ?? 0;
          if (umask > PERMISSIONS)
            report("file-umask", view, { field: "umask", expected: "at most 0o777", found: `0o${umask.toString(8)}` });
        },
      },
    };

    function checkFile(view: RecordView): void {
      const type = view.number("f_type");
      if (type === ignore)
        report("file-kind", view, { field: "f_type", expected: "a kind that kernels write", found: `${type}` });
      const flags = (view.number("f_flags") ?? 0) & opening;
      if (byName.includes(type ?? ignore) && flags !== 0)
        report("file-flags", view, {
          field: "f_flags",
          expected: `none of 0o${opening.toString(8)}`,
          found: `0o${flags.toString(8)}`,
        });
      const { objref } = scene.frame;
      if (type !== epoll || objref === undefined) return;
      epolls.add(objref);
      tables.at(-1)?.epolls.add(objref);
    }

    function checkDescriptor(view: RecordView): void {
      const descriptor = view.number("fd_descriptor") ?? 0;
      const table = tables.at(-1);
      const before = table?.descriptor ?? -1;
      if (descriptor <= before)
        report("descriptor-order", view, {
          field: "fd_descriptor",
          expected: `more than ${before}`,
          found: `${descriptor}`,
        });
      if (table) table.descriptor = Math.max(before, descriptor);
    }

    function checkItems(view: RecordView): void {
      const objref = view.number("epfile_objref") ?? 0;
      if (!epolls.has(objref))
        report("epoll-file", view, { field: "epfile_objref", expected: "an epoll file", found: `${objref}` });
      else if (!tables.at(-1)?.epolls.delete(objref))
        report("epoll-items", view, {
          field: "epfile_objref",
          expected: "an epoll file of this table whose items did not come yet",
          found: `${objref}`,
        });
    }

    function checkPipe(view: RecordView, size: number): void {
      const most = PIPE_PAGES * format.pageSize;
      if (size > most) report("pipe-size", view, { expected: `at most ${most} bytes`, found: `${size}` });
    }
  },
);
