/** Dumps of images in a temporary folder, as CRIU's library reads them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { ConversionReport } from "../../tools/convert/report.js";
import { type DumpPlan, planDump } from "../../tools/criu/index.js";
import { makeDirectory } from "../../tools/files/new-directory.js";
import type { Image } from "../../tools/image/index.js";
import { makeBytes } from "../make-image/make.js";
import type { MakeOptions } from "../make-image/options.js";
import { opened } from "../opened.js";
import { Altered } from "../verify/altered.js";
import { type CritEntry, critEntries } from "./crit.js";

/** A version with all kinds of open files, and without huge pages, which are in the way of a dump. */
export const ABI = "v21/x86_64";

/** A made image with changes. */
export function altered(change: (image: Altered) => void, options: Partial<MakeOptions> = {}): Image {
  const { abi = ABI } = options;
  const image = new Altered(makeBytes({ ...options, abi }), abi);
  change(image);
  return opened(image.bytes, abi);
}

export interface Dumped {
  readonly plan: DumpPlan;
  /** Entries of the files, by name. */
  readonly entries: Record<string, CritEntry[]>;
  /** The entry of the open file behind a descriptor of the first task. */
  open(descriptor: number): CritEntry;
}

/** Returns a function that writes dumps into folders, which are removed after the tests of the file. */
export function dumps(): (image: Image) => Promise<Dumped> {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-criu-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;
  return async (image) => {
    const plan = planDump(image);
    const place = join(folder, `${count++}`);
    await makeDirectory(place, async (directory) => {
      await plan.write(directory, { allowLoss: true });
    });
    const entries = critEntries(place);
    const table = entries["ids-1000.img"]?.[0]?.files_id;
    return {
      plan,
      entries,
      open(descriptor) {
        const id = entries[`fdinfo-${table}.img`]?.find(({ fd }) => Number(fd) === descriptor)?.id;
        const file = entries["files.img"]?.find((one) => one.id === id);
        if (!file) throw new Error(`the dump has no open file behind descriptor ${descriptor}`);
        return file;
      },
    };
  };
}

/** What a report says in a category about a record: field and reason. */
export function said(
  { report }: DumpPlan,
  kind: keyof ConversionReport & ("losses" | "inventions" | "obstacles" | "notes"),
  record: string,
): string[] {
  return report[kind].filter((one) => one.record === record).map(({ field, why }) => `${field ?? "-"}: ${why}`);
}

/** Bytes that the library gives in base64. */
export function base64(text: string): string {
  return Buffer.from(text, "base64").toString("latin1");
}
