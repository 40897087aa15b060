/** Reads cores with `readelf`, which is independent of this project. */
import { spawnSync } from "node:child_process";
import { available } from "../requirement.js";

export const HAS_READELF = available("readelf");

export interface ReadCore {
  readonly class: string;
  readonly data: string;
  readonly machine: string;
  readonly segments: readonly ReadSegment[];
  readonly notes: readonly { readonly owner: string; readonly size: number; readonly type: string }[];
  /** Warnings of readelf. */
  readonly warnings: string;
}

export interface ReadSegment {
  readonly type: string;
  readonly offset: number;
  readonly start: bigint;
  readonly fileSize: number;
  readonly memorySize: bigint;
  readonly flags: string;
  readonly align: number;
}

const SEGMENT =
  /^ {2}(NOTE|LOAD) +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+) 0x([0-9a-f]+) (.{3}) (?:0x)?([0-9a-f]+)$/gm;
const NOTE = /^ {2}(\w+) +0x([0-9a-f]+)\t(\w+)/gm;

export function readElf(path: string): ReadCore {
  const { status, stdout, stderr } = spawnSync("readelf", ["-h", "-l", "-n", "-W", path], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`readelf: ${stderr}`);
  const field = (name: string) => new RegExp(`^  ${name}: +(.*)$`, "m").exec(stdout)?.[1] ?? "";
  return {
    class: field("Class"),
    data: field("Data"),
    machine: field("Machine"),
    segments: [...stdout.matchAll(SEGMENT)].map(
      ([, type = "", offset, start, fileSize, memorySize, flags = "", align]) => ({
        type,
        offset: Number(`0x${offset}`),
        start: BigInt(`0x${start}`),
        fileSize: Number(`0x${fileSize}`),
        memorySize: BigInt(`0x${memorySize}`),
        flags: flags.replaceAll(" ", ""),
        align: Number(`0x${align}`),
      }),
    ),
    notes: [...stdout.matchAll(NOTE)].map(([, owner = "", size, type = ""]) => ({
      owner,
      size: Number(`0x${size}`),
      type,
    })),
    warnings: stderr,
  };
}
