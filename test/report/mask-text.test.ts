import { describe, expect, it } from "vitest";
import { maskFound, maskMessage, plainText } from "../../tools/report/mask-text.js";
import { Placeholders } from "../../tools/report/placeholders.js";

function placeholders(shown = false): Placeholders {
  const known = new Placeholders(shown);
  known.of("task", "init");
  known.of("task", "my program");
  known.of("file", "/srv/secret");
  return known;
}

describe("a message of the kernel", () => {
  it.each([
    ["task 186 (tree-root) is not frozen", "task 186 (…) is not frozen"],
    ["task 186 (init) is not frozen", "task 186 (task-1) is not frozen"],
    ["[err -16][pos 392][E @ do_checkpoint:33]Busy", "[err -16][pos 392][E @ do_checkpoint:33]Busy"],
    ["[pid 12 tsk my program]dead or exiting", "[pid 12 tsk task-2]dead or exiting"],
    ["[pid 12 tsk other one]dead", "[pid 12 tsk …]dead"],
    ["file /srv/secret is open", "file file-1 is open"],
    ["file /home/ann/diary is open", "file … is open"],
    ["unlinked /home/ann/diary.", "unlinked …"],
    ["path 'a b' gone", 'path "…" gone'],
    ['name "init" taken', 'name "task-1" taken'],
    ["[ptr c12f0a40] leaked object", "[ptr …] leaked object"],
    ["vma 0xbfa9f000-0xbfab4000 flags 0x100173", "vma … flags …"],
    ["[sym ext4_file_open+0x1f/0x120] unsupported", "[sym ext4_file_open+0x1f/0x120] unsupported"],
    ["socket bound to 10.1.2.3:80 by ann@example.org", "socket bound to … by …"],
    ["host build7.example.org down", "host … down"],
    ["process sshd has unsupported file", "process … has unsupported file"],
    ["größe straße", "… …"],
    ["tree-root and my_daemon and x86 died", "… and … and … died"],
    ["pid 17 tgid=17 count 3 of 4", "pid 17 tgid=17 count 3 of 4"],
    ["line one\nline two\tend", "line one line two end"],
    ["", ""],
  ])("%j", (text, masked) => {
    expect(maskMessage(text, placeholders())).toBe(masked);
    expect(maskMessage(text, placeholders(true))).toBe(text);
  });

  // A regular expression with exponential backtracking would not end here.
  it.each(["(", "tsk ", "'", '"', "task ", "a/", "[", "0x", "file=x ", "a-", "a="])(
    "of %j again and again",
    (piece) => {
      const text = piece.repeat(65_536 / piece.length);
      expect(maskMessage(text, placeholders()).length).toBeLessThanOrEqual(3 * text.length);
      expect(maskMessage(text, placeholders(true))).toBe(text);
    },
  );
});

it("what a check found loses texts and large numbers", () => {
  const masked = (text: string) => maskFound(text, placeholders());
  expect(masked('a text that begins with 2.6, found "my \\"host\\""')).toBe('a text that begins with 2.6, found "…"');
  expect(masked("type 1768843629 of 44 bytes")).toBe("type … of 44 bytes");
  expect(masked("0x00feed0cc0a2d200, not 0x1")).toBe("…, not 0x1");
  expect(masked("-5")).toBe("-5");
});

it("texts of a kernel are plain", () => {
  expect(plainText("2.6.33-ckpt+", placeholders())).toBe("2.6.33-ckpt+");
  expect(plainText("\x1b[31m", placeholders())).toBeUndefined();
  expect(plainText("x".repeat(100), placeholders())).toBeUndefined();
  expect(plainText(undefined, placeholders())).toBeUndefined();
});
