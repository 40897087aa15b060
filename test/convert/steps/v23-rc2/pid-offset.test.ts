import { describe, expect, it } from "vitest";
import { edited, fields, made } from "../../conversions.js";
import { clean, plain, returns } from "../images.js";

const OLD = "v23-rc1-c/x86_64";
const NEW = "v23-rc2/x86_64";
const offset = async (source: Uint8Array, abi: string, to: string) =>
  fields((await clean(source, abi, to)).image, "PIDS", ["offset"]);

describe("pid-offset", () => {
  it("v23-rc1-c to v23-rc2: one more, so that it is the number of the first pid", async () => {
    expect(await offset(plain(OLD), OLD, "v23-rc2")).toEqual([1]);
    // Pids are not the first objects of a container.
    const container = made(OLD, { tasks: 1, pages: 1, plain: true, container: true });
    expect(await offset(container, OLD, "v23-rc2")).toEqual([17]);
    expect(await returns(container, OLD, "v23-rc2")).toBe(true);
  });

  it("stays when the kernel stated it right already", async () => {
    expect(await offset(edited(plain(OLD), OLD, "PIDS.offset=1"), OLD, "v23-rc2")).toEqual([1]);
  });

  it("v23-rc2 to v23-rc1-c: one less", async () => {
    expect(await offset(plain(NEW), NEW, "v23-rc1-c")).toEqual([0]);
    const container = made(NEW, { tasks: 1, pages: 1, plain: true, container: true });
    expect(await offset(container, NEW, "v23-rc1-c")).toEqual([16]);
  });
});
