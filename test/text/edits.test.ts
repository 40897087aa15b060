import { describe, expect, it } from "vitest";
import { type Image, openImage } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { edited, imageOf, mistake, nodesOf, type Parsed, textOf } from "./text.js";

const { bytes, notes } = realImage("v20h-self-files.img");
const text = textOf(bytes, notes);
const open = (changed: string): Image => openImage(new MemorySource(imageOf(changed)), notes);

/** The fields of the first record of a name in an image made from an edited text. */
function fieldsAfter(name: string, change: (fields: Parsed) => void): Parsed {
  const image = open(edited(text, { record: name }, ({ fields }) => change(fields)));
  expect(image.problems).toEqual([]);
  return image.decode(image.root.search(name) ?? ([...image.root].find(({ record }) => record?.name === name) as never))
    .value;
}

describe("an edit does what it says", () => {
  it("a task gets another name, in the same room", () => {
    const image = open(
      edited(text, { as: "task_name" }, (node) => {
        node.text = "worker";
      }),
    );
    expect(image.problems).toEqual([]);
    expect(image.source.size).toBe(bytes.length);
    expect(tasksOf(image)[0]?.name).toBe("worker");
  });

  it("a path gets longer, and the length of its record follows", () => {
    const image = open(
      edited(text, { record: "FILE_NAME" }, (node) => {
        node.text = "/srv/größer/file1";
      }),
    );
    const was = nodesOf(text).find(({ record }) => record === "FILE_NAME").text;
    expect(image.problems).toEqual([]);
    expect(image.source.size).toBe(bytes.length - Buffer.byteLength(was) + Buffer.byteLength("/srv/größer/file1"));
    expect(textOf(imageOf(text.replace(was, "/x")), notes)).toContain('"text": "/x"');
  });

  it("flags by name, with spaces and numbers among them", () => {
    const value = fieldsAfter("VMA", (fields) => {
      fields.vm_flags = "VM_READ | VM_WRITE|0x8000000000";
    });
    expect(value.vm_flags).toBe(0x8000000003n);
  });

  it("enumerators by name or number", () => {
    expect(
      fieldsAfter("RESTART_BLOCK", (fields) => {
        fields.function_type = 1;
      }).function_type,
    ).toBe(1n);
    const value = fieldsAfter("RESTART_BLOCK", (fields) => {
      fields.function_type = "CKPT_RESTART_BLOCK_NONE";
    });
    expect(value.function_type).toBe(1n);
  });

  it.each([
    [1, 1n],
    ["17", 17n],
    ["0x11", 17n],
    ["0o21", 17n],
    ["18446744073709551615", 0xffffffffffffffffn],
  ])("integers in any notation: %j", (json, value) => {
    expect(
      fieldsAfter("MM", (fields) => {
        fields.brk = json;
      }).brk,
    ).toBe(value);
  });

  it("a record that is taken away is missing, and one that is added is there", () => {
    const without = edited(text, { rule: "registers" }, ({ records }) => void records.splice(0, 1));
    expect(open(without).end).toBe("damaged");
    const empty = { record: "FILE_NAME", text: "/new" };
    const more = edited(text, { rule: "registers" }, ({ records }) => void records.unshift(empty));
    expect(imageOf(more)).toHaveLength(bytes.length + 8 + 5);
  });

  it("a length that deviates is written as it is", () => {
    const broken = edited(text, { record: "VMA" }, (node) => {
      node.length = 7;
    });
    expect(imageOf(broken)).toHaveLength(bytes.length);
    expect(open(broken).problems.at(-1)?.code).toBe("bad-length");
  });

  it("a type that deviates, too", () => {
    const broken = edited(text, { record: "VMA" }, (node) => {
      node.type = 4711;
    });
    expect(open(broken).problems.map(({ record }) => record)).toContain("type 4711");
  });

  it("remarks may be left out", () => {
    const bare = JSON.parse(text, (name, value) => (["rule", "as"].includes(name) ? undefined : value));
    expect(Buffer.compare(imageOf(JSON.stringify(bare)), bytes)).toBe(0);
  });

  it("a member of a union in place of the one that is shown", () => {
    const made = textOf(makeBytes({ abi: "v23-rc2/x86_64", pages: 0 }), { abi: "v23-rc2/x86_64" });
    const like = { record: "HPAGE" };
    expect(nodesOf(made).find(({ record }) => record === "HPAGE").fields).toHaveProperty("vaddr");
    const other = edited(made, like, ({ fields }) => {
      fields.index = fields.vaddr;
      delete fields.vaddr;
    });
    expect(Buffer.compare(imageOf(other), imageOf(made))).toBe(0);
    const both = edited(made, like, ({ fields }) => {
      fields.index = "0x777";
    });
    expect(mistake(both).reason).toMatch(/disagree; give only the one that is meant$/);
  });
});
