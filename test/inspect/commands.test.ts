import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { ckpt } from "../cli/ckpt.js";
import { COMPLETE, realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { opened, pathOfReal, temporaryFiles } from "../opened.js";

const COMMANDS = ["info", "ps", "maps", "fds", "report"];
const VARIANTS = [["info", "--all", "--evidence"], ["ps", "--forest", "--nested"], ...COMMANDS.map((name) => [name])];

const file = temporaryFiles();

describe("on real images", () => {
  it.each(COMPLETE)("$name: every command says something and finds nothing", async ({ name, notes }) => {
    for (const [command = "", ...options] of VARIANTS) {
      const plain = await ckpt([command, pathOfReal(name), ...options, "--abi", notes.abi]);
      expect([plain.code, plain.err], command).toEqual([0, ""]);
      expect(plain.out.length, command).toBeGreaterThan(50);
      const { code, out } = await ckpt([command, pathOfReal(name), "--json", "--abi", notes.abi]);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toBeTypeOf("object");
    }
  });

  it("leave room for names on a usual terminal", async () => {
    for (const [command, name] of [
      ["ps", "kid-sleeper"],
      ["maps", "/bin/ck"],
      ["fds", "/data/file1"],
    ] as const) {
      const { out } = await ckpt([command, pathOfReal("v20h-tree-thread.img")], { terminal: 80 });
      expect(out, command).toContain(name);
    }
  });

  it("tell the ABI without being told", async () => {
    const { code, out } = await ckpt(["info", pathOfReal("v20h-tree-thread.img")]);
    expect(code).toBe(0);
    expect(out).toContain("ABI       v19/x86_32, revision 5 of the format\n");
    expect(out).toContain(`
226 tree-root
├─ {233 ck}
├─ 227 kid-reader
│  └─ 228 grandkid
├─ 229 kid-sleeper
├─ 230 kid-poll
├─ 231 kid-spin
└─ 232 ck
`);
  });

  it("list the tasks of a tree", async () => {
    const { out } = await ckpt(["ps", pathOfReal("v20h-tree-thread.img"), "--forest"]);
    expect(out.split("\n")[1]).toMatch(
      /^226 +1 +226 +0 +0 +\S +2 +188\.0 KiB +24\.0 KiB +waitpid +tree-root +\/bin\/ck tree tree-thread 1$/,
    );
    expect(out).toMatch(/ poll +├─ kid-poll +\/bin\/ck /);
  });

  it("list the mappings and files of one task", async () => {
    const image = pathOfReal("v20h-tree-thread.img");
    const maps = await ckpt(["maps", image, "--task", "233"]);
    expect(maps.out).toMatch(/^address space \d+ of 226 tree-root, 232 ck, \{233 ck\}\n/);
    expect(maps.out).toMatch(/\n0804d000-08053000 +rw-p +4000 +file +24\.0 KiB +8\.0 KiB +- +\/bin\/ck\n/);
    expect(maps.out).toMatch(/\n6 mappings +188\.0 KiB +24\.0 KiB\n$/);
    const fds = await ckpt(["fds", image, "--task", "227"]);
    expect(fds.out).toMatch(/\n +0 +file +rw +77 +\d+ +6 +\/data\/file1\n/);
    expect(fds.out).toMatch(/pipe 14, 13 bytes waiting, other end file 15\n/);
  });

  it("say which tasks there are when asked for another", async () => {
    for (const command of ["maps", "fds"]) {
      const { code, out, err } = await ckpt([command, pathOfReal("v16-self-mem.img"), "--task", "4711"]);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toBe("ckpt: no task has pid 4711; the image has 173\n");
      expect((await ckpt([command, pathOfReal("v16-self-mem.img"), "--task", "x"])).code).toBe(2);
    }
  });
});

describe("on made images of every ABI", () => {
  it.each(registry.versions)("%s: every command says something and finds nothing", async (version) => {
    for (const arch of registry.arches(version)) {
      const abi = `${version}/${arch}`;
      const path = file("image", makeBytes({ abi, tasks: 7, pages: 2 }));
      for (const command of COMMANDS) {
        const { code, out, err } = await ckpt([command, path, "--abi", abi]);
        expect([abi, command, code, err]).toEqual([abi, command, 0, ""]);
        expect(out, `${abi} ${command}`).toContain(command === "info" || command === "report" ? abi : "init");
        expect(out, `${abi} ${command}`).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  it("find a task by its pid in a nested namespace, if only one has it", async () => {
    const path = file("nested", makeBytes({ abi: "v21/x86_64", tasks: 8 }));
    const { code, out } = await ckpt(["maps", path, "--task", "1"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^address space \d+ of 1002 nested-init\n/);
  });

  it("cut a large process tree unless all of it is wanted", async () => {
    const path = file("many", makeBytes({ abi: "v19/x86_64", tasks: 300, pages: 0, plain: true }));
    const cut = await ckpt(["info", path]);
    expect(cut.out).toContain("… 260 more tasks; --all draws them, ckpt ps lists them\n");
    const all = await ckpt(["info", path, "--all"]);
    expect(all.out.split("\n").length - cut.out.split("\n").length).toBe(259);
  });
});

describe("on images that are not sound", () => {
  it("tell the message of a failed checkpoint", async () => {
    const image = pathOfReal("v16-tree-notfrozen.img");
    const { code, out, err } = await ckpt(["info", image]);
    expect([code, err]).toEqual([1, ""]);
    expect(out).toContain("error     task 186 (tree-root) is not frozen\n");
    expect(out).not.toContain("machine");
    expect((await ckpt(["ps", image])).out).toBe("no tasks in this image\n");
    expect((await ckpt(["maps", image])).out).toBe("no address spaces\n");
    expect((await ckpt(["fds", image])).out).toBe("no file tables\n");
  });

  it("say that they are of an unknown version", async () => {
    const bytes = realImage("v20h-tree-sub.img").bytes.slice();
    const image = opened(bytes);
    const record = image.root.find("HEADER")?.record;
    const place = record?.kind?.place(undefined, "rev");
    new DataView(bytes.buffer).setUint16((record?.offset ?? 0) + (place?.offset ?? 0), 99, true);
    const path = file("unknown", bytes);
    const { code, out } = await ckpt(["info", path]);
    expect(code).toBe(0);
    expect(out).toContain("revision 99 of the format");
    expect(out).toContain("no ABI that fits otherwise has rev 99: the image is damaged, or of an unknown version\n");
    expect((await ckpt(["report", path])).out).toContain("| `rev` | `99` | fits no ABI that is left |\n");
    expect((await ckpt(["ps", path])).out).toContain("kid-poll");
  });

  it("tell what was readable of a damaged one", async () => {
    const { bytes } = realImage("v20h-tree-sub.img");
    const path = file("cut", bytes.subarray(0, 50_000));
    const info = await ckpt(["info", path]);
    expect([info.code, info.err]).toEqual([1, ""]);
    expect(info.out).toMatch(/^image +damaged checkpoint of Linux 2\.6\.33: readable up to offset \d+\n/);
    expect(info.out).toContain("of which only the pid is known");
    for (const command of ["ps", "maps", "fds"]) {
      const { code, out, err } = await ckpt([command, path]);
      expect([command, code]).toEqual([command, 1]);
      expect(out).toContain("tree-root");
      expect(err).toContain("the image is damaged there");
    }
    // The address space of the task in which the image ends; the record that refers to it is missing.
    expect((await ckpt(["maps", path])).out).toMatch(/address space \d+ of no task\n/);
  });

  it("end properly wherever the image is cut or a byte is wrong", async () => {
    const bytes = makeBytes({ abi: "v21/powerpc", tasks: 7, pages: 1 });
    for (let i = 0; i < 24; i++) {
      const cutOff = Math.floor((bytes.length * (i + 1)) / 25);
      const wrong = bytes.slice();
      wrong[(i * 7919) % bytes.length] = 0xff;
      for (const path of [file("cut", bytes.subarray(0, cutOff)), file("wrong", wrong)]) {
        const command = COMMANDS[i % COMMANDS.length] ?? "";
        const { code, err } = await ckpt([command, path, "--abi", "v21/powerpc"]);
        expect([0, 1, 3]).toContain(code);
        expect(err).not.toMatch(/\n +at |TypeError|RangeError/);
      }
    }
  });

  it("show nothing raw that came from the image", async () => {
    const bytes = makeBytes({ abi: "v21/x86_64", tasks: 7 });
    const evil = "\x1b]0;x\x07\n\u009b2J";
    const image = opened(bytes, "v21/x86_64");
    for (const { label, record } of image.root) {
      if (label !== "task_name" && label !== "path" && label !== "cwd" && label !== "release") continue;
      const { start, end } = record?.payload ?? { start: 0, end: 0 };
      const text = Buffer.from(evil).subarray(0, end - start - 1);
      bytes.set(text, start);
      bytes[start + text.length] = 0;
    }
    const path = file("evil", bytes);
    for (const [command = "", ...options] of [...VARIANTS, ["report", "--paths"]]) {
      const { out } = await ckpt([command, path, "--abi", "v21/x86_64", ...options], { terminal: 200 });
      expect(out.replace(/\x1b\[\d+m/g, ""), command).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      expect(out).not.toContain("\x1b]0");
    }
  });
});

describe("on a made image", () => {
  const path = file("made.img", makeBytes({ abi: "v23-rc2/x86_64", pages: 0 }));
  const out = async (...argv: string[]) => (await ckpt(argv)).out;

  it("maps calls System V segments as /proc/PID/maps does", async () => {
    expect(await out("maps", path)).toMatch(/ shm_ipc_skip .* \/SYSV00005348 \(shmid 32769\)\n/);
  });

  it("ipc tells in bytes how much of a segment there is", async () => {
    expect(await out("ipc", path)).toMatch(/ 32770 .* 64\.0 KiB +64\.0 KiB /);
  });

  it("fds says of sockets what sockets says", async () => {
    const files = await out("fds", path);
    expect(files).toMatch(/ socket \d+, unix dgram, unconnected, run\/mailbox\n/);
    expect(await out("sockets", path)).toMatch(/ unix +dgram +unconnected .* run\/mailbox /);
  });

  it("regs writes addresses in hexadecimal alone", async () => {
    expect(await out("regs", path)).toMatch(/ rip +0x0[0-9a-f]{15}\n/);
  });

  it("say which ABI the image cannot be read as", async () => {
    const { code, err } = await ckpt(["info", path, "--abi", "v23-rc2/s390x"]);
    expect(code).toBe(3);
    expect(err).toContain("it is not a checkpoint image of v23-rc2/s390x: ");
  });
});
