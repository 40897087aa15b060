/** Pseudo-terminals, as CRIU's library reads them from dumps. */
import { describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { openedMade } from "../opened.js";
import type { Altered } from "../verify/altered.js";
import { type CritEntry, hasCrit } from "./crit.js";
import { ABI, altered, base64, dumps, said } from "./object-dumps.js";

const SLAVE = 0;
const MASTER = 8;

/** The numbers of the two sides of pair 1. */
const SLAVE_INFO = "2";
const MASTER_INFO = "3";

/** The control characters: as bytes, four in a number. */
function characters({ c_cc: words }: CritEntry, littleEndian: boolean): number[] {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [i, word] of words.entries()) view.setUint32(i * 4, Number(word), littleEndian);
  return [...new Uint8Array(view.buffer)];
}

const EIGHT = [3, 28, 127, 21, 4, 0, 1, 0];
const USUAL = [17, 19, 26, 0, 18, 15, 23, 22, 0];

/** Makes the file of the master something else, so that only the slave is open. */
function withoutMaster(image: Altered): void {
  const master = image.object("TTY");
  const slave = image.object("TTY", { nth: 1 });
  const [from, to] = [master, slave].map((node) => node.object?.objref ?? 0);
  const file = image.record("FILE", { where: (fields) => fields.number("tty_objref") === from });
  image.set(file, "tty_objref", to ?? 0);
}

describe.skipIf(!hasCrit)("pseudo-terminals", () => {
  const dump = dumps();

  it("are a pair with a path each", async () => {
    const { entries, open, plan } = await dump(openedMade(ABI));
    const files = new Map((entries["files.img"] ?? []).map((file) => [file.id, file]));
    expect(open(SLAVE)).toMatchObject({ type: "TTY", tty: { tty_info_id: SLAVE_INFO, flags: "2" } });
    expect(open(MASTER)).toMatchObject({ type: "TTY", tty: { tty_info_id: MASTER_INFO } });
    expect(files.get(open(SLAVE).tty.regf_id)?.reg.name).toBe("/dev/pts/1");
    expect(files.get(open(MASTER).tty.regf_id)?.reg.name).toBe("/dev/ptmx");
    expect(plan.needs.terminals).toEqual([1]);
    expect(plan.needs.options).not.toContain("--shell-job");
  });

  it("have modes, size, session and device once", async () => {
    const { entries } = await dump(openedMade(ABI));
    const [slave, master, ...more] = entries["tty-info.img"] ?? [];
    expect(more).toEqual([]);
    const common = {
      type: "PTY",
      locked: false,
      exclusive: false,
      packet_mode: false,
      sid: "1000",
      pgrp: "1000",
      pty: { index: "1" },
    };
    expect(slave).toMatchObject({ ...common, id: SLAVE_INFO, rdev: `${(136 << 8) | 1}` });
    expect(master).toMatchObject({ ...common, id: MASTER_INFO, rdev: `${(5 << 8) | 2}` });
    for (const side of [slave, master]) {
      expect(side?.winsize).toEqual({ ws_row: "24", ws_col: "80", ws_xpixel: "0", ws_ypixel: "0" });
      expect(side?.termios).toMatchObject({
        c_iflag: `${0o2400}`,
        c_oflag: "5",
        c_cflag: `${0o277}`,
        c_lflag: `${0o105073}`,
      });
      expect(characters(side?.termios, true).slice(0, 19)).toEqual([...EIGHT, ...USUAL, 0, 0]);
      expect(characters(side?.termios_locked, true).every((one) => one === 0)).toBe(true);
    }
  });

  it.each(["v23-rc1-c/x86_64", "v21/s390x", "v22-arm/arm"])("have the control characters of %s", async (abi) => {
    const { entries } = await dump(openedMade(abi));
    const [slave] = entries["tty-info.img"] ?? [];
    expect(characters(slave?.termios, !abi.endsWith("s390x")).slice(0, 17)).toEqual([...EIGHT, ...USUAL]);
  });

  it("have what nobody has read", async () => {
    const { entries } = await dump(openedMade(ABI));
    expect((entries["tty-data.img"] ?? []).map(({ tty_id, data }) => [tty_id, base64(data)])).toEqual([
      [SLAVE_INFO, "ls -l /srv\nca"],
    ]);
  });

  it("are locked, exclusive, and in packet mode", async () => {
    const image = altered((one) => {
      one.set(one.record("TTY"), "flags", (1n << 16n) | (1n << 3n));
      one.set(one.record("TTY_LDISC"), "packet", 1);
    });
    const master = (await dump(image)).entries["tty-info.img"]?.find(({ id }) => id === MASTER_INFO);
    expect(master).toMatchObject({ locked: true, exclusive: true, packet_mode: true });
  });

  it("become the terminal of criu restore when the master is outside", async () => {
    const { entries, plan } = await dump(altered(withoutMaster));
    expect(entries["tty-info.img"]).toMatchObject([{ id: SLAVE_INFO, sid: "0", pgrp: "0" }]);
    expect(entries["tty-data.img"]).toBeUndefined();
    expect(plan.needs.options).toContain("--shell-job");
    expect(plan.needs.terminals).toEqual([]);
    expect(said(plan, "notes", "TTY")).toEqual([
      "index: the other side of the terminal is outside of the image; the processes get the terminal in which CRIU is started",
    ]);
    expect(said(plan, "losses", "TTY_LDISC")).toEqual([
      "datalen: what waits to be read from the terminal cannot be written again, because its other side is not open",
    ]);
    expect(said(plan, "losses", "SIGNAL")).toEqual([
      "tty_objref: the session has no controlling terminal any more, because the other side of it is outside of the image",
    ]);
  });
});

describe("what is not as it was of terminals is told:", () => {
  it("control characters that the image does not have", () => {
    expect(said(planDump(openedMade(ABI)), "inventions", "TTY")).toEqual([
      "termios.c_cc: the image has 8 control characters of the terminal; the others are those of a new one",
    ]);
    expect(said(planDump(openedMade("v23-rc1-c/x86_64")), "inventions", "TTY")).toEqual([]);
  });

  it("the process group in the foreground, where it is not one of the session", () => {
    const image = altered((one) => one.set(one.record("SIGNAL"), "tty_pgrp", 4321));
    expect(said(planDump(image), "inventions", "SIGNAL")).toEqual([
      "tty_pgrp: the image does not say which process group of the session is in the foreground of its terminal; it becomes that of the leader",
    ]);
    expect(said(planDump(openedMade(ABI)), "inventions", "SIGNAL")).toEqual([]);
  });

  it("output that the user has stopped, and a number that CRIU does not take", () => {
    const stopped = altered((one) => one.set(one.record("TTY_LDISC", { nth: 1 }), "stopped", 1));
    expect(said(planDump(stopped), "losses", "TTY_LDISC")).toEqual([
      "stopped: the user has stopped the output of the terminal, and CRIU lets it go on",
    ]);
    const high = altered((one) => one.set(one.record("TTY", { nth: 1 }), "index", 1001));
    expect(said(planDump(high), "obstacles", "FILE")).toEqual([
      "tty_objref: CRIU takes numbers of pseudo-terminals up to 1000",
    ]);
  });
});
