/** Runs the program on an emulated machine until it faults, and lets gdb read registers and all memory, and write a core where it can. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ask, type Questions, registersIn } from "../gdb.js";
import { foundInCore, processOf } from "./capture.js";
import type { Segment } from "./elf-core.js";
import { type Captured, compile, mappedFile } from "./native.js";
import { foundByQuestions, isX86, x86Registers } from "./x86-registers.js";

export interface Emulation {
  readonly arch: string;
  readonly emulator: readonly string[];
  readonly compiler: readonly string[];
}

/** Bytes of the main stack, which is read completely. */
const STACK = 0x20000;

/** Name of the socket that gdb connects to. */
const SOCKET = "socket";
const CORE = "gcore";
const SAID = "said";
const DUMP = ".memory";

/** gdb does not see the map of the process, and omits most memory from its core. This turns the map into dump commands. */
const DUMPS = `shell awk '/^[0-9a-f]+-[0-9a-f]+ r/ { split($1, a, "-"); print "dump binary memory " a[1] "${DUMP} 0x" a[1] " 0x" a[2] }'`;

/** Question for the vector registers of PowerPC, which are not in gdb's core. */
const VECTORS = "vectors";

/** Question for the auxiliary vector and registers of x86, where gdb writes no core: the emulator does not report system calls. */
const AUXV = "auxv";
const ALL = "all registers";

export async function captureEmulated(folder: string, emulation: Emulation, questions: Questions): Promise<Captured> {
  const { arch, emulator, compiler } = emulation;
  const [command = "", ...options] = emulator;
  const program = compile(folder, [...compiler, "-DEMULATED"], "program");
  const argument = mappedFile(folder);
  const socket = join(folder, SOCKET);
  const output = openSync(join(folder, SAID), "w");
  const emulated = spawn(command, [...options, "-s", String(STACK), "-g", SOCKET, program, argument], {
    // The path of a socket must be short.
    cwd: folder,
    stdio: ["ignore", output, "ignore"],
  });
  const ended = new Promise((resolve) => emulated.on("close", resolve));
  try {
    while (!existsSync(socket)) {
      if (emulated.exitCode !== null || emulated.signalCode !== null) throw new Error(`${command} ended at once`);
      await setTimeout(20);
    }
    const takesCore = !isX86(arch);
    const answers = ask({
      gdb: "gdb-multiarch",
      folder,
      program,
      before: [
        `target remote ${SOCKET}`,
        "continue",
        ...(takesCore ? [`gcore ${CORE}`] : []),
        `${DUMPS} ${SAID} > dumps`,
        "source dumps",
      ],
      questions: {
        ...questions,
        ...(takesCore
          ? { [VECTORS]: ["thread apply all info registers vector"] }
          : { [AUXV]: ["info auxv"], [ALL]: [`thread apply all info registers ${x86Registers(arch).join(" ")}`] }),
      },
    });
    const read = (name: string) => readFileSync(join(folder, name));
    const found = takesCore
      ? foundInCore(arch, read(CORE), vectorsIn(answers.of[VECTORS] ?? ""))
      : foundByQuestions(arch, { auxv: answers.of[AUXV] ?? "", registers: answers.of[ALL] ?? "" });
    const segments = [...memoryIn(folder), ...found.segments];
    const said = read(SAID).toString();
    return { process: processOf({ arch, program, argument, said, found: { ...found, segments } }), program, answers };
  } finally {
    emulated.kill("SIGKILL");
    await ended;
    closeSync(output);
  }
}

/** The dumped memory; the names of the files contain the addresses. */
function memoryIn(folder: string): Segment[] {
  return readdirSync(folder).flatMap((name) =>
    name.endsWith(DUMP)
      ? [{ address: BigInt(`0x${name.slice(0, -DUMP.length)}`), bytes: readFileSync(join(folder, name)) }]
      : [],
  );
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
