import { afterEach, describe, expect, it, vi } from "vitest";
import { planConversion } from "../../tools/convert/convert.js";
import { Passages } from "../../tools/convert/passages.js";
import { Run } from "../../tools/convert/run.js";
import { openImage } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { SOME_ABIS, versionsOf } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";

interface Result {
  readonly report: string;
  readonly bytes: string;
}

async function converted(bytes: Uint8Array, abi: string, to: string): Promise<Result> {
  const plan = planConversion(openImage(new MemorySource(bytes), { abi }), { to });
  const sink = new MemorySink();
  if (plan.isPossible) await plan.write(sink, { allowLoss: true });
  const report = JSON.stringify(plan.report, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return { report, bytes: Buffer.from(sink.bytes).toString("hex") };
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** The same with a node for every record. */
async function convertedByNodes(...image: Parameters<typeof converted>): Promise<Result> {
  const spy = vi.spyOn(Passages.prototype, "runEnd").mockImplementation((row) => row);
  try {
    return await converted(...image);
  } finally {
    spy.mockRestore();
  }
}

/** Targets of an image: the neighbours of its version, the oldest and the newest. */
function targets(abi: string): string[] {
  const [version = "", arch = ""] = abi.split("/");
  const versions = versionsOf(arch);
  const place = versions.indexOf(version);
  return [...new Set([versions[0], versions[place - 1], versions[place + 1], versions.at(-1)])].filter(
    (target): target is string => target !== undefined && target !== version,
  );
}

describe("records with a passage are converted as nodes are", () => {
  for (const abi of SOME_ABIS)
    it(abi, async () => {
      const writing = vi.spyOn(Run.prototype, "write");
      for (const options of [{ pages: 2 }, { plain: true, container: true, vmas: 20 }]) {
        const bytes = makeBytes({ abi, ...options });
        for (const to of targets(abi)) {
          const result = await converted(bytes, abi, to);
          expect([to, result]).toEqual([to, await convertedByNodes(bytes, abi, to)]);
        }
      }
      expect(writing).toHaveBeenCalled();
    }, 120_000);
});

describe("a record whose values need more than a passage", () => {
  const abi = "v21/x86_64";
  const made = makeBytes({ abi, plain: true, vmas: 20, pages: 0 });
  const image = openImage(new MemorySource(made), { abi });
  const mappings = [...image.root].filter(({ record }) => record?.name === "VMA");
  const TYPE = 8;
  const VDSO = 1;
  /** Means nothing in v21. */
  const HUGETLB_SKIP = 10;

  it("is converted as a node: a number that means something else in the other version", async () => {
    const bytes = made.slice();
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const mapping = mappings.find(({ offset }) => view.getUint32(offset + TYPE, true) === VDSO);
    if (!mapping) throw new Error("no mapping without contents");
    view.setUint32(mapping.offset + TYPE, HUGETLB_SKIP, true);
    const result = await converted(bytes, abi, "v23-rc2");
    expect(result.report).toContain("in v23-rc2 the number means");
    expect(result).toEqual(await convertedByNodes(bytes, abi, "v23-rc2"));
  });

  it("is one among others with a passage", async () => {
    expect(mappings.length).toBeGreaterThan(20);
    const writing = vi.spyOn(Run.prototype, "write");
    await converted(made, abi, "v23-rc2");
    expect(writing).toHaveBeenCalled();
  });
});
