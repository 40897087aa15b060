/** `ckpt abi show` */
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { ShownMember, ShownStruct } from "../../tools/abi/show.js";
import { ckpt, json, text } from "../cli/ckpt.js";

const show = (struct: string, abi: string) => json<ShownStruct>("abi", "show", struct, "--abi", abi);
const member = (struct: ShownStruct, name: string) => struct.members.find((one) => one.name === name) as ShownMember;

describe("JSON", () => {
  test("a struct in the form of the measured layouts", async () => {
    const struct = await show("ckpt_hdr_ns", "v20-b/x86_32");
    expect(struct).toMatchObject({
      name: "ckpt_hdr_ns",
      size: 24,
      align: 8,
      since: "v16",
      layout: "v20-b..v23-rc2-arm",
    });
    expect(struct.padding).toEqual([{ offset: 20, size: 4, trailing: true }]);
    expect(struct.members.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ["h", 0, 8],
      ["uts_objref", 8, 4],
      ["ipc_objref", 12, 4],
      ["net_objref", 16, 4],
    ]);
    expect(member(struct, "net_objref")).toMatchObject({ type: "s32", c: "__s32", since: "v20-b", refers: ["NET_NS"] });
  });

  test("names are those of the version", async () => {
    const old = await show("ckpt_hdr_const", "v17/s390x");
    expect(member(await show("ckpt_hdr_header", "v17/s390x"), "constants")).toMatchObject({
      type: "struct ckpt_hdr_const",
    });
    expect(member(old, "mm_saved_auxv_len")).toMatchObject({ key: "at_vector_size", offset: 2 });
    expect(member(await show("ckpt_hdr_sighand", "v17/x86_64"), "action")).toMatchObject({
      type: "struct ckpt_hdr_sigaction",
      flexible: true,
      dims: [0],
      element_size: 32,
    });
    expect(member(await show("ckpt_hdr_sighand", "v18/x86_64"), "action")).toMatchObject({
      type: "struct ckpt_sigaction",
      element_size: 32,
    });
  });

  test("the explicit width where it says more than the C type", async () => {
    expect(member(await show("ckpt_hdr_header", "v21/s390x"), "arch_id")).toMatchObject({ type: "u16", width: "le16" });
    expect(member(await show("linger", "v21/x86_64"), "l_onoff")).toMatchObject({ type: "int", width: "s32" });
    expect(member(await show("sockaddr_in", "v21/x86_64"), "sin_port")).toMatchObject({
      type: "u16",
      c_type: "in_port_t",
      width: "be16",
    });
    expect(member(await show("ckpt_hdr_vma", "v21/x86_64"), "vm_start")).not.toHaveProperty("width");
  });

  test("64-bit constants that a JSON number cannot hold are decimal strings", async () => {
    expect(member(await show("ckpt_hdr_header", "v21/x86_64"), "magic")).toMatchObject({
      const: String(0x00feed0cc0a2d200n),
    });
  });

  test("the note that holds in the version, not an earlier or a later one", async () => {
    expect((await show("ckpt_hdr_task", "v16/x86_32")).note?.since).toBe("v16");
    expect((await show("ckpt_hdr_task", "v18/x86_64")).note?.since).toBe("v17");
    expect((await show("ckpt_hdr_task", "v23-rc2-arm/arm")).note?.since).toBe("v23-rc2");
    expect(await show("ckpt_hdr_lsm", "v19/x86_64")).not.toHaveProperty("note");
  });

  test("record numbers of the version, and what else decides on the struct", async () => {
    expect((await show("ckpt_hdr_tree", "v23-rc1-b/x86_64")).records).toEqual([
      { record: "CKPT_HDR_TREE", number: 101 },
    ]);
    expect((await show("ckpt_hdr_tree", "v23-rc1-c/x86_64")).records).toEqual([
      { record: "CKPT_HDR_TREE", number: 102 },
    ]);
    expect((await show("ckpt_hdr_file_pipe", "v17/x86_64")).records).toEqual([
      { record: "CKPT_HDR_FILE", number: 304, when: "f_type == CKPT_FILE_PIPE" },
    ]);
    expect((await show("ckpt_hdr_file_pipe", "v18/x86_64")).records).toEqual([
      { record: "CKPT_HDR_FILE", number: 304, when: "f_type == CKPT_FILE_PIPE || f_type == CKPT_FILE_FIFO" },
    ]);
    expect((await show("desc_struct", "v19/x86_64")).records).toContainEqual({
      record: "CKPT_HDR_THREAD",
      number: 106,
      payload: true,
    });
    expect((await show("ckpt_hdr_cpu_vsx", "v19/powerpc")).records).toEqual([{ record: "CKPT_HDR_CPU", number: 107 }]);
    expect(await show("ckpt_capabilities", "v19/x86_64")).not.toHaveProperty("records");
  });

  test("the life of a struct", async () => {
    expect(await show("ckpt_hdr_vpids", "v20-a/s390")).toMatchObject({ since: "v20-a", until: "v20-c" });
    expect(await show("ckpt_hdr_vma", "v23-rc2-arm/arm")).not.toHaveProperty("until");
    expect((await show("ckpt_sigset", "v22-arm/arm")).layout).toBe("v22-arm, v23-rc2-arm");
  });

  test("every struct and field of every ABI is documented", async () => {
    const undocumented: string[] = [];
    const visit = (members: readonly ShownMember[], path: string): void => {
      for (const one of members) {
        if (one.doc === "") undocumented.push(`${path}.${one.name}`);
        if ("members" in one) visit(one.members, `${path}.${one.name}`);
      }
    };
    for (const version of registry.versions)
      for (const arch of registry.arches(version)) {
        const structs = await json<ShownStruct[]>("abi", "show", "--all", "--abi", `${version}/${arch}`);
        expect(structs.map(({ name }) => name)).toEqual(registry.abi(version, arch).structs.map(({ name }) => name));
        for (const struct of structs) {
          if (struct.doc === "" || struct.purpose === "") undocumented.push(struct.name);
          visit(struct.members, `${version}/${arch} ${struct.name}`);
        }
      }
    expect(undocumented).toEqual([]);
  });
});

describe("text", () => {
  test("a table with the places of all members", async () => {
    const shown = await show("ckpt_hdr_socket", "v21/x86_32");
    const lines = (await text("abi", "show", "ckpt_hdr_socket", "--abi", "v21/x86_32")).split("\n");
    const places = lines.flatMap((line) => {
      const [, offset, size] = /\/\* +(\d+) +(\d+) \*\//.exec(line) ?? [];
      return offset === undefined ? [] : [`${offset} ${size}`];
    });
    const wanted = (members: readonly ShownMember[], base: number): string[] =>
      members.flatMap((one) => [
        ...("members" in one ? wanted(one.members, base + one.offset) : []),
        `${base + one.offset} ${one.size}`,
      ]);
    expect(places).toEqual(wanted(shown.members, 0));
    expect(lines.some((line) => /^struct ckpt_hdr_socket \{ +\/\* offset {2}size \*\/$/.test(line))).toBe(true);
    expect(lines).toContain("    /* size: 112, align: 8, members: 4, holes: 2, sum holes: 8 */");
  });

  test("all structs, one after the other", async () => {
    const shown = await text("abi", "show", "--all", "--abi", "v19/powerpc");
    const names = [...shown.matchAll(/^struct (\w+) \{/gm)].map(([, name]) => name);
    expect(names).toEqual(registry.abi("v19", "powerpc").structs.map(({ name }) => name));
  });

  test("lines fit the terminal", async () => {
    for (const terminal of [80, 100, 160]) {
      const { out } = await ckpt(["abi", "show", "ckpt_hdr_header", "--abi", "v21/x86_64"], {
        terminal,
        env: { NO_COLOR: "1" },
      });
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(terminal);
    }
  });
});
