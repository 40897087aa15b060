import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FileSink } from "../../tools/write/file-sink.js";
import { MemorySink } from "../../tools/write/index.js";

const directory = mkdtempSync(join(tmpdir(), "sink-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("a sink in memory", () => {
  it("keeps copies of what it gets", () => {
    const sink = new MemorySink();
    const buffer = Uint8Array.of(1, 2);
    sink.write(buffer);
    buffer.fill(9);
    sink.write(buffer);
    expect([...sink.bytes]).toEqual([1, 2, 9, 9]);
  });
});

describe("a sink in a file", () => {
  it("creates or empties the file of a path", () => {
    const path = join(directory, "file");
    for (const text of ["a longer text", "short"]) {
      const sink = new FileSink(path);
      sink.write(Buffer.from(text));
      sink.close();
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  it("leaves a descriptor open that it was given", () => {
    const path = join(directory, "descriptor");
    const descriptor = openSync(path, "w");
    const sink = new FileSink(descriptor);
    sink.write(Buffer.from("first"));
    sink.close();
    writeSync(descriptor, " second");
    closeSync(descriptor);
    expect(readFileSync(path, "utf8")).toBe("first second");
  });

  it("waits for a reader that is slow", () => {
    // The standard output of a child is a pipe that takes 64 KiB at a time.
    const script = `
      import { FileSink } from "./tools/write/file-sink.ts";
      process.stdout._handle?.setBlocking?.(false);
      const sink = new FileSink(1);
      for (let i = 0; i < 50; i++) sink.write(new Uint8Array(100_000).fill(i));
    `;
    const args = ["--import", "tsx", "--input-type=module", "-e", script];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { maxBuffer: 2 ** 24 });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
    expect(stdout.length).toBe(5_000_000);
    expect(stdout[4_999_999]).toBe(49);
  });

  it("tells what the system says", () => {
    expect(() => new FileSink(join(directory, "none", "file"))).toThrow("ENOENT");
  });
});
