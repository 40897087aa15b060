/** An invented revision after the newest one: an additional field, a record type inserted in the middle, and a change of one architecture family. */
import type { HeaderFiles } from "./header-text.js";
import { edited, madeFiles } from "./project.js";

export const NEWEST = "v23-rc2-arm";

const STRUCTS = "include/linux/checkpoint_hdr.h";

export function madeUp(): HeaderFiles {
  let files = madeFiles(NEWEST);
  files = edited(files, STRUCTS, "\t__u32 umask;\n", "\t__u32 umask;\n\t__u32 fs_flags;\t/* made up */\n");
  files = edited(
    files,
    STRUCTS,
    "\tCKPT_HDR_TASK_NS,",
    "\tCKPT_HDR_TASK_IO,\n#define CKPT_HDR_TASK_IO CKPT_HDR_TASK_IO\n\tCKPT_HDR_TASK_NS,",
  );
  files = edited(
    files,
    STRUCTS,
    "struct ckpt_hdr_task_ns {",
    "struct ckpt_hdr_task_io {\n\tstruct ckpt_hdr h;\n\t__u64 rchar, wchar;\n} __attribute__((aligned(8)));\n\nstruct ckpt_hdr_task_ns {",
  );
  return edited(
    files,
    "include/asm-x86/checkpoint_hdr.h",
    "\t__u64 sysenter_return;",
    "\t__u64 sysenter_return;\n\t__u64 fs_base;",
  );
}
