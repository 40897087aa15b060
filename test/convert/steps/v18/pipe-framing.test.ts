import { describe, expect, it } from "vitest";
import { convert, fields, made, obstacles, order, records, textOf } from "../../conversions.js";
import { clean, lengths, returns, rewritten, without } from "../images.js";

const OLD = "v17/x86_32";
const NEW = "v18/x86_32";
/** An image without the files that v17 cannot have. */
const source = () => without(NEW, ["CKPT_FILE_FIFO", "CKPT_FILE_SOCKET", "CKPT_FILE_TTY"]);

describe("pipe-framing", () => {
  it("v17 to v18: bytes behind a count become a record", async () => {
    const old = made(OLD, { tasks: 1, pages: 1 });
    const { image } = await clean(old, OLD, "v18");
    expect(textOf(image, "pipe_contents")).toBe("in the pipe");
    expect(lengths(image, "PIPE_BUF")).toEqual([8 + 11]);
    // The other end of the pipe has no contents.
    expect(fields(image, "FILE", ["pipe_objref"], 3)).toEqual(fields(image, "FILE", ["pipe_objref"], 4));
    expect(order(records(image, "PIPE_BUF")[0]?.parent)).toEqual(["FILE", "pipe_contents"]);
    expect(await returns(old, OLD, "v18")).toBe(true);
  });

  it("an empty pipe has an empty record", async () => {
    const empty = rewritten(made(OLD, { tasks: 1, pages: 1 }), OLD, (nodes) => {
      const pipe = nodes.find(({ record }) => record === "FILE_PIPE");
      pipe.fields.pipe_len = 0;
      delete pipe.raw;
    });
    expect(lengths((await clean(empty, OLD, "v18")).image, "PIPE_BUF")).toEqual([8]);
    expect(await returns(empty, OLD, "v18")).toBe(true);
  });

  it("v18 to v17: a count, and the bytes outside of all records", async () => {
    const { image } = await clean(source(), NEW, "v17");
    const [pipe] = records(image, "FILE_PIPE");
    expect(fields(image, "FILE_PIPE", ["pipe_len"])).toEqual([11]);
    expect([pipe?.record?.length, pipe?.record?.rawLength]).toEqual([16, 11]);
    expect(records(image, "PIPE_BUF")).toEqual([]);
  });

  it("fifos are refused", async () => {
    const fifo = without(NEW, ["CKPT_FILE_SOCKET", "CKPT_FILE_TTY"]);
    expect(obstacles(await convert(fifo, NEW, "v17"))).toContain("FILE.f_type");
  });
});
