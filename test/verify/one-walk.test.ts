/** Checking an image in the walk that opens it gives the report of a walk of its own. */
import { describe, expect, it } from "vitest";
import { MemorySource } from "../../tools/image/index.js";
import type { VerifyReport } from "../../tools/verify/report.js";
import { openVerified, reportOn, verify } from "../../tools/verify/verify.js";
import { IMAGES } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";

/** The reports of both ways; the message if not even the first record can be read. */
function both(bytes: Uint8Array, abi: string | undefined, max: number) {
  const source = new MemorySource(bytes);
  const image = openVerified(source, { abi }, max);
  return {
    once: outcome(() => reportOn(image, { max })),
    again: outcome(() => verify(image.format, source, { max })),
  };
}

function outcome(check: () => VerifyReport): Partial<VerifyReport> & { readonly error?: string } {
  try {
    return check();
  } catch (error) {
    return { error: String(error) };
  }
}

describe.each(IMAGES)("$name", ({ bytes, notes: { abi } }) => {
  it.each([undefined, abi])("as it is, opened as %s", (abi) => {
    const { once, again } = both(bytes, abi, 1000);
    expect(once).toEqual(again);
    expect(once.summary?.records).toBeGreaterThan(1);
  });

  it.each([3, 5, 7, 11])("with a byte in %d parts changed", (parts) => {
    const damaged = bytes.slice();
    for (let i = 1; i < parts; i++) {
      const at = Math.floor((damaged.length * i) / parts);
      damaged[at] = (damaged[at] as number) ^ 0xff;
    }
    const { once, again } = both(damaged, abi, 2);
    expect(once).toEqual(again);
  });

  it("cut", () => {
    const { once, again } = both(bytes.subarray(0, bytes.length >> 1), abi, 1000);
    expect(once).toEqual(again);
    expect(once.summary?.end).toBe("damaged");
  });
});

it("finds what is wrong in a made image, with the limit of findings", () => {
  const bytes = makeBytes({ abi: "v21/x86_64", tasks: 3 });
  const { once, again } = both(bytes, "v21/x86_64", 1);
  expect(once).toEqual(again);
});
