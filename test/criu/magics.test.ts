/** Our table of the kinds of CRIU's files, against that of CRIU's own library. */
import { beforeAll, describe, expect, it } from "vitest";
import { CRIU_COMMON, CRIU_MAGICS, CRIU_SERVICE } from "../../tools/image/criu-magics.js";
import { criuLibrary, hasCrit } from "./crit.js";

const PRINT = "import json; from pycriu.images import magic; print(json.dumps(magic.by_name))";

/** Numbers that are no kinds: that of the format's version, and that of a file which CRIU keeps for itself between runs. */
const OTHERS = new Set(["CRTOOLS_IMAGES_V1_1", "KDAT"]);

/** Kinds of CRIU 4.2 that its library of Debian 12, version 3.17.1, does not have. */
const NEWER = new Set(["pidfd"]);

/** Kinds whose constants are named otherwise than their files. */
const CONSTANTS = new Map([
  ["eventfd", "EVENTFD_FILE"],
  ["eventpoll", "EVENTPOLL_FILE"],
  ["fanotify", "FANOTIFY_FILE"],
  ["filelocks", "FILE_LOCKS"],
  ["inotify", "INOTIFY_FILE"],
  ["ipcns-var", "IPC_VAR"],
  ["memfd", "MEMFD_INODE"],
  ["mountpoints", "MNTS"],
  ["netlinksk", "NETLINK_SK"],
  ["sigacts", "SIGACT"],
  ["tty", "TTY_FILES"],
]);

describe.skipIf(!hasCrit)("kinds of files as CRIU's library has them", () => {
  let theirs: ReadonlyMap<number, string>;
  beforeAll(() => {
    const constants = Object.entries(criuLibrary(PRINT) as Record<string, number>);
    theirs = new Map(constants.filter(([name]) => !OTHERS.has(name)).map(([name, magic]) => [magic, name]));
  });

  it("are all known, and no others but newer ones", () => {
    expect(theirs.size).toBeGreaterThan(60);
    const known = new Set([...CRIU_MAGICS.keys(), CRIU_COMMON, CRIU_SERVICE]);
    expect([...theirs].filter(([magic]) => !known.has(magic))).toEqual([]);
    expect([...CRIU_MAGICS].filter(([magic, kind]) => !theirs.has(magic) && !NEWER.has(kind))).toEqual([]);
  });

  it.each([...CRIU_MAGICS].filter(([, kind]) => !NEWER.has(kind)))("%i is %s", (magic, kind) => {
    expect(theirs.get(magic)).toBe(CONSTANTS.get(kind) ?? kind.toUpperCase().replaceAll("-", "_"));
  });
});
