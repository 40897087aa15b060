import { describe, expect, it } from "vitest";
import { converted, losses, made, order, payloadOf } from "../../conversions.js";
import { returns } from "../images.js";

const MESSAGE = "task 1000 is not frozen";
const failed = (abi: string, end: string) => made(abi, { tasks: 1, pages: 1, plain: true, error: MESSAGE + end });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("error-text", () => {
  it("v18-dev-b to v19-rc1: without the NUL at the end", async () => {
    const source = failed("v18-dev-b/x86_32", "\0");
    const result = await converted(source, "v18-dev-b/x86_32", "v19-rc1");
    expect(text(payloadOf(result.image, "message"))).toBe(`\0${MESSAGE}`);
    expect(losses(result)).toEqual([]);
    expect(await returns(source, "v18-dev-b/x86_32", "v19-rc1")).toBe(true);
  });

  it("v19-rc1 to v18-dev-b: with one, and still the end of the image", async () => {
    const { image } = await converted(failed("v19-rc1/x86_32", ""), "v19-rc1/x86_32", "v18-dev-b");
    expect(text(payloadOf(image, "message"))).toBe(`\0${MESSAGE}\0`);
    expect(order(image.root).slice(-1)).toEqual(["error"]);
  });
});
