/** Images of 2009 run again: CRIU restores dumps of real images in a virtual machine with a kernel of today, and the programs go on. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planConversion } from "../../tools/convert/index.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { open } from "../../tools/open/index.js";
import { MemorySink } from "../../tools/write/sink.js";
import { PAGE, savedTasks } from "../images/expectations.js";
import { WITNESSED, type WitnessedImage } from "../images/fixtures.js";
import { capture } from "../machine/capture/capture.js";
import { imageOfTree } from "../machine/capture/image.js";
import { plainRun } from "../machine/dumps.js";
import { bootMachine, type JobResult, type Machine } from "../machine/machine.js";
import { machineRuns } from "../machine/needs.js";
import { compiled, type Linkage } from "../machine/programs.js";
import { openedReal } from "../opened.js";
import { differences } from "./compared.js";
import { type Dumped, dumped } from "./dumped.js";

/** Images whose program is there, for the architecture of the machine. Programs of v16 lie in the images, but not on the disk. */
const RESTORABLE = WITNESSED.filter(({ name }) => !name.startsWith("v16-") && !name.startsWith("s390x-"));

/** Programs by path in the machine, by the kernel that wrote the image. */
function programsOf({ name }: WitnessedImage): Record<string, Uint8Array> {
  const program = (file: string) => readFileSync(new URL(`../fixtures/programs/${file}`, import.meta.url));
  if (name.startsWith("v20h-")) return { "/bin/ck": program("ck.v20h") };
  if (name.startsWith("x86_32-")) return { "/bin/ck32": program("ck.x86_32") };
  return { "/bin/ck": program("ck.x86_64"), "/bin/ck32": program("ck.x86_32-under-64") };
}

/** Files that the programs have open or mapped, of the sizes that they had. */
function dataFiles({ plan }: Dumped): Record<string, Uint8Array> {
  const files = plan.needs.files.filter(
    ({ path, uses }) => !uses.includes("program") && !uses.includes("directory") && !path.startsWith("/dev/"),
  );
  return Object.fromEntries(
    files.map(({ path, size, leastSize }) => [path, new Uint8Array(Number(size ?? leastSize))]),
  );
}

let machine: Machine;
beforeAll(async () => {
  if (machineRuns) machine = await bootMachine();
});
afterAll(() => machine?.stop());

/** The dump in the folder of a job. */
function filesOf({ files }: Dumped): Record<string, Uint8Array> {
  return Object.fromEntries([...files].map(([name, bytes]) => [`/job/dump/${name}`, bytes]));
}

/**
 * Restores an image. The processes are stopped, looked at, dumped again, and then go on for a while.
 *
 * @param addresses of words to read from the memory of the first task and of the others
 */
async function restored(real: WitnessedImage, dump: Dumped, addresses: readonly number[] = []): Promise<JobResult> {
  const [root] = dump.plan.needs.pids;
  const peeks = addresses
    .map(
      (address) => `for process in $(cat out/seen/tree); do peek $process ${address} 8 >>out/peeked-${address}; done`,
    )
    .join("\n");
  return machine.run({
    files: { ...programsOf(real), ...dataFiles(dump), ...filesOf(dump) },
    script: `
      chmod +x /bin/ck*
      rm -f /out/*.truth /out/*.restarted
      mkdir -p /out
      restore dump -s
      look_at_tree ${root} seen
      ${peeks}
      dump ${root} again --leave-stopped
      for process in $(cat out/seen/tree); do kill -CONT $process; done
      sleep 0.5
      for process in $(cat out/seen/tree); do alive $process && echo $process >>out/alive; done
      cp /out/*.truth /out/*.restarted out/ 2>/dev/null || true
      for process in $(cat out/seen/tree); do kill -KILL $process 2>/dev/null || true; done
    `,
  });
}

describe.skipIf(!machineRuns).each(RESTORABLE)("$name", (real) => {
  const pages = real.truth.pages.filter(({ region }) => region !== "fileshared" && !region.startsWith("ipc"));
  let dump: Dumped;
  let result: JobResult;
  beforeAll(async () => {
    dump = await dumped(openedReal(real));
    result = await restored(
      real,
      dump,
      pages.map(({ address }) => address + PAGE / 2),
    );
    expect(result.output).toBe("");
    expect(result.code).toBe(0);
  });
  const seen = (path: string) => result.files.get(`seen/${path}`)?.toString() ?? "";

  test("the processes are there, with the names, parents, users and signals of then", () => {
    for (const [pid, { status }] of savedTasks(real)) {
      const now = statusOf(seen(`${pid}/status`) || seen(`${status.get("Tgid")}/task/${pid}/status`));
      const same = ["Name", "Tgid", "Pid", "Uid", "Gid", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"];
      expect(Object.fromEntries(same.map((key) => [key, now.get(key)]))).toEqual(
        Object.fromEntries(same.map((key) => [key, status.get(key)])),
      );
    }
  });

  test("the mappings are those of then", () => {
    for (const [pid, { maps, status }] of savedTasks(real)) {
      if (status.get("Tgid") !== String(pid)) continue;
      const now = seen(`${pid}/maps`).trim().split("\n").map(placeOf);
      const then = maps
        .filter(({ path }) => path !== "[vdso]" || has32Bits(real))
        .map(
          ({ start, end, permissions, offset }) => `${start.toString(16)}-${end.toString(16)} ${permissions} ${offset}`,
        );
      expect(now.filter((line) => !line.startsWith("ffffffffff600000"))).toEqual(then);
    }
  });

  test.skipIf(pages.length === 0)("the memory has what the programs wrote into it", () => {
    for (const { address, tag, index } of pages) {
      const words =
        result.files
          .get(`peeked-${address + PAGE / 2}`)
          ?.toString()
          .trim()
          .split("\n") ?? [];
      // Processes of a tree have different contents at the same address.
      expect(words).toContain(
        littleEndian([PAGE / 8, PAGE / 8 + 1].map((i) => ((tag << 24) | ((index & 0xff) << 16) | i) >>> 0)),
      );
    }
  });

  test("CRIU dumps of the restored processes what they were restored from", () => {
    const again = new Map(
      [...result.files].flatMap(([name, bytes]) =>
        name.startsWith("again/") ? [[name.slice("again/".length), bytes] as const] : [],
      ),
    );
    expect(differences(dump.files, again)).toEqual([]);
  });

  test("the program goes on", () => {
    const said = [...result.files]
      .filter(([name]) => /\.(truth|restarted)$/.test(name))
      .map(([, bytes]) => bytes.toString())
      .join("\n");
    if (real.name.includes("-self") || real.name.includes("-min"))
      expect(said).toMatch(/checkpoint_return=0|counter=41/);
    // A tree waits and computes until it is ended.
    else expect(result.files.get("alive")?.toString().trim().split("\n")).toEqual(seen("tree").trim().split("\n"));
  });
});

describe.skipIf(!machineRuns)("an image that was changed", () => {
  const real = WITNESSED.find(({ name }) => name === "x86_64-self-min.img") as WitnessedImage;

  test("and converted to another version prints the changed value when it goes on", async () => {
    const first = await open(real.bytes);
    const address = BigInt(real.truth.values.get("edit_addr") ?? 0x40a000);
    const [task] = first.tasks();
    await task?.memory.write(address, new TextEncoder().encode("CHANGED-BY-POKE!"));
    await first.set({ "task[0].comm": "renamed" });
    const changed = openImage(new MemorySource(first.bytes()));
    const sink = new MemorySink();
    await planConversion(changed, { to: "v23-rc2" }).write(sink, { allowLoss: true });
    const result = await restored(real, await dumped(openImage(new MemorySource(sink.bytes))));
    expect(result.code).toBe(0);
    expect(statusOf(result.files.get("seen/13/status")?.toString() ?? "").get("Name")).toBe("renamed");
    expect(result.files.get("self-min.restarted")?.toString()).toContain("tag=CHANGED-BY-POKE!");
  });
});

/** Programs that were captured in the machine itself, by the version of the image that is made of them. */
const CAPTURED: readonly (readonly [program: string, linkage: Linkage, abi: string])[] = [
  ["threads", "static", "v21/x86_64"],
  ["threads", "static", "v23-rc2/x86_64"],
  ["threads", "dynamic", "v23-rc2/x86_64"],
  ["pipes", "static", "v23-rc2/x86_64"],
  ["shared", "static", "v23-rc2/x86_64"],
  ["sockets", "static", "v21/x86_64"],
  ["sockets", "static", "v23-rc2/x86_64"],
  ["sysv", "static", "v23-rc2/x86_64"],
  ["terminal", "static", "v21/x86_64"],
  ["terminal", "static", "v23-rc2/x86_64"],
  ["events", "static", "v23-rc2/x86_64"],
  // Older images have no alternate stack.
  ["signals", "static", "v23-rc2/x86_64"],
];

describe.skipIf(!machineRuns).each(CAPTURED)(
  "a captured program: %s, %s, as an image of %s",
  (program, linkage, abi) => {
    test("says what it says when nobody stops it", async () => {
      const { tree, files } = await capture(machine, program, linkage);
      const dump = await dumped(openImage(new MemorySource(imageOfTree(tree, abi))), { vdso: await vdsoOf(program) });
      const [root] = dump.plan.needs.pids;
      const { code, output } = await machine.run({
        files: { ...files, ...filesOf(dump) },
        script: `
        restore dump
        : >go
        ended ${root}
        cat said
      `,
      });
      expect({ code, output }).toEqual({ code: 0, output: await plainRun(machine, program) });
    });

    /** The code that the kernel of the machine maps into processes. */
    async function vdsoOf(name: string): Promise<Uint8Array> {
      const { files } = await machine.run({
        files: { [`/bin/${name}`]: compiled(name, linkage) },
        script: `
        start said ${name}
        until_ready said
        range=$(grep vdso /proc/$pid/maps | cut -d" " -f1)
        from=$((0x\${range%-*} / 4096))
        dd if=/proc/$pid/mem of=out/vdso bs=4096 skip=$from count=$((0x\${range#*-} / 4096 - from))
      `,
      });
      const bytes = files.get("vdso");
      if (!bytes) throw new Error("the machine has no vdso");
      return bytes;
    }
  },
);

test.skipIf(!machineRuns)("the command in the README of a dump restores it in a new pid namespace", async () => {
  const real = WITNESSED.find(({ name }) => name === "x86_64-self-min.img") as WitnessedImage;
  const dump = await dumped(openedReal(real));
  const readme = Buffer.from(dump.files.get("README") ?? []).toString();
  const [, command] = /^ {4}(unshare .*)$/m.exec(readme) ?? [];
  const { code, output } = await machine.run({
    files: { ...programsOf(real), ...dataFiles(dump), ...filesOf(dump) },
    script: `
      chmod +x /bin/ck
      rm -f /out/*.restarted
      cd dump
      /usr/bin/${command} || cat restore.log
      head -3 /out/self-min.restarted
    `,
  });
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^.*counter=41$/m) });
});

function statusOf(text: string): Map<string, string> {
  return new Map(text.split("\n").map((line) => [line.split(":")[0] ?? "", line.split("\t").slice(1).join(" ")]));
}

/** Addresses, permissions and offset of a line of /proc/PID/maps. */
function placeOf(line: string): string {
  const [place, permissions, offset] = line.split(" ");
  const [start, end] = place?.split("-").map((digits) => Number.parseInt(digits, 16).toString(16)) ?? [];
  return `${start}-${end} ${permissions} ${Number.parseInt(offset ?? "", 16)}`;
}

function has32Bits({ name }: WitnessedImage): boolean {
  return !name.startsWith("x86_64") || name.includes("32");
}

function littleEndian(words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, i * 4);
  return bytes.toString("hex");
}
