/**
 * Terminals. Images have pseudo-terminals only. CRIU makes a pair when the master is open in the dump: it opens /dev/ptmx until the pair has its number.
 * Where only the slave is open, the master is that of a terminal outside, and the slave becomes the terminal in which CRIU is started.
 */

import { stringToUint8Array } from "uint8array-extras";
import { fd_types } from "../../../generated/criu/fdinfo_pb.js";
import { TtyType, tty_data_entrySchema, tty_info_entrySchema } from "../../../generated/criu/tty_pb.js";
import { copyBytes } from "../../image/bytes/source.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import { type Terminal, terminalOf } from "../../model/terminals.js";
import { type FileContext, type FileMaker, regular } from "./file-list.js";
import { openFlags } from "./open-flags.js";
import { NOBODY } from "./owner.js";
import { sessionOf } from "./terminal-session.js";
import { NOTHING_LOCKED, termiosOf } from "./termios.js";

/** The highest number that CRIU takes, criu/tty.c. */
const MOST_INDEX = 1000;

/** Numbers of devices: those of the master are all the same. */
const PTMX = (5 << 8) | 2;
const PTS_MAJOR = 136;

/** Bit numbers of `flags`, include/linux/tty.h of Linux 2.6.33. */
const TTY_EXCLUSIVE = 3n;
const TTY_PTY_LOCK = 16n;

export const makeTerminal: FileMaker = (context, file) => {
  const { image, account, list } = context;
  const terminal = terminalOf(image, file.terminal);
  if (!terminal?.side || terminal.index > MOST_INDEX) {
    account.inTheWay({
      ...{ node: file.object, record: "FILE", field: "tty_objref", value: terminal?.index ?? file.terminal },
      why: terminal?.side
        ? `CRIU takes numbers of pseudo-terminals up to ${MOST_INDEX}`
        : "the image does not have the terminal of the open file",
    });
    return undefined;
  }
  const isMaster = terminal.side === "PTY_TYPE_MASTER";
  const info = infoOf(terminal);
  if (list.isFirst(`tty-info ${info}`)) addInfo(context, terminal, info);
  const path = list.number();
  const name = isMaster ? "/dev/ptmx" : `/dev/pts/${terminal.index}`;
  list.add(regular(path, stringToUint8Array(name), openFlags(file), 0n));
  return {
    type: fd_types.TTY,
    id: file.objref,
    tty: { id: file.objref, ttyInfoId: info, flags: openFlags(file), fown: NOBODY, regfId: path },
  };
};

/** CRIU's number of one side of a pair. */
function infoOf({ index, side }: Terminal): number {
  return index * 2 + (side === "PTY_TYPE_MASTER" ? 1 : 0);
}

/** tty-info.img and tty-data.img. */
function addInfo(context: FileContext, terminal: Terminal, id: number): void {
  const { image, account, dump, demands, holders } = context;
  const object = image.object(terminal.objref, "TTY") as TreeNode;
  const node = object.find("TTY");
  const fields = structOf(image, node);
  const discipline = structOf(image, object.find("TTY_LDISC"));
  if (!node || !fields) return;
  const isMaster = terminal.side === "PTY_TYPE_MASTER";
  const open = sidesOpen(context, terminal.index);
  const isOutside = !open.has("PTY_TYPE_MASTER");
  if (isOutside) {
    demands.options.add("--shell-job");
    account.note({
      ...{ node, record: "TTY", field: "index", value: terminal.index },
      why: "the other side of the terminal is outside of the image; the processes get the terminal in which CRIU is started",
    });
    if (!context.list.isFirst("terminal outside"))
      account.inTheWay({
        ...{ node, record: "TTY", field: "index", value: terminal.index },
        why: "the processes have several terminals from outside, and CRIU gives them one",
      });
  } else demands.terminals.add(terminal.index);
  const flags = fields.big("flags") ?? 0n;
  const number = (field: string) => fields.number(field) ?? 0;
  dump.add("tty-info", "tty-info", tty_info_entrySchema, {
    ...{ id, type: TtyType.PTY, locked: isSet(flags, TTY_PTY_LOCK), exclusive: isSet(flags, TTY_EXCLUSIVE) },
    packetMode: (discipline?.number("packet") ?? 0) !== 0,
    ...(isOutside ? { sid: 0, pgrp: 0 } : sessionOf(context, terminal.index)),
    rdev: isMaster ? PTMX : slaveDevice(terminal.index),
    // A slave that was hung up has no state, and CRIU does not expect any.
    ...((isMaster || discipline) && {
      termios: termiosOf(context, node, fields),
      termiosLocked: NOTHING_LOCKED,
      winsize: {
        ...{ wsRow: number("winsize.ws_row"), wsCol: number("winsize.ws_col") },
        ...{ wsXpixel: number("winsize.ws_xpixel"), wsYpixel: number("winsize.ws_ypixel") },
      },
    }),
    pty: { index: terminal.index },
  });
  if (discipline?.number("stopped") === 1)
    account.lost({
      ...{ node: object.find("TTY_LDISC"), record: "TTY_LDISC", field: "stopped", value: 1 },
      why: "the user has stopped the output of the terminal, and CRIU lets it go on",
    });
  addInput(context, object, id, open.size === 2 && holders.terminals.has(terminal.objref));
}

/** Sides of the pair that processes have open. */
function sidesOpen({ image, holders }: FileContext, index: number): Set<string | undefined> {
  const terminals = [...holders.terminals].map((objref) => terminalOf(image, objref));
  return new Set(terminals.filter((one) => one?.index === index).map((one) => one?.side));
}

/** What is typed or printed and not yet read. CRIU writes it into the other side, so both have to be open. */
function addInput({ image, account, dump }: FileContext, object: TreeNode, ttyId: number, canWrite: boolean): void {
  const node = object.find("BUFFER", "tty_input");
  const range = node?.record?.payload;
  if (!range || range.end <= range.start) return;
  const data = copyBytes(image.source, range.start, range.end - range.start);
  if (!canWrite) {
    account.lost({
      ...{ node, record: "TTY_LDISC", field: "datalen", value: data },
      why: "what waits to be read from the terminal cannot be written again, because its other side is not open",
    });
    return;
  }
  account.note({
    ...{ node, record: "TTY_LDISC", field: "datalen", value: data.length },
    why: "CRIU types again what waits in the terminal, so it is echoed a second time where echo is on",
  });
  dump.add("tty-data", "tty-data", tty_data_entrySchema, { ttyId, data });
}

/** Number of the device of a slave, in the form of the kernel. */
function slaveDevice(index: number): number {
  return (PTS_MAJOR << 8) | (index & 0xff) | ((index & ~0xff) << 12);
}

function isSet(flags: bigint, bit: bigint): boolean {
  return ((flags >> bit) & 1n) === 1n;
}
