/** Prints credentials. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import {
  type FileCredentials,
  listFileCredentials,
  listTaskCredentials,
  type TaskCredentials,
} from "../../inspect/creds.js";
import type { CapabilitySet, Credentials, Ids } from "../../model/credentials.js";
import { shortName } from "../../model/short-name.js";
import type { Task } from "../../model/tasks.js";
import type { ShownTasks } from "../frame/inspect.js";
import { NO_TASKS, printBlocks } from "../output/blocks.js";
import { type Fact, listed, printFacts } from "../output/facts.js";
import { printTaskHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable } from "../output/table.js";

export function printCreds(
  image: Image,
  streams: Streams,
  { chosen }: ShownTasks,
  { files, json }: { readonly files?: true; readonly json?: true },
): void {
  if (files) printFileCredentials(image, streams, json);
  else printCredentials(image, streams, chosen, json);
}

function printCredentials(image: Image, streams: Streams, chosen: readonly Task[], json: true | undefined): void {
  const tasks = listTaskCredentials(image, chosen);
  if (json) {
    const seen = new Seen();
    const refer = function* () {
      for (const task of tasks)
        yield { ...task, subjective: seen.add(task.subjective), objective: seen.add(task.objective) };
    };
    writeJson(streams.out, { tasks: refer(), credentials: seen.all() });
    return;
  }
  if (tellsNone(image, streams)) return;
  printBlocks(streams, tasks, NO_TASKS, (task) => {
    printTaskHeading(streams, task);
    printTask(streams, task);
  });
}

/** Credentials that JSON refers to by number, so that each is written only once. */
class Seen {
  private readonly credentials = new Map<number, Credentials>();

  add(credentials: Credentials | undefined): number | undefined {
    if (credentials) this.credentials.set(credentials.objref, credentials);
    return credentials?.objref;
  }

  /** The credentials that were added so far, including those added during the iteration. */
  *all(): Generator<Credentials, void, void> {
    yield* this.credentials.values();
  }
}

function tellsNone({ format }: Image, streams: Streams): boolean {
  if (format.kind("CRED")) return false;
  streams.out.write(`images of ${format.abi.target.version} do not hold credentials\n`);
  return true;
}

function printTask(streams: Streams, { subjective, objective, zombie }: TaskCredentials): void {
  if (!subjective && !objective) {
    streams.out.write(zombie ? "  it has exited\n" : "  the image does not have its credentials\n");
    return;
  }
  if (subjective) printFacts(streams, factsOf(subjective));
  if (!objective || objective.objref === subjective?.objref) return;
  streams.out.write("  when others act upon it:\n");
  printFacts(streams, factsOf(objective), 4);
}

function factsOf({
  uids,
  gids,
  groups,
  capabilities,
  securebits,
  user,
  label,
  objref,
}: Credentials): (Fact | undefined)[] {
  const bits = [
    ...securebits.names.map((name) => shortName(name, "SECBIT_")),
    ...(securebits.rest === 0n ? [] : [hex(securebits.rest)]),
  ];
  return [
    ["users", idsText(uids)],
    ["groups", idsText(gids)],
    ["further groups", groups ? listed(groups) : "the image does not have them"],
    ...Object.entries(capabilities).map(([name, set]): Fact => [name, capabilityText(set)]),
    bits.length === 0 ? undefined : ["secure bits", bits.join(", ")],
    user && ["counted for", `user ${user.uid} in user namespace ${user.namespace}`],
    label === undefined ? undefined : ["label", label],
    ["object", String(objref)],
  ];
}

function idsText({ real, effective, saved, fileSystem }: Ids): string {
  const ids = [real, effective, saved, fileSystem];
  return ids.every((id) => id === real) ? String(real) : ids.join(" ");
}

function capabilityText({ mask, names, missing, rest }: CapabilitySet): string {
  if (mask === 0n) return "none";
  const words = (list: readonly string[]) => list.map((name) => shortName(name, "CAP_"));
  if (missing.length < names.length) return missing.length === 0 ? "all" : `all but ${words(missing).join(", ")}`;
  return [...words(names), ...(rest === 0n ? [] : [hex(rest)])].join(", ");
}

function printFileCredentials(image: Image, streams: Streams, json: true | undefined): void {
  const files = listFileCredentials(image);
  if (json) {
    const seen = new Seen();
    const refer = function* () {
      for (const file of files) yield { ...file, opener: seen.add(file.opener) };
    };
    writeJson(streams.out, { files: refer(), credentials: seen.all() });
    return;
  }
  if (tellsNone(image, streams)) return;
  if (![...image.objects.values()].some(({ rule }) => rule === "FILE")) {
    streams.out.write("no open files in this image\n");
    return;
  }
  printTable(
    streams,
    [
      { title: "FILE", align: "right" },
      { title: "TYPE" },
      { title: "UID", align: "right" },
      { title: "GID", align: "right" },
      { title: "OPENED AS", align: "right" },
      { title: "LABEL" },
      { title: "NAME" },
    ],
    rows(files),
  );
}

function* rows(files: Iterable<FileCredentials>): Generator<Cell[], void, void> {
  for (const { objref, type, opener, label, path } of files)
    yield [
      objref,
      type === undefined ? undefined : shortName(type, "CKPT_FILE_"),
      opener?.uids.effective,
      opener?.gids.effective,
      opener?.objref,
      label,
      path ?? "",
    ];
}
