import { describe, expect, it } from "vitest";
import { opened } from "../../../opened.js";
import { edited, fields, losses, made, order, payloadOf, records } from "../../conversions.js";
import { clean, lengths, plain } from "../images.js";

const V16 = "v16/x86_32";
const V17 = "v17/x86_32";
const registers = (image: Parameters<typeof records>[0]) => order(records(image, "THREAD")[0]?.parent);

describe("thread-segments", () => {
  it("v16 to v17: the record of the descriptors becomes part of that of the thread", async () => {
    const source = made(V16, { tasks: 1, pages: 1 });
    const { image } = await clean(source, V16, "v17");
    expect(registers(opened(source, V16))).toEqual(["THREAD", "THREAD_TLS", "RESTART_BLOCK", "CPU", "CPU_FPU"]);
    expect(registers(image)).toEqual(["THREAD", "RESTART_BLOCK", "CPU", "CPU_FPU"]);
    expect(payloadOf(image, "THREAD")).toEqual(payloadOf(opened(source, V16), "THREAD_TLS"));
    expect(payloadOf(image, "THREAD").some((byte) => byte !== 0)).toBe(true);
    expect(fields(image, "THREAD", ["gdt_entry_tls_entries", "sizeof_tls_array", "ntls"])).toEqual([3, 24, undefined]);
    expect(lengths(image, "THREAD")).toEqual([40]);
  });

  it("without descriptors there are empty ones", async () => {
    const { image } = await clean(plain(V16), V16, "v17");
    expect(payloadOf(image, "THREAD")).toEqual(new Uint8Array(24));
  });

  it("v17 to v16: a record of their own when one is in use", async () => {
    const used = edited(made(V17, { tasks: 1, pages: 1 }), V17, "task[0].thread.thread_info_flags=4");
    const result = await clean(used, V17, "v16");
    expect(registers(result.image).slice(0, 2)).toEqual(["THREAD", "THREAD_TLS"]);
    expect(fields(result.image, "THREAD", ["ntls", "gdt_entry_tls_entries"])).toEqual([1, 3]);
    expect(payloadOf(result.image, "THREAD_TLS")).toEqual(payloadOf(opened(used, V17), "THREAD"));
    expect(losses(result)).toContain("THREAD.thread_info_flags: 4");
  });

  it("and none when none is", async () => {
    const { image } = await clean(plain(V17), V17, "v16");
    expect(registers(image)).toEqual(["THREAD", "RESTART_BLOCK", "CPU"]);
    expect(fields(image, "THREAD", ["ntls"])).toEqual([0]);
  });
});
