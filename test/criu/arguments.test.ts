/** Arguments that the types exclude are refused in words. */
import { expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { UsageError } from "../../tools/errors/usage-error.js";
import { realImage } from "../images/fixtures.js";
import { openedReal } from "../opened.js";

const image = openedReal(realImage("x86_64-self-min.img"));

it("plans only images", () => {
  for (const wrong of [undefined, null, {}, new Uint8Array(8), "app.img"])
    expect(() => planDump(wrong as never)).toThrow(UsageError);
});

it("takes a vdso as bytes or by name", () => {
  for (const vdso of ["foo", 5, null]) expect(() => planDump(image, { vdso: vdso as never })).toThrow(UsageError);
  expect(planDump(image, { vdso: new Uint8Array(0) }).isPossible).toBe(false);
  expect(planDump(image, { vdso: "drop" })).toMatchObject({ isPossible: true, isLossless: true });
});

it("writes only into what takes files", async () => {
  for (const sink of [undefined, null, {}, { file: "name" }])
    await expect(planDump(image, { vdso: "drop" }).write(sink as never)).rejects.toThrow(UsageError);
});
