/** The root file system of the machine: busybox, CRIU and tools around it with their libraries, modules, and the scripts that take jobs. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Files, pack } from "./cpio.js";
import { installed } from "./installed.js";
import type { Kernel } from "./kernel.js";

/** CRIU, and programs of util-linux that can do more than those of busybox. */
const PROGRAMS = ["/usr/sbin/criu", "/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/prlimit"];
const BUSYBOX = "/bin/busybox";
const GUEST = fileURLToPath(new URL("guest", import.meta.url));

/** Makes the file system, with files of the caller by their absolute paths in the machine. */
export function initramfs({ modules }: Kernel, files: Files): Buffer {
  const scripts = readdirSync(GUEST).map((name) => [`/guest/${name}`, readFileSync(`${GUEST}/${name}`)] as const);
  return pack({
    [BUSYBOX]: readFileSync(BUSYBOX),
    "/bin/sh": { link: "busybox" },
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "/etc/group": "root:x:0:\n",
    ...installed(PROGRAMS),
    ...Object.fromEntries([...modules].map(([name, bytes]) => [`/modules/${name}.ko`, bytes])),
    "/modules/order": [...modules.keys(), ""].join("\n"),
    ...Object.fromEntries(scripts),
    "/init": readFileSync(`${GUEST}/init.sh`),
    ...files,
  });
}
