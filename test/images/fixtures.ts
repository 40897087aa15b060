/** The real images under `test/fixtures/images`, with notes that were taken when they were made. */
import { existsSync, readFileSync } from "node:fs";
import { abi } from "../../generated/codecs/index.js";
import { ImageFormat, MemorySource } from "../../tools/image/index.js";
import { parseTruth, type Truth } from "./truth.js";

const FOLDER = new URL("../fixtures/images/", import.meta.url);

/** An entry of a walk that was determined independently of this code: a record, the bytes of a pipe after one, or a gap in the notes. */
export type WalkEntry =
  | readonly [type: number, offset: number, length: number]
  | readonly ["raw", offset: number, length: number]
  | readonly ["elided", count: number];

interface Notes {
  /** ABI of the image: `version/arch` */
  readonly abi: string;
  readonly size: number;
  readonly sha256: string;
  /** Number of entries of the walk, including those omitted in the notes. */
  readonly entries: number;
  readonly tasks: readonly string[];
  /** vpid, vppid, vtgid, vpgid, vsid of each task. */
  readonly pids: readonly (readonly number[])[];
  /** All file names, sorted, without duplicates. */
  readonly files: readonly string[];
  readonly walk: readonly WalkEntry[];
}

export interface RealImage {
  readonly name: string;
  readonly notes: Notes;
  readonly bytes: Uint8Array;
  readonly source: MemorySource;
  readonly format: ImageFormat;
  /** Facts that the guest noted; undefined if there is no truth file. */
  readonly truth: Truth | undefined;
}

/** An image with a truth file. */
export type WitnessedImage = RealImage & { readonly truth: Truth };

const NOTES: Readonly<Record<string, Notes>> = JSON.parse(readFileSync(new URL("walks.json", FOLDER), "utf8"));

export const IMAGES: readonly RealImage[] = Object.entries(NOTES).map(([name, notes]) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, FOLDER)));
  const [version = "", arch = ""] = notes.abi.split("/");
  return {
    name,
    notes,
    bytes,
    source: new MemorySource(bytes),
    format: new ImageFormat(abi(version, arch)),
    truth: truthOf(name),
  };
});

/** A real image by the name of its file. */
export function realImage(name: string): RealImage {
  const found = IMAGES.find((image) => image.name === name);
  if (!found) throw new Error(`there is no image ${name}`);
  return found;
}

function truthOf(name: string): Truth | undefined {
  const file = new URL(name.replace(/\.img$/, ".truth"), FOLDER);
  return existsSync(file) ? parseTruth(readFileSync(file, "utf8")) : undefined;
}

/** Images that hold tasks: all but the one of a checkpoint that failed. */
export const COMPLETE: readonly RealImage[] = IMAGES.filter(({ notes }) => notes.tasks.length > 0);

/** Complete images with a truth file. */
export const WITNESSED: readonly WitnessedImage[] = COMPLETE.filter((image) => image.truth) as WitnessedImage[];
