import { describe, expect, it } from "vitest";
import { realImage } from "../images/fixtures.js";
import { edited, imageOf, mistake, type Parsed, textOf } from "./text.js";

const { bytes, notes } = realImage("v20h-self-files.img");
const text = textOf(bytes, notes);

/** The beginning of a document. */
const HEAD = '{"format":"ckpt-text/1","abi":"v21/x86_64","page_size":4096,"records":[';

/** The error about a record of a name after a change. */
function said(name: string, change: (node: Parsed) => void): string {
  return mistake(edited(text, { record: name }, change)).reason;
}

describe("a mistake in a record is told with its place and what would be right", () => {
  it("line, path as jq takes it, record", () => {
    const error = mistake(text.replace('"vm_flags": "VM_READ', '"vm_flags": "VM_REED'));
    const line = text.split("\n").findIndex((candidate) => candidate.includes('"vm_flags"')) + 1;
    expect(error).toMatchObject({ line, record: "VMA", reason: 'expected VM_READ, found "VM_REED"' });
    const steps = error.path
      .slice(1)
      .split(/[.[\]]+/)
      .filter((step) => step !== "");
    const place = steps.reduce((node: Parsed, step) => node[step], JSON.parse(text));
    expect(place).toMatch(/^VM_READ/);
    expect(error.message).toBe(`line ${line} ${error.path} (VMA): ${error.reason}`);
  });

  it.each([
    ["vm_pgoff", 1.5, "expected an integer from 0 to 18446744073709551615, found 1.5"],
    ["vm_pgoff", -1, "expected an integer from 0 to 18446744073709551615, found -1"],
    [
      "vm_pgoff",
      2 ** 53,
      "expected an integer above 2^53 in quotes, because it is rounded otherwise, found 9007199254740992",
    ],
    [
      "vm_pgoff",
      "0x1ffffffffffffffff",
      'expected an integer from 0 to 18446744073709551615, found "0x1ffffffffffffffff"',
    ],
    ["vm_pgoff", "9".repeat(1000), /^expected an integer from 0 to 18446744073709551615, found "9{60}"…$/],
    ["vm_pgoff", null, "expected an integer from 0 to 18446744073709551615, found null"],
    ["vma_objref", 2 ** 31, "expected an integer from -2147483648 to 2147483647, found 2147483648"],
    ["vma_objref", {}, "expected an integer from -2147483648 to 2147483647, found an object"],
    ["vma_type", "CKPT_VMA_FIEL", 'expected CKPT_VMA_FILE, found "CKPT_VMA_FIEL"'],
    ["vma_type", [1], "expected an integer from 0 to 4294967295 or its name, found an array of 1"],
    ["vm_strat", 1, "expected vm_start, found an unknown field"],
    ["__proto__", 1, /found an unknown field$/],
    ["constructor", 1, /found an unknown field$/],
  ])("%s: %j", (field, value, reason) => {
    const at = text.indexOf('"vm_start"');
    const own = text.slice(at).match(new RegExp(`"${field}": ("[^"]*"|\\d+)`))?.[0];
    const json = `${JSON.stringify(field)}: ${JSON.stringify(value)}`;
    const changed =
      own && text.includes(own)
        ? edited(text, { record: "VMA" }, ({ fields }) => {
            fields[field] = value;
          })
        : text.replace('"vm_start"', `${json}, "vm_start"`);
    expect(mistake(changed).reason).toMatch(reason as string);
  });

  it("a missing field, and no fields at all", () => {
    expect(said("VMA", ({ fields }) => delete fields.vm_end)).toBe(
      "expected a value for this field of ckpt_hdr_vma, found nothing",
    );
    expect(said("VMA", (node) => delete node.fields)).toBe("expected the fields of ckpt_hdr_vma, found nothing");
    expect(
      said("VMA", (node) => {
        node.fields = [];
      }),
    ).toBe("expected the fields of ckpt_hdr_vma, found an array of 0");
  });

  it("an unknown record, struct or member", () => {
    expect(
      said("VMA", (node) => {
        node.record = "VMAS";
      }),
    ).toMatch(/^expected VMA.*found "VMAS"$/);
    expect(
      said("VMA", (node) => {
        node.record = 402;
      }),
    ).toBe("expected the name of a record, found 402");
    expect(said("VMA", (node) => delete node.record)).toBe(
      "expected a record by its name, or by the number of its type, found neither",
    );
    expect(
      said("FILE", (node) => {
        node.struct = "ckpt_hdr_file_pip";
      }),
    ).toMatch(/^expected ckpt_hdr_file_pipe/);
    expect(
      said("FILE", (node) => {
        node.struct = "ckpt_sigset";
      }),
    ).not.toContain("ckpt_sigset,");
    expect(
      said("VMA", (node) => {
        node.field = {};
      }),
    ).toBe("expected fields, found an unknown member");
    expect(
      said("VMA", (node) => {
        node.type = 2 ** 32;
      }),
    ).toMatch(/^expected an integer from 0 to 4294967295/);
    expect(
      said("TAIL", (node) => {
        node.length = "16";
      }),
    ).toMatch(/^expected an integer from 0 to 4294967295/);
  });

  it("texts", () => {
    expect(
      said("STRING", (node) => {
        node.text = "seventeen letters";
      }),
    ).toBe("expected at most 16 bytes, as size says, found 17 bytes");
    expect(
      said("FILE_NAME", (node) => {
        node.text = 1;
      }),
    ).toBe("expected text, found 1");
    expect(
      said("FILE_NAME", (node) => {
        node.text = "/a\ufffd";
      }),
    ).toMatch(/^expected text without U\+FFFD/);
    expect(
      said("FILE_NAME", (node) => {
        node.text = "/a\ud800";
      }),
    ).toMatch(/^expected text that can be written as bytes/);
    expect(
      said("FILE_NAME", (node) => {
        node.size = 1e9;
      }),
    ).toMatch(/^expected a number of bytes up to 1048576/);
    expect(
      said("FILE_NAME", (node) => {
        node.unterminated = "yes";
      }),
    ).toBe('expected true, found "yes"');
  });

  it("payloads that exclude each other", () => {
    expect(
      said("FILE_NAME", (node) => {
        node.bytes = { hex: "00" };
      }),
    ).toBe("expected nothing, as there is text, found another payload");
    expect(
      said("FILE_NAME", (node) => {
        node.positions = [];
      }),
    ).toBe("expected pages next to it, found text");
    expect(
      said("TAIL", (node) => {
        node.size = 1;
      }),
    ).toBe("expected text next to it, found no payload");
  });

  it("elements", () => {
    const pids = (change: (node: Parsed) => void) => mistake(edited(text, { as: "pids" }, change));
    expect(
      pids((node) => {
        node.elements[0].vpid = "one";
      }),
    ).toMatchObject({
      path: expect.stringMatching(/\.elements\[0\]\.vpid$/),
      reason: expect.stringMatching(/found "one"$/),
    });
    expect(
      pids((node) => {
        node.of = "ckpt_task_pid";
      }).reason,
    ).toMatch(/^expected ckpt_task_pids/);
    expect(pids((node) => delete node.of).reason).toBe("expected a width or a struct, found nothing");
    expect(
      pids((node) => {
        node.elements = {};
      }).reason,
    ).toBe("expected an array, found an object");
  });

  it("pages", () => {
    const pages = (change: (node: Parsed) => void) => mistake(edited(text, { as: "page_batch" }, change));
    expect(pages((node) => void node.positions.pop()).reason).toMatch(/one per position, found \d+ bytes$/);
    expect(pages((node) => delete node.positions).reason).toBe("expected the positions of the pages, found nothing");
    expect(
      pages((node) => {
        node.positions[0] = "here";
      }).path,
    ).toMatch(/\.positions\[0\]$/);
    expect(
      pages((node) => {
        node.pages = "AAAA";
      }).reason,
    ).toMatch(/^expected bytes/);
  });

  it.each([
    [{}, "expected one of text, hex, base64 or file, found an empty object"],
    [{ hex: "0" }, 'expected pairs of hexadecimal digits, found "0"'],
    [{ hex: "zz" }, 'expected pairs of hexadecimal digits, found "zz"'],
    [{ base64: "A" }, 'expected base64 with its padding, found "A"'],
    [{ base64: "A*==" }, 'expected base64 with its padding, found "A*=="'],
    [{ bas64: "" }, "expected base64, found an unknown form"],
    [{ hex: "", text: "" }, "expected one of text, hex, base64 or file, found hex, text"],
    [{ file: "x", offset: 0, size: 1 }, /^expected bytes within the text/],
    [{ file: "x", offset: -1, size: 1 }, "expected a number of bytes, found -1"],
    [{ file: "x", offset: 0, size: 1e300 }, "expected a number of bytes, found 1e+300"],
    [{ file: 1 }, "expected the name of a file, found 1"],
  ])("bytes as %j", (json, reason) => {
    expect(
      said("TAIL", (node) => {
        node.bytes = json;
      }),
    ).toMatch(reason as string);
  });

  it("padding outside the record", () => {
    expect(
      said("TAIL", (node) => {
        node.padding = { 15: "0000" };
      }),
    ).toMatch(/within the 16 bytes of the record/);
    expect(
      said("TAIL", (node) => {
        node.padding = { "-1": "00" };
      }),
    ).toMatch(/within the 16 bytes of the record/);
    expect(
      said("TAIL", (node) => {
        node.padding = "00";
      }),
    ).toMatch(/^expected offsets with their bytes/);
  });

  it("padding in place of type or length", () => {
    expect(
      said("TAIL", (node) => {
        node.padding = { 4: "ff" };
      }),
    ).toMatch(/within the 16 bytes of the record, from byte 8 on, found "ff"$/);
  });
});

describe("a name that comes twice in an object, of which the engine would take the last", () => {
  it.each([
    ['"rev": 5', '"rev": 5, "rev": 6', "rev", 6],
    ['"rev": 5', '"rev": 5, "r\\u0065v": 6', "rev", 6],
    ['"task_comm_len": 16', '"task_comm_len" : 99, "task_comm_len" :16', "task_comm_len", 6],
    ['"record": "HEADER",', '"record": "TAIL", "record": "HEADER",', "record", 6],
    ['"abi": ', '"abi": "v16/x86_32", "abi": ', "abi", 3],
    ['"page_size": ', '"page_size": 4096,\n"page_size": ', "page_size", 5],
    ['"rule": "task",', '"rule": "task", "rule": "task",', "rule", 18],
  ])("%s as %s", (from, to, name, line) => {
    expect(text).toContain(from);
    expect(mistake(text.replace(from, to)).message).toBe(
      `line ${line}: expected every name once in an object, found "${name}" again`,
    );
  });

  it("not in different objects, nor in a text", () => {
    const odd = text.replace('"text": "2.6.33"', '"text": "\\"a\\": {:"');
    expect(imageOf(odd).length).toBe(bytes.length);
  });

  it("however deep", () => {
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    expect(mistake(text.replace('"rev": 5', `"rev": ${deep}`)).reason).toMatch(/found an object$/);
  });
});

describe("a mistake in the document", () => {
  const document = (change: (node: Parsed) => void) => mistake(edited(text, { format: "ckpt-text/1" }, change));

  it("its head", () => {
    expect(
      document((node) => {
        node.format = "ckpt-text/2";
      }).message,
    ).toBe('line 1 .format: expected "ckpt-text/1", found "ckpt-text/2"');
    expect(
      document((node) => {
        node.abi = "v20c/x86_32";
      }).reason,
    ).toMatch(/^expected v20-c/);
    expect(
      document((node) => {
        node.abi = 20;
      }).path,
    ).toBe(".abi");
    expect(
      document((node) => {
        node.page_size = 4095;
      }).path,
    ).toBe(".page_size");
    expect(document((node) => delete node.records).path).toBe(".records");
    expect(mistake(text.replace('"abi"', '"size": 7, "abi"')).path).toBe(".size");
  });

  it("members behind the records that belong before them", () => {
    const error = mistake('{"format":"ckpt-text/1","page_size":4096,"records":[],"abi":"v21/x86_64"}');
    expect(error.path).toBe(".abi");
    const late = text.replace(
      /("rule": "NS"), ("record": "OBJREF", "fields": \{[^}]*\}), "records": \[/,
      '$1, "records": [',
    );
    expect(mistake(late.replace(/\]\},\n( *\{ "record": "TASK_NS")/, '], "record": "OBJREF"},\n$1')).reason).toBe(
      "expected this member before records, found it after them",
    );
  });

  it.each([
    ["", "expected a JSON object, found the end of the text"],
    ["[]", 'expected a JSON object, found "["'],
    ["{", "expected the end of the node, found the end of the text"],
    ['{"a', "expected the end of a string, found the end of the text"],
    [`${HEAD}}`, 'expected a node or the end of the array, found "}"'],
    [`${HEAD}1`, 'expected a node or the end of the array, found "1"'],
  ])("no JSON: %s", (json, reason) => {
    expect(mistake(json)).toMatchObject({ reason, line: 1, path: "" });
  });

  it.each([
    ["a comma too many", /,\n {2}\{ "record": "TREE"/, ',,\n  { "record": "TREE"'],
    ["a comma too few", /,\n {2}\{ "record": "TREE"/, '\n  { "record": "TREE"'],
    ["a quote too few", '"record": "TREE"', '"record": "TREE'],
    ["a bare word", '"record": "TREE"', '"record": TREE'],
    ["text behind the end", /$/, "{}"],
    ["a number as node", '{ "record": "TREE"', '1, { "record": "TREE"'],
  ])("%s", (_, pattern, replacement) => {
    expect(mistake(text.replace(pattern, replacement)).line).toBeGreaterThan(1);
  });

  it("nodes that are nested without end", () => {
    expect(mistake(HEAD + '{"records":['.repeat(100_000)).message).toMatch(/more than 1000 deep$/);
    expect(mistake(`${HEAD}{"record":"TAIL","fields":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`).record).toBe(
      "TAIL",
    );
  });

  it("changes at random are told or taken, and nothing else", () => {
    let state = 4711;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const tokens = [
      "null",
      "{",
      "}",
      "[",
      "]",
      ",",
      '"',
      "\\",
      '"records": [',
      "1e999",
      "-",
      "\u0000",
      "\ud800",
      '{"hex":"00"}',
    ];
    for (let round = 0; round < 60; round++) {
      const at = random(text.length);
      const changed = text.slice(0, at) + tokens[random(tokens.length)] + text.slice(at + random(3));
      try {
        imageOf(changed);
      } catch (error) {
        expect(error).toMatchObject({ name: "InputError", code: "bad-text" });
      }
    }
  });
});
