/**
 * A virtual machine for tests of what restores images: a kernel of today without KVM, without network and without root. It boots once and runs any
 * number of jobs, one after another.
 */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel } from "./channel.js";
import { type Files, pack, unpack } from "./cpio.js";
import { initramfs } from "./initramfs.js";
import { kernel } from "./kernel.js";
import { startEmulator } from "./qemu.js";

/** What the machine does for a test. */
export interface Job {
  /** Shell script, with the functions of `guest/library.sh`; it stops at the first command that fails. */
  readonly script: string;
  /** Files to write before it runs, by absolute path. They stay for later jobs. */
  readonly files?: Files;
  /** Seconds after which the machine kills the job; {@link JobResult.code} is 137 then. */
  readonly limit?: number;
}

export interface JobResult {
  /** Exit code of the script. */
  readonly code: number;
  /** What the job wrote to its standard output and standard error. */
  readonly output: string;
  /** Files that the job left in `/job/out`, by path below it. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface MachineOptions {
  /** Files that the machine starts with, by absolute path. */
  readonly files?: Files;
  /** Seconds that the machine has for its answer after the limit of a job, before it counts as hanging. */
  readonly patience?: number;
}

/** The machine did not start, panicked, hangs or ended; the message ends with what it last wrote to its console. */
export class MachineError extends Error {
  override readonly name = "MachineError";
}

/** Seconds that no job needs even on a busy machine: only a hang reaches them. */
const LIMIT = 600;
/** Lines of the console that an error quotes at least; of a panic it quotes everything from its reason on. */
const TAIL = 30;

/**
 * Boots a machine, which the caller has to stop.
 *
 * @throws {MachineError} when it does not start
 */
export async function bootMachine({ files = {}, patience = LIMIT }: MachineOptions = {}): Promise<Machine> {
  const booted = kernel();
  const [root, console] = [namelessFile(initramfs(booted, files)), namelessFile()];
  try {
    const machine = new Machine(startEmulator({ kernel: booted.image, initramfs: root, console }), console, patience);
    await machine.started();
    return machine;
  } finally {
    closeSync(root);
  }
}

/** A running machine. */
export class Machine {
  private readonly channel: Channel;
  private readonly ended: Promise<void>;
  /** What the emulator itself says. */
  private complaints = "";
  private stopped = false;

  constructor(
    private readonly emulator: ChildProcessWithoutNullStreams,
    private readonly console: number,
    private readonly patience: number,
  ) {
    this.channel = new Channel(emulator.stdout);
    emulator.stderr.on("data", (text: Buffer) => {
      this.complaints += text.toString();
    });
    // A machine that has ended takes no input; that it ended is reported where its answer is awaited.
    emulator.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      emulator.once("error", ({ message }) => {
        this.complaints += message;
        resolve();
      });
      emulator.once("close", () => resolve());
    });
  }

  /** Process id of the emulator. */
  get pid(): number | undefined {
    return this.emulator.pid;
  }

  /** Waits until the machine takes jobs. */
  async started(): Promise<void> {
    await this.answer(this.channel.line(), "its start", LIMIT);
  }

  /**
   * Runs a job.
   *
   * @throws {MachineError} when the machine does not survive the job
   */
  async run({ script, files = {}, limit = LIMIT }: Job): Promise<JobResult> {
    const request = pack({ ...files, "/job/script": script });
    this.emulator.stdin.write(`${request.length} ${limit}\n`);
    this.emulator.stdin.write(request);
    const received = this.channel.line().then((size) => this.channel.bytes(Number(size)));
    const answer = unpack(await this.answer(received, "a job", limit + this.patience));
    const text = (name: string) => answer.get(name)?.toString() ?? "";
    const left = [...answer].filter(([name]) => name.startsWith("out/"));
    return {
      code: Number(text("code")),
      output: text("output"),
      files: new Map(left.map(([name, bytes]) => [name.slice("out/".length), bytes])),
    };
  }

  /** Ends the machine. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.emulator.kill("SIGKILL");
    await this.ended;
    closeSync(this.console);
  }

  private async answer<T>(awaited: Promise<T>, during: string, seconds: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const hangs = new Promise<"hangs">((resolve) => {
      timer = setTimeout(() => resolve("hangs"), seconds * 1000);
    });
    const first = await Promise.race([awaited.then((value) => ({ value })), this.ended, hangs]);
    clearTimeout(timer);
    if (typeof first === "object") return first.value;
    const text = readFileSync(`/dev/fd/${this.console}`, "utf8");
    await this.stop();
    const lines = text.trimEnd().split(/\r?\n/);
    const panic = lines.findIndex((line) => line.includes("Kernel panic"));
    const ended = panic >= 0 ? "panicked" : `ended${this.complaints && `: ${this.complaints.trim()}`}`;
    const what = first === "hangs" ? `did not answer within ${seconds} s` : ended;
    const end = Math.max(0, lines.length - TAIL);
    const tail = lines.slice(panic >= 0 ? Math.min(panic, end) : end).join("\n");
    throw new MachineError(`the virtual machine ${what} during ${during}; its console ends with:\n${tail}`);
  }
}

/** A file without a name, so that it vanishes with the processes that have it open. */
function namelessFile(contents: Uint8Array = Buffer.alloc(0)): number {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-machine-"));
  try {
    const path = join(folder, "file");
    writeFileSync(path, contents);
    return openSync(path, "r+");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
