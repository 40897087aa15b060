/** The last look at a result. */
import { expect, it } from "vitest";
import { ConvertError, checkResult } from "../../tools/convert/index.js";
import { formatOf } from "../../tools/image/detect.js";
import { MemorySource } from "../../tools/image/index.js";
import { converted, made, open } from "./conversions.js";

it("takes what a conversion makes, and refuses half of it", async () => {
  const { bytes, image } = await converted(made("v21/x86_64"), "v21/x86_64", "v23-rc2");
  const { format } = image;
  expect(() => checkResult(format, new MemorySource(bytes))).not.toThrow();
  const half = new MemorySource(bytes.subarray(0, bytes.length / 2));
  expect(() => checkResult(format, half)).toThrow(ConvertError);
  expect(() => checkResult(format, half)).toThrow(
    /^the result would be no image of v23-rc2\/x86_64 that can be read: /,
  );
  // Read as what it was before, it is not what it is now.
  expect(() =>
    checkResult(formatOf(open(made("v19/x86_64"), "v19/x86_64").format.abi), new MemorySource(bytes)),
  ).toThrow(ConvertError);
});
