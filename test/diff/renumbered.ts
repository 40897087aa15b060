/** Images that differ from others only in the numbers of their objects. */
import { compose, ImageWriter, MemorySink } from "../../tools/write/index.js";
import { header } from "../make-image/header.js";
import { scattered } from "../make-image/numbers.js";
import { type MakeOptions, settle } from "../make-image/options.js";
import { pidRecords } from "../make-image/pids.js";
import { Scene } from "../make-image/scene.js";
import { tasks } from "../make-image/task.js";

/** An image with the object numbers of a checkpoint of a container. */
export function renumbered(options: MakeOptions): Uint8Array {
  const settings = settle(options);
  const scene = new Scene(settings);
  const { firstPid, next } = scattered(scene.hasRecord("PIDS") ? settings.tasks : 0);
  const sink = new MemorySink();
  const writer = new ImageWriter(scene.format, sink);
  const records = { ...header(scene), ...pidRecords(scene, firstPid), TAIL: {} };
  compose(writer, { records, rules: { task: tasks(scene) } }, next);
  writer.flush();
  return sink.bytes;
}
