import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ckpt, json, text } from "../cli/ckpt.js";
import { makeBytes } from "../make-image/make.js";

const COMMANDS = ["regs", "signals", "creds", "sockets", "ipc", "ns"];
const REAL = fileURLToPath(new URL("../fixtures/images/v20h-tree-thread.img", import.meta.url));
const FAILED = fileURLToPath(new URL("../fixtures/images/v16-tree-notfrozen.img", import.meta.url));

let directory: string;
let made: string;
let cut: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ckpt-test-"));
  made = join(directory, "made.img");
  cut = join(directory, "cut.img");
  const bytes = makeBytes({ abi: "v23-rc1-a/x86_64", pages: 0 });
  writeFileSync(made, bytes);
  writeFileSync(cut, bytes.subarray(0, bytes.length - 100));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(COMMANDS)("ckpt %s", (command) => {
  it("has help with an example", async () => {
    const help = await text(command, "--help");
    expect(help).toContain(`ckpt ${command} image.ckpt`);
    expect(help).toContain("--json");
  });

  it("prints JSON about every image", async () => {
    for (const image of [REAL, made]) expect(await json<object>(command, image)).toBeTypeOf("object");
  });

  it("has little to say about a checkpoint that failed", async () => {
    const { code, out } = await ckpt([command, FAILED]);
    expect(code).toBe(0);
    expect(out).toMatch(/^(no .* in this image|images of v16 do not hold .*)\n$/);
  });

  it("shows what there is of a damaged image, and that it is damaged", async () => {
    const { code, out, err } = await ckpt([command, cut]);
    expect(code).toBe(1);
    expect(out).not.toBe("");
    expect(err).toContain("the image is damaged there");
  });

  it("fits the terminal", async () => {
    const { out } = await ckpt([command, made], { terminal: 100, env: { NO_COLOR: "1" } });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe.each(["regs", "signals", "creds"])("ckpt %s --task", (command) => {
  it("shows that task alone, threads too", async () => {
    const parsed = await json<object[] | { tasks: object[] }>(command, REAL, "--task", "233");
    const chosen = "tasks" in parsed ? parsed.tasks : parsed;
    expect(chosen).toEqual([expect.objectContaining({ pid: 233, isThread: true })]);
    expect(await text(command, REAL, "--task", "233")).toMatch(/^\{233 ck\}\n/);
  });

  it("says which tasks there are", async () => {
    const { code, err } = await ckpt([command, REAL, "--task", "17"]);
    expect(code).toBe(2);
    expect(err).toBe("ckpt: no task has pid 17; the image has 226, 227, 228, 229, 230, 231, 232, 233\n");
  });
});

it("shows floating point registers when they are asked for", async () => {
  expect(await text("regs", REAL, "--task", "231")).not.toContain("st0");
  expect(await text("regs", REAL, "--task", "231", "--fpu")).toContain("3.141592653589793");
});

it("shows the openers of files", async () => {
  const { files, credentials } = await json<{
    files: { path?: string; opener: number }[];
    credentials: { objref: number }[];
  }>("creds", REAL, "--files");
  expect(files.map(({ path }) => path)).toContain("/bin/ck");
  expect(credentials.map(({ objref }) => objref)).toEqual([...new Set(files.map(({ opener }) => opener))]);
});

it("shows messages and what is in them when they are asked for", async () => {
  expect(await text("ipc", made)).not.toContain("messages of queue");
  expect(await text("ipc", made, "--messages")).not.toContain("message message");
  expect(await text("ipc", made, "--contents")).toContain('"message message messa"');
  const { namespaces } = await json<{ namespaces: { queues: { messages: { contents: string }[] }[] }[] }>(
    "ipc",
    made,
    "--contents",
  );
  const contents = namespaces[0]?.queues[0]?.messages[1]?.contents ?? "";
  expect(Buffer.from(contents, "hex").toString()).toBe("message message messa");
});

it("shows options and connections of sockets when they are asked for", async () => {
  expect(await text("sockets", made)).not.toMatch(/snd_nxt|54272/);
  expect(await text("sockets", made, "--options")).toContain("54272 bytes to receive");
  expect(await text("sockets", made, "--tcp")).toContain("snd_nxt 9000");
});
