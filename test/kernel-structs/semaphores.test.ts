/** Semaphores are a kernel struct: 8 bytes up to Linux 2.6.32, and with a list head 16 or 24 from 2.6.33 on. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import { listFields } from "../../tools/edit/list.js";
import {
  decodeRecord,
  encodeRecord,
  type Image,
  type ImageRecord,
  type TreeNode,
  windowBytes,
} from "../../tools/image/index.js";
import { ipcOf } from "../../tools/inspect/ipc.js";
import { recordFields } from "../../tools/records/listing.js";
import { stripImage } from "../../tools/strip/strip.js";
import { MemorySink } from "../../tools/write/sink.js";
import { json, text } from "../cli/ckpt.js";
import { convert, faults, made } from "../convert/conversions.js";
import { differences, set } from "../edit/images.js";
import { ABIS } from "../make-image/abis.js";
import { bytesOf, opened } from "../opened.js";
import { imageOf, roundTrip, textOf } from "../text/text.js";

const IMAGES = new URL("../fixtures/images/", import.meta.url);

/** The semaphores in the truth files, and the kernel's bytes after each. */
const REAL = [
  { name: "v20h-self-ipc", abi: "v19/x86_32", values: [100, 0, 0], pids: [181, 0, 0], size: 16 },
  { name: "x86_64-self-ipc", abi: "v19/x86_64", values: [100, 101, 102], pids: [17, 17, 17], size: 24 },
] as const;

function semaphoresOf(image: Image): TreeNode {
  for (const node of image.root) if (node.label === "semaphores") return node;
  throw new Error("no semaphores");
}

function payloadOf(image: Image): Uint8Array {
  const { start, end } = (semaphoresOf(image).record as ImageRecord).payload;
  return windowBytes(image.source, start, end - start).slice();
}

/** The bytes after value and pid of every semaphore. */
function privateParts(image: Image, size: number): Buffer {
  const payload = payloadOf(image);
  const parts = Array.from({ length: payload.length / size }, (_, i) => payload.subarray(i * size + 8, (i + 1) * size));
  return Buffer.concat(parts);
}

function valuesOf(image: Image): number[] {
  return ipcOf(image, []).flatMap(({ semaphores }) =>
    semaphores.flatMap((one) => one.semaphores.map(({ value }) => value)),
  );
}

async function stripped(image: Image, keep: readonly "kernel"[] = []): Promise<Uint8Array> {
  const sink = new MemorySink();
  await stripImage(image, sink, { keep: new Set(keep) });
  return sink.bytes;
}

describe.each(REAL)("$name", ({ name, abi, values, pids, size }) => {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}.img`, IMAGES)));
  const image = opened(bytes, abi);

  it("is sound, and has three semaphores with their values and last pids", () => {
    expect(faults(bytes, abi)).toEqual([]);
    expect(semaphoresOf(image).record?.elementSize).toBe(size);
    const [set] = ipcOf(image, []).flatMap(({ semaphores }) => semaphores);
    expect(set?.semaphores).toEqual(values.map((value, i) => ({ value, lastPid: pids[i] })));
  });

  it("decodes and encodes to the byte, with what the kernel has behind the fields", () => {
    const text = textOf(bytes);
    expect(text).toContain(`{ "semval": 100, "sempid": ${pids[0]}, "private": "`);
    expect(roundTrip(bytes)).toBeUndefined();
    const node = semaphoresOf(image);
    const record = node.record as ImageRecord;
    const decoded = decodeRecord(image.format, image.source, record, node.contains);
    expect(decoded.payload?.kind).toBe("elements");
    const own = windowBytes(image.source, record.offset, record.length).slice();
    expect(encodeRecord(image.format, decoded)).toEqual(own);
  });

  it("has no other semaphores to edit, and an edit changes their bytes only", () => {
    const paths = [...listFields(image)].map(({ path }) => path).filter((path) => path.includes("semaphores"));
    expect(paths).toEqual(
      [0, 1, 2].flatMap((i) => ["semval", "sempid"].map((field) => `ipc_ns[7].semaphores[0][${i}].${field}`)),
    );
    const edited = set(image, ["ipc_ns[7].semaphores[0][2].semval=-2130706434"], { force: true });
    const { start } = (semaphoresOf(image).record as ImageRecord).payload;
    const at = start + 2 * size;
    expect(differences(bytesOf(image), edited.bytes)).toEqual([at, at + 1, at + 2, at + 3]);
    expect(valuesOf(set(image, ["ipc_ns[7].semaphores[0][2].semval=7"]).image)).toEqual([values[0], values[1], 7]);
  });

  it("shows the bytes of the kernel as such", () => {
    const node = semaphoresOf(image);
    const fields = recordFields(image, { record: node.record as ImageRecord, node });
    expect(fields.map(({ path, size: bytes }) => `${path} ${bytes}`)).toEqual(
      [0, 1, 2].flatMap((i) => [
        `semaphores[${i}].semval 4`,
        `semaphores[${i}].sempid 4`,
        `semaphores[${i}].private ${size - 8}`,
      ]),
    );
  });

  it("is stripped of addresses of the kernel, and of nothing else in them", async () => {
    expect(privateParts(image, size).every((byte) => byte === 0)).toBe(false);
    const result = opened(await stripped(image), abi);
    expect(privateParts(result, size).every((byte) => byte === 0)).toBe(true);
    expect(valuesOf(result)).toEqual(values);
    expect(faults(bytesOf(result), abi)).toEqual([]);
    const kept = opened(await stripped(image, ["kernel"]), abi);
    expect(payloadOf(kept)).toEqual(payloadOf(image));
  });

  it("is the same as an image that differs in state of the kernel only", async () => {
    const result = opened(await stripped(image), abi);
    const told = [...diffImages(image, result).differences].filter(({ kind }) => kind === "ipc");
    expect(told.filter(({ what }) => what?.startsWith("sem"))).toEqual([]);
  });

  it("becomes an image for a kernel with short semaphores at a loss that is told, and keeps their values", async () => {
    const { report, bytes: short = new Uint8Array() } = await convert(bytes, abi, "v19", { kernel: "2.6.32" });
    expect(report.losses.map(({ boundary, field, count }) => [boundary, field, count])).toEqual([
      ["Linux 2.6.32", "semaphores", 1],
    ]);
    expect(report.losses[0]?.examples[0]?.value).toBe(
      privateParts(image, size)
        .subarray(0, size - 8)
        .toString("hex"),
    );
    const result = opened(short, abi);
    expect(payloadOf(result).length).toBe(24);
    expect(valuesOf(result)).toEqual(values);
    expect(faults(short, abi)).toEqual([]);
    const again = await convert(short, abi, "v19", { kernel: "2.6.33" });
    expect(again.report.inventions.map(({ boundary, field }) => [boundary, field])).toEqual([
      ["Linux 2.6.33", "semaphores"],
    ]);
    const back = opened(again.bytes ?? new Uint8Array(), abi);
    expect(privateParts(back, size).every((byte) => byte === 0)).toBe(true);
    expect(valuesOf(back)).toEqual(values);
  });
});

describe("texts of images", () => {
  const bytes = new Uint8Array(readFileSync(new URL("x86_64-self-ipc.img", IMAGES)));
  const text = textOf(bytes);
  const own = ', "private": "2056800f0088ffff2056800f0088ffff"';

  it.each([
    ["", "expected as many bytes as the first of the elements has, found nothing"],
    [', "private": "2056z"', 'expected hexadecimal digits, two for each byte, found "2056z"'],
    [', "private": 3', "expected hexadecimal digits, two for each byte, found 3"],
  ])("with %j behind a semaphore are refused", (other, message) => {
    expect(text).toContain(own);
    expect(() => imageOf(text.replace(own, other))).toThrow(message);
  });

  it("can be without the bytes of the kernel, and give short semaphores", () => {
    const short = imageOf(text.replace(/, "private": "[0-9a-f]*"/g, ""));
    expect(payloadOf(opened(short, "v19/x86_64")).length).toBe(24);
  });
});

describe.each(ABIS)("%s", (abi) => {
  const longer = /64|s390x/.test(abi) ? 24 : 16;
  const old = made(abi, { kernel: "2.6.32" });
  const young = made(abi, { kernel: "2.6.33" });

  it("has semaphores of either size", () => {
    for (const [bytes, size] of [
      [old, 8],
      [young, longer],
    ] as const) {
      const image = opened(bytes, abi);
      expect(payloadOf(image).length).toBe(3 * size);
      expect(valuesOf(image)).toEqual([1, 0, 7]);
      expect(faults(bytes, abi)).toEqual([]);
      expect(roundTrip(bytes, { abi })).toBeUndefined();
    }
  });

  it("goes to a newer kernel and back without a loss", async () => {
    const version = abi.slice(0, abi.indexOf("/"));
    const there = await convert(old, abi, version, { kernel: "2.6.33" });
    expect(there.report.losses).toEqual([]);
    expect(there.report.steps.map(({ boundary, step }) => [boundary, step])).toContainEqual([
      "Linux 2.6.33",
      "kernel-structs",
    ]);
    expect(payloadOf(opened(there.bytes ?? old, abi)).length).toBe(3 * longer);
    expect(faults(there.bytes ?? old, abi)).toEqual([]);
    const back = await convert(there.bytes ?? old, abi, version, { kernel: "2.6.32" });
    expect(back.report.losses).toEqual([]);
    expect(Buffer.compare(back.bytes ?? there.bytes ?? old, old)).toBe(0);
  });
});

describe("a v16 image of Linux 2.6.30", () => {
  const v16 = made("v16/x86_32", { kernel: "2.6.30" });

  it("becomes one of v19 for Linux 2.6.33, whose semaphores have a list head of zeros", async () => {
    const { report, bytes = new Uint8Array() } = await convert(v16, "v16/x86_32", "v19", { kernel: "2.6.33" });
    const made = report.inventions.filter(({ field }) => field === "semaphores");
    expect(made.map(({ why }) => why)).toEqual([
      "each is 16 bytes long there, not 8; what the kernel keeps after the fields is zero",
    ]);
    const image = opened(bytes, "v19/x86_32");
    expect(Buffer.from(payloadOf(image)).toString("hex")).toBe(
      ["01000000", "00000000", "07000000"].map((value) => `${value}e8030000${"00".repeat(8)}`).join(""),
    );
    expect(faults(bytes, "v19/x86_32")).toEqual([]);
    const back = await convert(bytes, "v19/x86_32", "v16", { kernel: "2.6.30" });
    expect(Buffer.compare(back.bytes ?? bytes, v16)).toBe(0);
  });

  it("keeps short semaphores where no kernel is named, and says for which they are right", async () => {
    const { report, bytes = new Uint8Array() } = await convert(v16, "v16/x86_32", "v19");
    expect(payloadOf(opened(bytes, "v19/x86_32")).length).toBe(24);
    expect(report.notes.map(({ field, why }) => [field, why])).toEqual([
      [
        "semaphores",
        "each stays 8 bytes long, as in Linux before 2.6.33; --kernel names the kernel that the result is for",
      ],
    ]);
    const back = await convert(bytes, "v19/x86_32", "v16");
    expect(Buffer.compare(back.bytes ?? bytes, v16)).toBe(0);
  });

  it("is in the way when nobody knows how long a semaphore is", async () => {
    const { bytes } = set(opened(v16, "v16/x86_32"), ["ipc_sem[0].sem_nsems=5"], { force: true });
    const { report } = await convert(bytes, "v16/x86_32", "v19", { kernel: "2.6.33" });
    expect(report.obstacles.map(({ field }) => field)).toEqual(["semaphores"]);
  });
});

describe("ckpt abi show", () => {
  it.each([
    ["v16/x86_32", 16],
    ["v19/s390x", 24],
  ])("tells the sizes in the kernels on %s", async (abi, size) => {
    expect(await json("abi", "show", "sem", "--abi", abi)).toMatchObject({
      size: 8,
      kernels: [
        { since: "2.6.0", size: 8 },
        { since: "2.6.33", size },
      ],
    });
    expect((await text("abi", "show", "sem", "--abi", abi)).replace(/\n \* /g, " ")).toContain(
      `8 bytes from Linux 2.6.0 on, ${size} bytes from Linux 2.6.33 on.`,
    );
  });
});
