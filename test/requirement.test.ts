/** A missing requirement is detected and reported in one line, and is a failure only where CI could provide it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { runs } from "./programs.js";
import { available, failure, permitted } from "./requirement.js";

const folder = mkdtempSync(join(tmpdir(), "ckpt-requirement-"));
afterAll(() => rmSync(folder, { recursive: true }));

let warn: MockInstance<typeof console.warn>;
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  warn.mockRestore();
});

const script = (text: string) => [process.execPath, "-e", text];

describe("a tool", () => {
  it("is available when its probe ends with 0", () => {
    vi.stubEnv("CI", "");
    expect(available("node", script(""))).toBe(true);
    expect(available("node", script("process.stdin.on('data', (text) => process.exit(text - 7))"), "7")).toBe(true);
    expect(warn).not.toHaveBeenCalled();
  });

  it("is skipped with the reason when it is not there, or says that it does not work", () => {
    vi.stubEnv("CI", "");
    expect(available("no-such-tool")).toBe(false);
    expect(warn).toHaveBeenLastCalledWith(
      "skipped: no-such-tool is not available (no-such-tool --version: spawnSync no-such-tool ENOENT)",
    );
    expect(available("node", script("console.error('no memory\\nmore'); process.exit(3)"))).toBe(false);
    expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(/^skipped: node is not .*: exit 3: no memory\)$/));
  });

  it("is a failure in CI when it is missing", () => {
    vi.stubEnv("CI", "true");
    expect(() => available("no-such-tool")).toThrow(/^no-such-tool is not available .*, but CI must have it$/);
  });
});

describe("what a machine may forbid", () => {
  it("is skipped with the reason, in CI as well", () => {
    vi.stubEnv("CI", "true");
    expect(permitted("fly", () => "it has no wings")).toBe(false);
    expect(warn).toHaveBeenLastCalledWith("skipped: this machine does not let a test fly (it has no wings)");
    expect(permitted("walk", () => undefined)).toBe(true);
  });

  it("is to run a program that is there, and complete, but of another machine", () => {
    const program = join(folder, "program");
    // The header of a 64-bit executable for a processor that does not exist.
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    header.writeUInt16LE(2, 16);
    header.writeUInt16LE(0xfefe, 18);
    writeFileSync(program, header);
    chmodSync(program, 0o755);
    expect(runs("a machine of the future", program)).toBe(false);
    expect(warn).toHaveBeenLastCalledWith(
      expect.stringMatching(/^skipped: this machine does not let a test run programs of a machine of the future \(/),
    );
  });
});

it("a command that a signal ends says which", () => {
  expect(failure(script("process.kill(process.pid, 'SIGKILL')"))).toMatch(/: ended by SIGKILL$/);
});
