/** Makes valid images of any ABI. Their content depends only on the options. */
import { compose, type ImageSink, ImageWriter, MemorySink, type Part } from "../../tools/write/index.js";
import { header } from "./header.js";
import { ascending, scattered } from "./numbers.js";
import { type MakeOptions, settle } from "./options.js";
import { pidRecords } from "./pids.js";
import { Scene } from "./scene.js";
import { tasks } from "./task.js";

/**
 * Writes an image.
 *
 * @returns its size in bytes
 * @throws {OptionError} for invalid options, {@link UnknownNameError} for an ABI that does not exist
 */
export function makeImage(options: MakeOptions, sink: ImageSink): number {
  const settings = settle(options);
  const scene = new Scene(settings);
  const pids = scene.hasRecord("PIDS") ? settings.tasks : 0;
  const { firstPid, next } = settings.container ? scattered(pids) : ascending(pids);
  const writer = new ImageWriter(scene.format, sink);
  const image: Part = {
    records: { ...header(scene), ...pidRecords(scene, firstPid), ...end(settings.error) },
    rules: { task: tasks(scene) },
  };
  compose(writer, image, next);
  writer.flush();
  return writer.offset;
}

/** Makes an image in memory. */
export function makeBytes(options: MakeOptions): Uint8Array {
  const sink = new MemorySink();
  makeImage(options, sink);
  return sink.bytes;
}

/** The end of the image: complete, or with the error message of a kernel, which begins with a NUL. */
function end(error: string | undefined): Part["records"] {
  return error === undefined ? { TAIL: {} } : { ERROR: {}, message: { payload: `\0${error}` } };
}
