/** Objects of System V IPC, as CRIU's library reads them from dumps. */
import { describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { openedMade } from "../opened.js";
import type { Altered } from "../verify/altered.js";
import { type CritEntry, hasCrit } from "./crit.js";
import { ABI, altered, base64, dumps, said } from "./object-dumps.js";

const PAGE = 4096;
const OWNER = { uid: "1000", gid: "100", cuid: "1000", cgid: "100", mode: `${0o640}` };

/** `status` of a mapping of a System V segment: regular, shared, System V. */
const SYSTEM_V = (1 << 0) | (1 << 8) | (1 << 10);

const ipcVma = (image: Altered, nth = 0) =>
  image.record("VMA", {
    nth,
    where: (one) => one.number("vma_type") === image.format.constant("CKPT_VMA_SHM_IPC_SKIP"),
  });

describe.skipIf(!hasCrit)("System V IPC", () => {
  const dump = dumps();

  it("has a namespace with its limits", async () => {
    const { entries } = await dump(openedMade(ABI));
    const id = entries["ids-1000.img"]?.[0]?.ipc_ns_id;
    expect(id).not.toBe(entries["inventory.img"]?.[0]?.root_ids.ipc_ns_id);
    expect(entries[`ipcns-var-${id}.img`]).toEqual([
      {
        ...{ sem_ctls: ["250", "32000", "32", "128"], msg_ctlmax: "8192", msg_ctlmnb: "16384", msg_ctlmni: "1024" },
        ...{
          auto_msgmni: "0",
          shm_ctlmax: "33554432",
          shm_ctlall: "2097152",
          shm_ctlmni: "4096",
          shm_rmid_forced: "0",
        },
        ...{
          mq_queues_max: "256",
          mq_msg_max: "10",
          mq_msgsize_max: "8192",
          mq_msg_default: "10",
          mq_msgsize_default: "8192",
        },
      },
    ]);
  });

  it.each(["v16/x86_32", ABI, "v21/s390x", "v22-arm/arm"])("has segments, queues and sets of %s", async (abi) => {
    const { entries } = await dump(openedMade(abi));
    const file = (kind: string) => entries[Object.keys(entries).find((name) => name.startsWith(`ipcns-${kind}`)) ?? ""];
    expect(file("shm")).toMatchObject([
      { desc: { ...OWNER, key: `${0x5348}`, id: "32769" }, size: `${3 * PAGE}`, in_pagemaps: true },
    ]);
    expect(file("sem")).toEqual([
      { desc: { ...OWNER, key: `${0x5345}`, id: "98304" }, nsems: "3", extra: expect.anything() },
    ]);
    // The library reads numbers in the byte order of its own machine.
    if (!abi.endsWith("s390x")) expect(file("sem")?.[0]?.extra).toEqual(["1", "0", "7"]);
    else expect(file("sem")?.[0]?.extra).toEqual(["256", "0", `${7 << 8}`]);
    const [queue, ...more] = file("msg") ?? [];
    expect(more).toEqual([]);
    expect(queue).toMatchObject({
      desc: { ...OWNER, key: `${0x4d51}`, id: "65536" },
      qbytes: `${4 * PAGE}`,
      qnum: "3",
    });
    const [empty, nothing, short, text, long, texts] = queue?.extra ?? [];
    expect([empty, nothing]).toEqual([{ mtype: "1", msize: "0" }, ""]);
    expect([short, base64(text)]).toEqual([{ mtype: "2", msize: "21" }, "message message messa"]);
    expect(long).toEqual({ mtype: "3", msize: `${PAGE + 100}` });
    expect(base64(texts)).toBe("message ".repeat(PAGE / 8 + 13).slice(0, PAGE + 100));
  });

  it("has the pages of a segment under its id, and the mapping names it", async () => {
    const { entries } = await dump(openedMade(ABI));
    const attached = entries["mm-1000.img"]?.[0]?.vmas.filter(({ status }: CritEntry) => Number(status) === SYSTEM_V);
    expect(attached).toMatchObject([{ shmid: "32769", pgoff: "0", flags: "33", fdflags: "2", prot: "3" }]);
    // The page in the middle was never written.
    expect(entries["pagemap-shmem-32769.img"]?.slice(1)).toMatchObject([
      { vaddr: "0", nr_pages: "1" },
      { vaddr: `${2 * PAGE}`, nr_pages: "1" },
    ]);
  });

  it("has numbers of anonymous segments that are no ids", async () => {
    const inode = openedMade(ABI);
    const shared = [...inode.root].find(
      (node) =>
        node.record?.name === "VMA" &&
        inode.fields(node).number("vma_type") === inode.format.constant("CKPT_VMA_SHM_ANON"),
    );
    const number = shared && inode.fields(shared).number("ino_objref");
    if (!number) throw new Error("no anonymous segment");
    const { entries } = await dump(altered((one) => one.set(one.record("IPC_SHM"), "perms.id", number)));
    const vmas: CritEntry[] = entries["mm-1000.img"]?.[0]?.vmas;
    const ids = (status: number) =>
      new Set(vmas.filter((vma) => (Number(vma.status) & 0x500) === status).map(({ shmid }) => shmid));
    expect(ids(SYSTEM_V & 0x500)).toEqual(new Set([`${number}`]));
    expect(ids(0x100)).toEqual(new Set([`${number + 1}`]));
    expect(Object.keys(entries).filter((name) => name.startsWith("pagemap-shmem-"))).toEqual([
      `pagemap-shmem-${number}.img`,
      `pagemap-shmem-${number + 1}.img`,
    ]);
  });

  it("stays with the restoring process where there are no objects", async () => {
    const { entries, plan } = await dump(openedMade(ABI, { plain: true }));
    expect(entries["ids-1000.img"]?.[0]?.ipc_ns_id).toBe(entries["inventory.img"]?.[0]?.root_ids.ipc_ns_id);
    expect(Object.keys(entries).filter((name) => name.startsWith("ipcns-"))).toEqual([]);
    expect(said(plan, "notes", "IPC_NS")).toEqual([
      "-: there are no objects of System V IPC, so the processes stay in the IPC namespace of the restoring process, with its limits",
    ]);
  });
});

describe("what is not as it was of System V IPC is told:", () => {
  it("limits of POSIX queues, creators, last users", () => {
    const plan = planDump(openedMade(ABI));
    expect(said(plan, "inventions", "IPC_NS")).toEqual([
      "-: the image has no limits of POSIX message queues; they are those of a new namespace",
    ]);
    for (const record of ["IPC_SHM", "IPC_MSG", "IPC_SEM"]) {
      expect(said(plan, "losses", record)).toContain(
        "perms.cuid: the creator of the object becomes root, because CRIU changes only its owner",
      );
      expect(said(plan, "notes", record)).toEqual(["-: CRIU does not keep who used the object last and when"]);
    }
  });

  it("capacity of a queue, and a segment that is locked", () => {
    const image = altered((one) => {
      one.set(one.record("IPC_MSG"), "q_qbytes", 20000);
      one.set(one.record("IPC_SHM"), "mlock_uid", 1000);
    });
    const plan = planDump(image);
    expect(said(plan, "losses", "IPC_MSG")).toContain(
      "q_qbytes: the capacity of the queue becomes that of all queues, 16384 bytes, because CRIU does not set it",
    );
    expect(said(plan, "losses", "IPC_SHM")).toContain(
      "mlock_uid: the segment is locked in memory, which CRIU does not keep",
    );
  });

  it("queues that hold more than a new one, messages that nobody can send", () => {
    const small = altered((one) => one.set(one.record("IPC_NS"), "msg_ctlmnb", 4000));
    expect(said(planDump(small), "obstacles", "IPC_MSG")).toEqual([
      "q_cbytes: more is in the queue than a new one holds, 4000 bytes, and CRIU does not enlarge it",
    ]);
    const short = altered((one) => one.set(one.record("IPC_NS"), "msg_ctlmax", 4000));
    expect(said(planDump(short), "obstacles", "IPC_MSG_MSG")).toEqual([
      "-: the message has more than 4000 bytes, the limit of its namespace",
    ]);
    const odd = altered((one) => one.set(one.record("IPC_MSG_MSG"), "m_type", 0));
    expect(said(planDump(odd), "obstacles", "IPC_MSG_MSG")).toEqual([
      "-: the message has a type that no program can send",
    ]);
  });

  it("values that no semaphore has", () => {
    const image = altered((one) =>
      one.setElement(one.record("BUFFER", { label: "semaphores" }), "sem", 1, "semval", 32768),
    );
    expect(said(planDump(image), "obstacles", "IPC_SEM")).toEqual([
      "semaphores[].semval: no semaphore has such a value; the highest is 32767",
    ]);
  });

  it("adjustments that are due when a task ends", () => {
    const plan = planDump(openedMade("v23-rc1-c/x86_64"));
    expect(said(plan, "losses", "TASK_SEM_UNDO_LIST")).toEqual([
      "count: semaphores keep their values when the task ends: CRIU does not have the adjustments that SEM_UNDO asked for",
    ]);
  });

  it("segments of huge pages", () => {
    expect(said(planDump(openedMade("v23-rc2/x86_64")), "obstacles", "IPC_SHM")).toEqual([
      "shift: the segment is made of huge pages, whose form in images is not known",
    ]);
  });

  it("segments of which a part is attached, and those of another namespace", () => {
    const part = altered((one) => {
      const node = ipcVma(one);
      one.set(node, "vm_end", BigInt(one.value(node, "vm_end") - PAGE));
    });
    expect(said(planDump(part), "obstacles", "VMA")).toEqual([
      "vm_end: only a part of the System V segment is attached, and CRIU attaches whole ones",
    ]);
    const other = altered((one) => one.set(one.record("IPC_SHM"), "objref", 4000));
    expect(said(planDump(other), "obstacles", "VMA")).toEqual([
      "ino_objref: the System V segment is not in the IPC namespace that CRIU restores",
    ]);
  });
});
