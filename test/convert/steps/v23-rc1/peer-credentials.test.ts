import { describe, expect, it } from "vitest";
import { opened } from "../../../opened.js";
import { edited, fields, losses, order, records } from "../../conversions.js";
import { clean, inventions, lengths, returns, without } from "../images.js";

const OLD = "v22-arm/x86_64";
const NEW = "v23-rc1-a/x86_64";
const NOBODY = 0xffff_ffff;
const unix = (abi: string, ...assignments: string[]) => edited(without(abi, ["SOCKET_INET"]), abi, ...assignments);
const peers = (image: Parameters<typeof fields>[0], ...paths: string[]) =>
  records(image, "SOCKET_UNIX").map((_, nth) => fields(image, "SOCKET_UNIX", paths, nth));

describe("peer-credentials", () => {
  it("v22 to v23-rc1-a: credentials with the user and group that are there", async () => {
    const source = unix(OLD);
    const result = await clean(source, OLD, "v23-rc1-a");
    const [own] = fields(result.image, "TASK_CREDS", ["cred_ref"]);
    expect(peers(result.image, "peercred", "peercred_uid")).toEqual(new Array(5).fill([own, undefined]));
    expect(inventions(result)).toEqual(["FS.umask: 18"]);
    // The fields after it move; the length of the record stays.
    const behind = ["this", "flags", "laddr_len", "raddr_len"];
    expect(peers(result.image, ...behind)).toEqual(peers(opened(source, OLD), ...behind));
    expect(fields(result.image, "SOCKET_UNIX", ["flags", "laddr_len"], 2)).toEqual([1, 14]);
    expect(new Set(lengths(result.image, "SOCKET_UNIX"))).toEqual(new Set([256]));
    expect(await returns(source, OLD, "v23-rc1-a")).toBe(true);
  });

  it("credentials are made for others, once for all their sockets, and go again", async () => {
    const source = unix(
      OLD,
      ...[0, 1].flatMap((i) => [`socket_unix[${i}].peercred_uid=4711`, `socket_unix[${i}].peercred_gid=815`]),
    );
    const result = await clean(source, OLD, "v23-rc1-a");
    const [[made], [again], [own]] = peers(result.image, "peercred") as [[number], [number], [number]];
    expect([made === again, made === own]).toEqual([true, false]);
    expect(inventions(result)).toEqual(["SOCKET_UNIX.peercred: 4711:815", "FS.umask: 18"]);
    expect(result.report.inventions[0]?.count).toBe(1);
    const object = result.image.object(made, "CRED");
    expect(order(object)).toEqual(["(GROUPINFO)", "(USER)", "CRED"]);
    const cred = [...(object?.each() ?? [])].at(-1);
    const ids = ["uid", "suid", "euid", "fsuid", "gid", "sgid", "egid", "fsgid", "cap_s.cap_e_0"];
    expect(cred && ids.map((id) => result.image.fields(cred).number(id))).toEqual([
      4711, 4711, 4711, 4711, 815, 815, 815, 815, 0,
    ]);
    // The user belongs to the existing namespace.
    expect(fields(result.image, "USER", ["uid", "userns_ref"], 1)).toEqual([
      4711,
      ...fields(result.image, "USER", ["userns_ref"]),
    ]);
    expect(await returns(source, OLD, "v23-rc1-a")).toBe(true);
  });

  it("a socket that never had a peer has no credentials", async () => {
    const source = unix(OLD, `socket_unix[2].peercred_uid=${NOBODY}`, `socket_unix[2].peercred_gid=${NOBODY}`);
    const { image } = await clean(source, OLD, "v23-rc1-a");
    expect(peers(image, "peercred")[2]).toEqual([0]);
    expect(await returns(source, OLD, "v23-rc1-a")).toBe(true);
  });

  it("v23-rc1-a to v22: user and group of the credentials, -1 for none", async () => {
    const result = await clean(unix(NEW, "cred[0].euid=77", "cred[0].egid=88"), NEW, "v22-arm");
    const ids = peers(result.image, "peercred_uid", "peercred_gid");
    // Only the pair has a peer.
    expect(ids).toEqual([
      [77, 88],
      [77, 88],
      [NOBODY, NOBODY],
      [NOBODY, NOBODY],
      [NOBODY, NOBODY],
    ]);
    expect(losses(result).filter((text) => text.includes("peercred"))).toEqual([]);
  });
});
