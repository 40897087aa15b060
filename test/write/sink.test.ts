import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FileSink } from "../../tools/files/file-sink.js";
import { GatheringSink } from "../../tools/write/gathering-sink.js";
import { type ImageSink, MemorySink } from "../../tools/write/index.js";

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

/** Far more than a file system allocates at once. */
const HOLE = 2 ** 30;

describe("a sink that gathers", () => {
  const gathered = (sink: ImageSink) => {
    const gathering = new GatheringSink(sink);
    gathering.write(Buffer.from("abc"));
    gathering.skip(2);
    gathering.skip(200_000);
    gathering.write(Buffer.from("d"));
    gathering.flush();
    return gathering.written;
  };
  const EXPECTED = Buffer.concat([Buffer.from("abc"), Buffer.alloc(200_002), Buffer.from("d")]);

  it("writes zeros where they cannot be skipped", () => {
    const sink = new MemorySink();
    expect(gathered(sink)).toBe(EXPECTED.length);
    expect(EXPECTED.equals(sink.bytes)).toBe(true);
  });

  it("skips those that are more than what waits to be written", () => {
    const calls: string[] = [];
    const sink = {
      write: (bytes: Uint8Array) => calls.push(`${bytes.length}`),
      skip: (n: number) => calls.push(`skip ${n}`),
    };
    expect(gathered(sink)).toBe(EXPECTED.length);
    expect(calls).toEqual(["5", "skip 200000", "1"]);
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

  it("leaves holes for zeros that are skipped, at the end as well", () => {
    const path = join(directory, "sparse");
    const sink = new FileSink(path);
    sink.write(Buffer.from("front"));
    sink.skip?.(HOLE);
    sink.write(Buffer.from("back"));
    sink.skip?.(HOLE);
    sink.close();
    const { size, blocks } = statSync(path);
    expect(size).toBe(2 * HOLE + 9);
    expect(blocks * 512).toBeLessThan(HOLE);
    const descriptor = openSync(path, "r");
    const at = (position: number, length: number) => {
      const bytes = Buffer.alloc(length, "x");
      readSync(descriptor, bytes, 0, length, position);
      return bytes.toString();
    };
    expect([at(0, 7), at(HOLE + 4, 7), at(size - 2, 2)]).toEqual(["front\0\0", "\0back\0\0", "\0\0"]);
    closeSync(descriptor);
  });

  it("leaves none in what cannot have any", () => {
    const descriptor = openSync(join(directory, "descriptor"), "w");
    expect(new FileSink(descriptor).skip).toBeUndefined();
    expect(new FileSink("/dev/null").skip).toBeUndefined();
    closeSync(descriptor);
  });

  it("waits for a reader that is slow", () => {
    // The standard output of a child is a pipe that accepts 64 KiB at a time.
    const script = `
      import { FileSink } from "./tools/files/file-sink.ts";
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
