/** Arguments, environment and auxiliary vector, compared with the programs of the real images. */

import { describe, expect, it } from "vitest";
import { editImage, parseAssignment } from "../../tools/edit/index.js";
import { type Image, openImage } from "../../tools/image/index.js";
import { argumentsOf, environmentOf, listEnvironments, listVectors } from "../../tools/inspect/index.js";
import { ImageMemory, type ProcessMemory } from "../../tools/memory/memory.js";
import { tasksOf } from "../../tools/model/index.js";
import { programOf } from "../../tools/model/program.js";
import { findAuxiliaryVector } from "../../tools/start/index.js";
import { ckpt } from "../cli/ckpt.js";
import { realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { opened, openedReal, pathOfReal, temporaryFiles } from "../opened.js";

const file = temporaryFiles();

/** The memory of the first task. */
function memoryOf(image: Image): ProcessMemory {
  const memory = new ImageMemory(image).of(tasksOf(image)[0]?.objref("mm_objref"));
  if (!memory) throw new Error("no memory");
  return memory;
}

/** The command line and environment with which the guest started each program. */
const PROGRAMS: readonly (readonly [name: string, args: string, environment: readonly string[]])[] = [
  ["v16-tree-sub", "/bin/ck tree tree-sub 0", ["CKENV=environment-marker"]],
  ["v20h-tree-thread", "/bin/ck tree tree-thread 1", ["CKENV=environment-marker"]],
  ["x86_64-tree-thread", "/bin/ck tree tree-thread 1", ["HOME=/", "TERM=linux"]],
  ["x86_64-self32-full", "/bin/ck32 self self32-full 63 2", ["HOME=/", "TERM=linux"]],
  ["s390x-tree-thread", "/bin/ck tree tree-thread 1", ["HOME=/", "TERM=linux"]],
];

describe.each(PROGRAMS)("%s", (name, args, environment) => {
  const image = openedReal(realImage(`${name}.img`));

  it("has the arguments and the environment of the program", () => {
    const memory = memoryOf(image);
    expect(argumentsOf(memory)).toEqual({ texts: args.split(" "), missing: undefined });
    expect(environmentOf(memory)).toEqual({ texts: environment, missing: undefined });
    for (const listed of listEnvironments(image)) expect(listed.environment).toEqual(environment);
  });

  it("has the auxiliary vector of the program", () => {
    for (const { entries } of listVectors(image)) {
      const values = new Map(entries.map((entry) => [entry.name, entry]));
      expect(values.get("AT_PAGESZ")?.value).toBe(4096n);
      expect(values.get("AT_UID")?.value).toBe(0n);
      expect(values.get("AT_PHENT")?.value).toBe(name.includes("x86_64-tree") || name.startsWith("s390x") ? 56n : 32n);
      expect(values.get("AT_EXECFN")?.text).toBe(args.split(" ")[0]);
    }
  });
});

it("the vector of the record is that of the stack, whatever the width and the byte order", () => {
  for (const name of ["v20h-self-min", "x86_64-self-min", "x86_64-self32-full", "s390x-self-min", "x86_32-i32-min"]) {
    const memory = memoryOf(openedReal(realImage(`${name}.img`)));
    const program = programOf(memory.image, tasksOf(memory.image), memory.stretches.end);
    const recorded = findAuxiliaryVector(memory, program);
    const node = memory.space.object.find("BUFFER", "at_vector")?.record?.payload;
    const bytes = realImage(`${name}.img`).bytes.slice().fill(0, node?.start, node?.end);
    const stacked = findAuxiliaryVector(memoryOf(opened(bytes)), program);
    expect([name, recorded?.from, stacked?.from]).toEqual([name, "record", "stack"]);
    expect(stacked?.words).toEqual(recorded?.words);
  }
});

it("v16 has no record of it, only the stack", () => {
  const [vector] = listVectors(openedReal(realImage("v16-self-min.img")));
  expect(vector?.from).toBe("stack");
  expect(vector?.entries.find(({ name }) => name === "AT_PLATFORM")?.text).toBe("i686");
});

it("tasks that share memory are named together, each address space once", () => {
  const [first, ...others] = listEnvironments(openedReal(realImage("v20h-tree-thread.img")));
  expect(first?.tasks.map(({ pid, isThread }) => [pid, isThread])).toEqual([
    [226, false],
    [232, false],
    [233, true],
  ]);
  expect(others).toHaveLength(5);
});

describe("what is not there", () => {
  /** An image with other addresses. */
  function moved(values: Readonly<Record<string, bigint>>): ProcessMemory {
    const image = openedReal(realImage("x86_64-self-min.img"));
    const edits = Object.entries(values).map(([path, value]) => parseAssignment(`mm[0].${path}=${value}`));
    return memoryOf(openImage(editImage(image, edits, { force: true }).result));
  }

  it("is told with the reason", () => {
    expect(argumentsOf(moved({ arg_start: 0x1000n, arg_end: 0x1010n })).missing).toEqual({
      address: 0x1000n,
      why: "no memory is mapped there",
    });
    expect(argumentsOf(moved({ arg_start: 0x400000n, arg_end: 0x400010n })).missing?.why).toBe(
      "it is left in the file /bin/ck",
    );
    expect(argumentsOf(moved({ arg_start: 0n, arg_end: 0n })).missing?.why).toBe("the kernel gave no addresses of it");
    expect(argumentsOf(moved({ arg_start: 0x20n, arg_end: 0x10n }))).toEqual({ texts: [], missing: undefined });
  });

  it("does not make a tool read without end", () => {
    const memory = memoryOf(openedReal(realImage("x86_64-self-min.img")));
    const start = memory.space.address("arg_start") as bigint;
    const all = argumentsOf(moved({ arg_end: 0xffff_ffff_ffff_ffffn }));
    expect(all.texts.slice(0, 2)).toEqual(argumentsOf(memory).texts.slice(0, 2));
    expect(all.missing?.why).toBe("no memory is mapped there");
    expect(argumentsOf(memory, 3)).toEqual({
      texts: ["/bi"],
      missing: { address: start + 3n, why: "it is longer than 3 bytes, and cut off there" },
    });
  });

  it("a title that a program wrote over its arguments reaches into the environment", () => {
    const memory = memoryOf(openedReal(realImage("x86_64-self-min.img")));
    const start = memory.space.address("arg_start") as bigint;
    const texts = argumentsOf(memory).texts.map((text) => `${text}`);
    // The area ends within the second argument, and the environment begins there.
    const end = start + BigInt((texts[0] as string).length + 1 + 2);
    expect(argumentsOf(moved({ arg_end: end })).texts).toEqual([texts[0]]);
    const within = start + 3n;
    expect(argumentsOf(moved({ arg_end: within, env_start: within })).texts).toEqual([texts[0]]);
  });

  it("is missing in a stripped image", async () => {
    const path = file("sound", realImage("x86_64-self-min.img").bytes.slice());
    const stripped = `${path}.stripped`;
    expect((await ckpt(["strip", path, "-o", stripped])).code).toBe(0);
    expect((await ckpt(["ps", stripped])).out).toMatch(/ \[ck\]\n$/);
    expect((await ckpt(["env", stripped])).out).toMatch(
      /\n {2}\(not there, from 0x[0-9a-f]+ on: the image has no page of memory, as when it was stripped\)\n$/,
    );
    const [task] = JSON.parse((await ckpt(["ps", stripped, "--json"])).out);
    expect([task.arguments, task.argumentsMissing.why]).toEqual([
      undefined,
      "the image has no page of memory, as when it was stripped",
    ]);
  });

  it("made images of every kind are survived", async () => {
    for (const abi of ["v16/x86_32", "v21/s390", "v22-arm/arm", "v20-c/powerpc64"])
      for (const command of ["env", "auxv", "ps"]) {
        const { code, err } = await ckpt([command, file("made", makeBytes({ abi, tasks: 7 })), "--abi", abi]);
        expect([abi, command, code, err]).toEqual([abi, command, 0, ""]);
      }
  });
});

describe("commands", () => {
  it("show them", async () => {
    const path = pathOfReal("x86_64-self32-full.img");
    expect((await ckpt(["env", path])).out).toBe("environment of 15 ck32\n  HOME=/\n  TERM=linux\n");
    expect((await ckpt(["auxv", path])).out).toContain("\n  AT_PAGESZ        4096\n");
    expect((await ckpt(["auxv", path])).out).toMatch(/\n {2}AT_EXECFN +0xffdc3fee {2}\/bin\/ck32\n/);
    expect((await ckpt(["ps", path])).out).toMatch(/ checkpoint +ck32 +\/bin\/ck32 self self32-full 63 2\n$/);
    expect(JSON.parse((await ckpt(["ps", path, "--json"])).out)[0].arguments).toEqual([
      "/bin/ck32",
      "self",
      "self32-full",
      "63",
      "2",
    ]);
  });

  it("choose by task", async () => {
    const path = pathOfReal("v20h-tree-thread.img");
    expect((await ckpt(["env", path, "--task", "233"])).out).toBe(
      "environment of 226 tree-root, 232 ck, {233 ck}\n  CKENV=environment-marker\n",
    );
    expect((await ckpt(["auxv", path, "--task", "4711"])).code).toBe(2);
  });

  it("let nothing steer the terminal, and JSON keep every byte", async () => {
    const bytes = realImage("x86_64-self-min.img").bytes.slice();
    for (const [from, to] of [
      ["HOME=/", "H=\x1b[2J"],
      ["TERM=linux", "TERM=\xff\xfe\x07\x9b"],
    ] as const)
      bytes.set(Buffer.from(to, "latin1"), Buffer.from(bytes).indexOf(`${from}\0`, "latin1"));
    const path = file("evil", bytes);
    const { out } = await ckpt(["env", path], { terminal: 200 });
    expect(out.replace(/\x1b\[\d+m/g, "")).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    const [{ environment }] = JSON.parse((await ckpt(["env", path, "--json"])).out);
    expect(environment).toEqual(["H=\x1b[2J", "TERM=\udcff\udcfe\x07\udc9bx"]);
  });

  it("a report has neither arguments nor environment", async () => {
    for (const options of [[], ["--paths"], ["--json"]]) {
      const { out } = await ckpt(["report", pathOfReal("x86_64-self32-full.img"), ...options]);
      expect(out).not.toMatch(/self32-full 63|TERM=|"self32-full"/);
    }
  });
});
