import { describe, expect, it } from "vitest";
import { membersOf } from "../../runtime/index.js";
import { MemorySource } from "../../tools/image/bytes/source.js";
import { type Image, openImage } from "../../tools/image/image.js";
import type { TreeNode } from "../../tools/image/tree.js";
import { listTaskCredentials } from "../../tools/inspect/creds.js";
import { ipcOf } from "../../tools/inspect/ipc.js";
import { listSignals } from "../../tools/inspect/signals.js";
import { listSockets } from "../../tools/inspect/sockets.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { makeBytes } from "../make-image/make.js";
import { printed } from "./printed.js";

const ABI = "v21/x86_64";
const MADE = makeBytes({ abi: ABI, pages: 0 });

function open(bytes: Uint8Array = MADE.slice(), abi = ABI): Image {
  return openImage(new MemorySource(bytes), { abi });
}

/** An image whose source is changed before it is opened again. */
function changed(change: (image: Image, bytes: Uint8Array) => void): Image {
  const bytes = MADE.slice();
  change(open(bytes), bytes);
  return open(bytes);
}

/** An image whose source is changed after it was opened, so that it has records that a reader would have rejected. */
function spoilt(change: (image: Image, bytes: Uint8Array) => void): Image {
  const bytes = MADE.slice();
  const image = open(bytes);
  change(image, bytes);
  return image;
}

function first(image: Image, name: string): TreeNode {
  for (const node of image.root) if (node.record?.name === name && node.rule === undefined) return node;
  throw new Error(`no ${name}`);
}

/** Fills a field of the first record with a name. */
function fill(image: Image, bytes: Uint8Array, name: string, path: string, content: number | string): void {
  const { record } = first(image, name);
  const struct = record?.kind?.struct;
  const found = struct && membersOf(struct).at(path);
  if (!record || !found) throw new Error(`no ${name}.${path}`);
  const field = bytes.subarray(record.offset + found.offset, record.offset + found.offset + found.size);
  if (typeof content === "number") field.fill(content);
  else field.set(Buffer.from(content, "latin1").subarray(0, field.length));
}

/** Overwrites the beginning of the payloads with a label by a text, as far as it fits. */
function fillPayloads(image: Image, bytes: Uint8Array, label: string, content: string): void {
  for (const node of image.root) {
    const range = node.label === label ? node.record?.payload : undefined;
    if (range) bytes.set(Buffer.from(content, "latin1").subarray(0, range.end - range.start), range.start);
  }
}

const ESCAPE = "\x1b[2J\u009b1m\r\n";

describe("text that steers a terminal", () => {
  const texts = printed(
    changed((image, bytes) => {
      fill(image, bytes, "UTS_NS", "nodename", ESCAPE);
      fill(image, bytes, "SOCKET_UNIX", "laddr_len", 0xff);
      fill(image, bytes, "SOCKET_UNIX", "laddr.sun_path", ESCAPE);
      for (const label of ["task_name", "lsm_context", "socket_directory", "device_name", "path", "message_text"])
        fillPayloads(image, bytes, label, ESCAPE);
    }),
  );

  it.each(Object.entries(texts))("is escaped by %s", (_, text) => {
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(text).toContain("\\u001b[2J");
  });
});

describe("counts and lengths that cannot be", () => {
  it("has the signals that the record has room for", () => {
    const image = spoilt((before, bytes) => fill(before, bytes, "SIGPENDING", "nr_pending", 0xff));
    const [state] = [...listSignals(image, tasksOf(image))];
    expect(state?.process?.pending?.announced).toBe(0xffff_ffff);
    expect(state?.process?.pending?.queue).toHaveLength(2);
    expect(printed(image).signals).toContain("4294967293 of 4294967295 entries are missing");
  });

  it("has the groups that the record has room for", () => {
    const image = spoilt((before, bytes) => fill(before, bytes, "GROUPINFO", "ngroups", 0xff));
    const [state] = [...listTaskCredentials(image, tasksOf(image))];
    expect(state?.subjective?.groups?.slice(0, 3)).toEqual([100, 101, 4711]);
    expect(state?.subjective?.groups?.length).toBeLessThanOrEqual(4);
  });

  it("has no longer path of a socket than its field", () => {
    const image = changed((before, bytes) => fill(before, bytes, "SOCKET_UNIX", "laddr_len", 0xff));
    for (const { local } of listSockets(image, tasksOf(image))) expect(local?.length ?? 0).toBeLessThanOrEqual(108);
  });

  it("has the semaphores and messages that are there", () => {
    const image = spoilt((before, bytes) => {
      fill(before, bytes, "IPC_SEM", "sem_nsems", 0x7f);
      fill(before, bytes, "IPC_MSG_MSG", "m_ts", 0xff);
    });
    const [namespace] = ipcOf(image, tasksOf(image), { messages: true, contents: true });
    const [message] = namespace?.queues[0]?.messages ?? [];
    expect(message?.length).toBe(0xffff_ffff);
    expect(message?.contents?.length).toBe(message?.found);
    expect(namespace?.semaphores[0]?.semaphores).toHaveLength(3);
  });

  it("attributes empty queues although a buffer names a socket that is not there", () => {
    const before = listSockets(open(), tasksOf(open()));
    const image = changed((was, bytes) => fill(was, bytes, "SOCKET_BUFFER", "pr_objref", 0x7f));
    const sockets = listSockets(image, tasksOf(image));
    expect(sockets.map(({ objref }) => objref)).toEqual(before.map(({ objref }) => objref));
    expect(sockets.filter(({ queues }) => queues).length).toBeLessThanOrEqual(
      before.filter(({ queues }) => queues).length,
    );
  });
});

describe.each(["v16/x86_32", "v19/s390x", "v20-a/powerpc64", "v21/x86_64", "v22-arm/arm", "v23-rc2/x86_64"])(
  "%s, damaged",
  (abi) => {
    const whole = makeBytes({ abi, pages: 0 });

    it("shows what there is of an image that is cut off", () => {
      for (let part = 0; part < 4; part++) {
        const image = open(whole.slice(0, Math.floor((whole.length * part) / 4) + part), abi);
        for (const [command, text] of Object.entries(printed(image))) expect(text, command).toMatch(/\n$/);
      }
    });

    it("survives any bytes", () => {
      const random = generator(abi.length);
      for (let round = 0; round < 4; round++) {
        const bytes = whole.slice();
        for (let i = 0; i < 8; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        const word = Math.floor((random() * bytes.length) / 4) * 4;
        bytes.fill(0xff, word, word + 4);
        const image = open(bytes, abi);
        expect(Object.keys(printed(image))).toEqual(Object.keys(printed(image, { json: true })));
      }
    });
  },
);

/** Random numbers from 0 to 1 that are equal in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
