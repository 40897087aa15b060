/** Prints namespaces. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { type Namespaces, type NestedTask, type NetDevice, namespacesOf } from "../../inspect/ns.js";
import { shortName } from "../../model/short-name.js";
import type { ShownTasks } from "../frame/inspect.js";
import { type Fact, listed, printFacts } from "../output/facts.js";
import { printTitle } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable, type TableColumn } from "../output/table.js";

export function printNamespaces(
  image: Image,
  streams: Streams,
  { all: tasks }: ShownTasks,
  { json }: { readonly json?: true },
): void {
  const namespaces = namespacesOf(image, tasks);
  if (json) {
    writeJson(streams.out, namespaces);
    return;
  }
  const sections = [printSets, printUts, printNet, printUser, printPid];
  let printed = 0;
  for (const section of sections) {
    const title = (text: string) => {
      if (printed++ > 0) streams.out.write("\n");
      printTitle(streams, text);
    };
    section(streams, namespaces, title);
  }
  if (printed === 0) streams.out.write("no namespaces in this image\n");
}

type Section = (streams: Streams, namespaces: Namespaces, title: (text: string) => void) => void;

/** Maximum number of tasks that are named on one line. */
const MAX_TASKS_PER_LINE = 24;

const printSets: Section = (streams, { sets }, title) => {
  if (sets.length === 0) return;
  title("sets of namespaces");
  const number = (objref: number | undefined): Cell => (objref === 0 ? "not saved" : objref);
  const columns: TableColumn[] = [
    { title: "SET", align: "right" },
    { title: "UTS", align: "right" },
    { title: "IPC", align: "right" },
    { title: "NET", align: "right" },
    { title: "TASKS" },
  ];
  const rows = sets.map(({ objref, uts, ipc, net, tasks }): Cell[] => [
    objref,
    number(uts),
    number(ipc),
    number(net),
    listed(tasks, MAX_TASKS_PER_LINE),
  ]);
  printTable(streams, columns, rows, { indent: 2 });
};

const printUts: Section = (streams, { uts }, title) => {
  for (const { objref, texts } of uts) {
    title(`UTS namespace ${objref}`);
    printFacts(streams, Object.entries(texts));
  }
};

const printNet: Section = (streams, { net }, title) => {
  for (const { objref, devices } of net) {
    title(objref === 0 ? "devices of no network namespace" : `network namespace ${objref}`);
    if (devices.length === 0) streams.out.write("  no devices\n");
    else printTable(streams, DEVICE, devices.map(deviceRow), { indent: 2 });
  }
};

const DEVICE: readonly TableColumn[] = [
  { title: "DEVICE", align: "right" },
  { title: "NAME" },
  { title: "KIND" },
  { title: "HARDWARE" },
  { title: "PEER", align: "right" },
  { title: "FLAGS" },
  { title: "ADDRESSES" },
];

function deviceRow({
  objref,
  name,
  kind,
  hardwareAddress,
  peer,
  flags,
  otherFlags,
  addresses,
  mode,
}: NetDevice): Cell[] {
  const words = [
    ...flags.map((flag) => shortName(flag, "IFF_")),
    ...(otherFlags === 0n ? [] : [hex(otherFlags)]),
    ...(mode === undefined ? [] : [`mode ${mode}`]),
  ];
  return [
    objref,
    name,
    kind && shortName(kind, "CKPT_NETDEV_"),
    hardwareAddress,
    peer || undefined,
    words.join(","),
    addresses
      .map(({ unknownType, local, mask }) =>
        unknownType === undefined ? `${local} mask ${mask}` : `unknown type ${unknownType}`,
      )
      .join(", "),
  ];
}

const printUser: Section = (streams, { user }, title) => {
  if (user.length === 0) return;
  title("user namespaces");
  printFacts(
    streams,
    user.map(({ objref, creator, tasks }): Fact => {
      const made = creator ? `made by user ${creator.uid} of ${creator.namespace}` : "that of the root task";
      return [String(objref), `${made}, tasks ${listed(tasks, MAX_TASKS_PER_LINE)}`];
    }),
  );
};

/** Maximum number of tasks that are listed; JSON lists all. */
const MAX_LISTED_TASKS = 1000;

const printPid: Section = (streams, { pid }, title) => {
  if (pid.length === 0) return;
  title("pid namespaces below that of the root task");
  const text = ({ pid: outer, depth, nested }: NestedTask): Fact => [
    String(outer),
    nested.length === 0 ? `${depth} levels down` : `is ${nested.join(", then ")}`,
  ];
  printFacts(streams, pid.slice(0, MAX_LISTED_TASKS).map(text));
  if (pid.length > MAX_LISTED_TASKS) streams.out.write(`  and ${pid.length - MAX_LISTED_TASKS} more tasks\n`);
};
