import { describe, expect, it } from "vitest";
import { speedOf } from "../../../../tools/convert/steps/v23-rc1/termios.js";
import { edited, fields, losses, made, records } from "../../conversions.js";
import { clean, lengths, returns } from "../images.js";

const OLD = "v23-rc1-a/x86_64";
const NEW = "v23-rc1-b/x86_64";
const FLAGS = ["c_iflag", "c_oflag", "c_cflag", "c_lflag"].map((name) => `termios.${name}`);
const SPEEDS = ["termios.c_ispeed", "termios.c_ospeed"];
const terminal = (abi: string, ...assignments: string[]) =>
  edited(made(abi, { tasks: 1, pages: 1 }), abi, ...assignments);

/** Control characters of the first terminal. */
function characters({ image }: Awaited<ReturnType<typeof clean>>): number[] {
  const [node] = records(image, "TTY");
  return [...((node && image.decode(node).value.termios.c_cc) as Uint8Array)];
}

describe("wide-termios", () => {
  it("v23-rc1-a to v23-rc1-b: wide flags, speeds of the flags, and room for more characters", async () => {
    // 9600 baud, eight bits; the first flag is in the sign bit of the old field.
    const source = terminal(
      OLD,
      "tty[0].termios.c_iflag=0x8400",
      "tty[0].termios.c_cflag=0xbd",
      "tty[0].termios.c_line=3",
    );
    const result = await clean(source, OLD, "v23-rc1-b");
    expect(fields(result.image, "TTY", [...FLAGS, ...SPEEDS, "termios.c_line"])).toEqual([
      0x8400, 5, 0xbd, 0o105073, 9600, 9600, 3,
    ]);
    expect(characters(result)).toEqual([3, 28, 127, 21, 4, 0, 1, 0, ...new Array(11).fill(0)]);
    expect(fields(result.image, "HEADER", ["constants.tty_termios_nccs"])).toEqual([19]);
    expect(lengths(result.image, "TTY")).toEqual([96, 96]);
    expect(fields(result.image, "TTY", ["winsize.ws_row", "winsize.ws_col", "index"])).toEqual([24, 80, 1]);
    expect(await returns(source, OLD, "v23-rc1-b")).toBe(true);
  });

  it("knows the codes of speeds", () => {
    expect([0, 1, 4, 13, 14, 15].map(speedOf)).toEqual([0, 50, 134, 9600, 19200, 38400]);
    expect([0o10001, 0o10002, 0o10017].map(speedOf)).toEqual([57600, 115200, 4000000]);
  });

  it("v23-rc1-b to v23-rc1-a: high flags, speeds that no code says and further characters are lost", async () => {
    const source = terminal(
      NEW,
      "tty[0].termios.c_cflag=0x800000bf",
      "tty[0].termios.c_ospeed=1234",
      "tty[0].termios.c_cc=[1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
    );
    const result = await clean(source, NEW, "v23-rc1-a");
    expect(losses(result).filter((text) => text.startsWith("TTY"))).toEqual([
      "TTY.termios.c_cflag: 0x80000000",
      "TTY.termios.c_ospeed: 1234",
      "TTY.termios.c_cc: 0009000000000000000000",
    ]);
    expect(fields(result.image, "TTY", FLAGS)).toEqual([0o2400, 5, 0xbf, 0o105073]);
    expect(characters(result)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(fields(result.image, "HEADER", ["constants.tty_termios_nccs"])).toEqual([8]);
    expect(lengths(result.image, "TTY")).toEqual([72, 72]);
  });
});
