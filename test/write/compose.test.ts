import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { ImageFormat, MemorySource, readTree, records } from "../../tools/image/index.js";
import { compose, ImageWriter, MemorySink, type Part, padded, SharedObject } from "../../tools/write/index.js";

/** An image of tasks that have exited: the smallest that the grammar permits. */
function zombies(count: number, more: Partial<Part> = {}): Part {
  const zombie = {
    records: { TASK: { fields: { exit_state: 16, state: 64 } }, task_name: { payload: padded("z", 16) } },
  };
  return {
    records: {
      HEADER: {
        fields: { constants: { task_comm_len: 16, uts_release_len: 4, uts_version_len: 4, uts_machine_len: 4 } },
      },
      release: { payload: "a\0\0\0" },
      version: { payload: "b\0\0\0" },
      machine: { payload: "c\0\0\0" },
      HEADER_ARCH: {},
      CONTAINER: {},
      lsm_name: { payload: padded("lsm_none", 11) },
      LSM_INFO: { payload: "dummy" },
      TREE: { fields: { nr_tasks: count } },
      pids: { payload: { elements: new Array(count).fill({ vpid: 1, vtgid: 1 }) }, sums: { depth: 0 } },
      TAIL: {},
      ...more.records,
    },
    rules: { task: new Array(count).fill(zombie), ...more.rules },
  };
}

function composed(image: Part, abi = "v21/x86_64") {
  const [version = "", arch = ""] = abi.split("/");
  const format = new ImageFormat(registry.abi(version, arch));
  const sink = new MemorySink();
  const writer = new ImageWriter(format, sink);
  let last = 0;
  compose(writer, image, () => ++last);
  writer.flush();
  return { format, source: new MemorySource(sink.bytes) };
}

function names(image: Part, abi?: string): string[] {
  const { format, source } = composed(image, abi);
  return [...records(format, source)].map(({ name }) => name);
}

describe("the grammar", () => {
  it("decides which records of the parts come, and when", () => {
    const image = zombies(2, {
      records: { PIDS: { fields: { nr_pids: 2 } }, pid_table: { payload: new Uint8Array(16) } },
    });
    const head = ["HEADER", "BUFFER", "BUFFER", "BUFFER", "HEADER_ARCH"];
    const tail = ["TREE", "BUFFER", "TASK", "STRING", "TASK", "STRING", "TAIL"];
    expect(names(image, "v17/x86_32")).toEqual([...head, ...tail]);
    expect(names(image)).toEqual([...head, "CONTAINER", "BUFFER", "LSM_INFO", ...tail]);
    expect(names(image, "v23-rc2/x86_64")).toEqual([
      ...head,
      "CONTAINER",
      "BUFFER",
      "LSM_INFO",
      "PIDS",
      "BUFFER",
      ...tail,
    ]);
  });

  it("makes what the walk over it understands", () => {
    const { format, source } = composed(zombies(3));
    const { end, problems } = readTree(format, source);
    expect({ end, problems }).toEqual({ end: "complete", problems: [] });
  });

  it("puts an error in place of a record that is missing", () => {
    const failed = { records: { TAIL: undefined, ERROR: {}, message: { payload: "\0no" } } };
    expect(names(zombies(1, failed)).slice(-4)).toEqual(["TASK", "STRING", "ERROR", "STRING"]);
  });
});

describe("objects", () => {
  it("come before the record that names them, once, and those of unknown types not at all", () => {
    const label = new SharedObject("SECURITY", () => ({ records: { SECURITY: {}, lsm_context: { payload: "_\0" } } }));
    const unknown = new SharedObject("SEM_UNDO", () => ({}));
    const fields = { exit_state: 16, set_child_tid: label, clear_child_tid: label, exit_code: unknown };
    const task = { records: { TASK: { fields }, task_name: { payload: padded("z", 16) } } };
    const { format, source } = composed(zombies(2, { rules: { task: [task, task] } }));
    const all = [...records(format, source)].map(({ name }) => name);
    expect(all.slice(10, -1)).toEqual(["OBJREF", "SECURITY", "STRING", "TASK", "STRING", "TASK", "STRING"]);
    expect(label.objref).toBe(1);
    expect(unknown.objref).toBeUndefined();
  });
});

describe("parts that do not fit", () => {
  const without = (name: string) => ({ records: { [name]: undefined } });
  it.each<[string, Part, string]>([
    ["a record too few", zombies(1, without("LSM_INFO")), "the part for container has no LSM_INFO"],
    ["a task too few", zombies(2, { rules: { task: [] } }), "the part for image has fewer task than it announces"],
    [
      "a task too many",
      zombies(1, { records: { TREE: { fields: { nr_tasks: 0 } } } }),
      "has more task than it announces",
    ],
  ])("%s", (_, image, message) => {
    expect(() => composed(image)).toThrow(TypeError);
    expect(() => composed(image)).toThrow(message);
  });
});
