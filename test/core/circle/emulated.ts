/** Runs the program on an emulated machine until its fault, and has gdb take registers, a core and all memory from there. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Answers, ask, type Questions, registersIn } from "../gdb.js";
import { type Capture, processOf } from "./capture.js";
import type { Segment } from "./elf-core.js";
import { type Captured, compile, mappedFile } from "./native.js";

export interface Emulation {
  readonly arch: string;
  readonly emulator: readonly string[];
  readonly compiler: readonly string[];
}

/** Bytes of the main stack, which is read as a whole. */
const STACK = 0x20000;

/** A socket that gdb connects to. */
const SOCKET = "socket";
const CORE = "gcore";
const SAID = "said";
const DUMP = ".memory";

/** gdb does not see the map of the process, and so leaves most memory out of its core. This makes commands of the map. */
const DUMPS = `shell awk '/^[0-9a-f]+-[0-9a-f]+ r/ { split($1, a, "-"); print "dump binary memory " a[1] "${DUMP} 0x" a[1] " 0x" a[2] }'`;

/** Of PowerPC, whose vector registers are not in the core of gdb either. */
const VECTORS = "vectors";

export async function captureEmulated(folder: string, emulation: Emulation, questions: Questions): Promise<Captured> {
  const { arch, emulator, compiler } = emulation;
  const [command = "", ...options] = emulator;
  const program = compile(folder, [...compiler, "-DEMULATED"], "program");
  const argument = mappedFile(folder);
  const socket = join(folder, SOCKET);
  const output = openSync(join(folder, SAID), "w");
  const emulated = spawn(command, [...options, "-s", String(STACK), "-g", SOCKET, program, argument], {
    // A path of a socket must be short.
    cwd: folder,
    stdio: ["ignore", output, "ignore"],
  });
  const ended = new Promise((resolve) => emulated.on("close", resolve));
  try {
    for (let waited = 0; !existsSync(socket) && waited < 10_000; waited += 20) await setTimeout(20);
    const answers = ask({
      gdb: "gdb-multiarch",
      folder,
      program,
      before: [`target remote ${SOCKET}`, "continue", `gcore ${CORE}`, `${DUMPS} ${SAID} > dumps`, "source dumps"],
      questions: { ...questions, [VECTORS]: ["thread apply all info registers vector"] },
    });
    return captured(folder, { arch, program, argument }, answers);
  } finally {
    emulated.kill("SIGKILL");
    await ended;
    closeSync(output);
  }
}

function captured(folder: string, what: Pick<Capture, "arch" | "program" | "argument">, answers: Answers): Captured {
  const read = (name: string) => readFileSync(join(folder, name));
  const process = processOf({
    ...what,
    core: read(CORE),
    said: read(SAID).toString(),
    dumped: readdirSync(folder).flatMap((name): Segment[] =>
      name.endsWith(DUMP) ? [{ address: BigInt(`0x${name.slice(0, -DUMP.length)}`), bytes: read(name) }] : [],
    ),
    vectors: vectorsIn(answers.of[VECTORS] ?? ""),
  });
  return { process, program: what.program, core: join(folder, CORE), answers };
}

function vectorsIn(answer: string): Map<number, bigint[]> {
  return new Map(
    [...registersIn(answer)].map(([tid, registers]) => [
      tid,
      [...registers].flatMap(([name, value]) => {
        const [, digits] = /\buint128 = (0x[0-9a-f]+)/.exec(value) ?? [];
        return digits !== undefined && /^vr\d+$/.test(name) ? [BigInt(digits)] : [];
      }),
    ]),
  );
}
