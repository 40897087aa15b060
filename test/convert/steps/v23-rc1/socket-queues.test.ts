import { describe, expect, it } from "vitest";
import { edited, losses, made, records } from "../../conversions.js";
import { clean, lengths, returns } from "../images.js";

const OLD = "v22-arm/x86_64";
const NEW = "v23-rc1-a/x86_64";
const marks = ({ image }: Awaited<ReturnType<typeof clean>>) =>
  records(image, "SOCKET").map((node) => image.fields(node).number("has_buffers"));

describe("socket-markers", () => {
  it("v22 to v23-rc1-a: 1 for sockets that neither listen nor are dead", async () => {
    const source = made(OLD, { tasks: 1, pages: 1 });
    const result = await clean(source, OLD, "v23-rc1-a");
    // A pair: one with queued data, one that listens. Internet: one that listens, a connection, one without. And a dead sender, found in a queue.
    expect(marks(result)).toEqual([1, 1, 1, 0, 0, 1, 1, 0]);
    expect(new Set(lengths(result.image, "SOCKET"))).toEqual(new Set([120]));
    expect(await returns(source, OLD, "v23-rc1-a")).toBe(true);
  });

  it("v23-rc1-a to v22: lost only where it says something else", async () => {
    const result = await clean(made(NEW, { tasks: 1, pages: 1 }), NEW, "v22-arm");
    const lost = (found: typeof result) => losses(found).filter((text) => text.startsWith("SOCKET."));
    expect(lost(result)).toEqual([]);
    expect(new Set(lengths(result.image, "SOCKET"))).toEqual(new Set([112]));
    const odd = edited(made(NEW, { tasks: 1, pages: 1 }), NEW, "socket[3].has_buffers=1");
    expect(lost(await clean(odd, NEW, "v22-arm"))).toEqual(["SOCKET.has_buffers: 1"]);
  });
});
