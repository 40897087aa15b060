/** Contents of an image, in the form that the comparison with the truth files needs. */
import { decodeRecord, type ImageRecord, type ImageTree, readTree, type TreeNode } from "../../tools/image/index.js";
import type { RealImage } from "./fixtures.js";

// biome-ignore lint/suspicious/noExplicitAny: decoded values of structs that are chosen at run time
export type Value = any;

export interface OpenFile {
  readonly objref: number;
  /** Offset of the `FILE` record in the image, in bytes. */
  readonly offset: number;
  /** The common part of the record. */
  readonly common: Value;
  readonly pipe: number | undefined;
  readonly path: string | undefined;
}

export interface Descriptor {
  readonly number: number;
  readonly closeOnExec: boolean;
  readonly file: OpenFile;
}

export interface Mapping {
  readonly vma: Value;
  readonly file: OpenFile | undefined;
  /** Pages by position: addresses, or page indexes of a shared segment. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

export interface AddressSpace {
  readonly mm: Value;
  readonly context: Value;
  /** Descriptors of the LDT, on x86. */
  readonly ldt: readonly Value[];
  readonly mappings: readonly Mapping[];
}

export interface Task {
  /** Entry of the pid array. */
  readonly pids: Value;
  readonly name: string;
  readonly cpu: Value;
  /** The THREAD record; undefined where there is none. */
  readonly thread: Value;
  readonly fpu: Uint8Array | undefined;
  readonly restartBlock: Value;
  /** Descriptors of thread-local storage on x86, as far as the image has them. */
  readonly tls: readonly Value[];
  /** Numbers of the task's objects. */
  readonly objects: Value;
  /** Subjective credentials, from v17 on. */
  readonly cred: Value;
  /** Actions of all signals, blocked and pending signals; the images here have them from v18 on. */
  readonly signals:
    | { readonly actions: readonly Value[]; readonly blocked: bigint; readonly pending: bigint }
    | undefined;
}

export class ImageContents {
  readonly tree: ImageTree;
  readonly tasks: readonly Task[];
  /** Contents of pipes by pipe number. */
  readonly pipes: ReadonlyMap<number, Uint8Array>;
  private readonly files = new Map<number, OpenFile>();

  constructor(private readonly image: RealImage) {
    this.tree = readTree(image.format, image.source);
    this.pipes = new Map([...this.tree.root].flatMap((node) => this.pipeContents(node)));
    const pids = this.elements(child(this.tree.root, "BUFFER", "pids"));
    this.tasks = this.tree.root.rules("task").map((node, i) => this.task(node, pids[i]));
  }

  task(node: TreeNode, pids: Value): Task {
    const live = rule(node, "live");
    const registers = rule(live, "registers");
    const objects = rule(live, "objects");
    const credentials = objects.rules("credentials")[0];
    const shared = rule(objects, "shared_objects");
    const signals = live.rules("private_signals")[0];
    const refs = this.value(child(shared, "TASK_OBJS"));
    const threadRecord = registers.find("THREAD");
    const thread = threadRecord && this.decode(threadRecord);
    const tls = registers.find("THREAD_TLS");
    const fpu = registers.find("CPU_FPU");
    return {
      pids,
      name: this.text(child(node, "STRING", "task_name")),
      cpu: this.value(child(registers, "CPU")),
      thread: thread?.value,
      fpu: fpu && this.payload(fpu),
      restartBlock: this.value(child(registers, "RESTART_BLOCK")),
      tls: tls ? this.elements(tls) : thread?.payload?.kind === "elements" ? thread.payload.elements : [],
      objects: refs,
      cred:
        credentials && this.value(child(this.object(this.value(child(credentials, "TASK_CREDS")).ecred_ref), "CRED")),
      signals: signals && {
        actions: this.decode(child(this.object(refs.sighand_objref), "SIGHAND")).tail ?? [],
        blocked: mask(this.image, this.value(child(signals, "SIGNAL_TASK")).blocked.sigset),
        pending: mask(this.image, this.value(child(signals, "SIGPENDING", "private_pending")).signal.sigset),
      },
    };
  }

  descriptors(task: Task): Descriptor[] {
    return this.object(task.objects.files_objref)
      .all("FILE_DESC")
      .map((node) => {
        const { fd_descriptor, fd_close_on_exec, fd_objref } = this.value(node);
        return { number: fd_descriptor, closeOnExec: fd_close_on_exec === 1, file: this.file(fd_objref) };
      });
  }

  addressSpace(task: Task): AddressSpace {
    const node = this.object(task.objects.mm_objref);
    const table = node.find("MM_CONTEXT_LDT");
    return {
      mm: this.value(child(node, "MM")),
      context: this.value(child(node, "MM_CONTEXT")),
      ldt: table ? this.elements(table) : [],
      mappings: node.rules("mapping").map((mapping) => this.mapping(mapping)),
    };
  }

  /** The page at an address, if the image has it. Pages of shared segments are found in whichever task has them. */
  page(task: Task, address: number): Uint8Array | undefined {
    const { mappings } = this.addressSpace(task);
    const mapping = mappings.find(({ vma }) => vma.vm_start <= address && address < vma.vm_end);
    if (!mapping) return undefined;
    const { vma } = mapping;
    if (vma.ino_objref === 0) return mapping.pages.get(address);
    const index = (address - Number(vma.vm_start)) / this.image.format.pageSize + Number(vma.vm_pgoff);
    for (const other of this.tasks)
      for (const { vma: candidate, pages } of this.addressSpace(other).mappings)
        if (candidate.ino_objref === vma.ino_objref && pages.size > 0) return pages.get(index);
    return this.systemVPages(vma.ino_objref)?.get(index);
  }

  /** Pages of a System V segment by page index; images here have at most one segment. */
  private systemVPages(objref: number): ReadonlyMap<number, Uint8Array> | undefined {
    const segments = [...this.tree.root].filter(({ record, rule }) => rule === undefined && record?.name === "IPC_SHM");
    if (segments.length > 1) throw new Error("more than one segment");
    const [segment] = segments;
    if (!segment || this.value(segment).objref !== objref) return undefined;
    const batches = (segment.parent?.rules("contents") ?? []).flatMap((contents) => contents.all("BUFFER"));
    return new Map(batches.flatMap((batch) => this.pages(batch)));
  }

  value(node: TreeNode): Value {
    return this.decode(node).value;
  }

  /** A text up to its first NUL. */
  text(node: TreeNode): string {
    const { payload } = this.decode(node);
    if (payload?.kind !== "text") throw new Error(`${node.record?.name} holds no text`);
    return payload.text.split("\0")[0] ?? "";
  }

  payload(node: TreeNode): Uint8Array {
    const { start, end } = recordOf(node).payload;
    return this.image.bytes.subarray(start, end);
  }

  private elements(node: TreeNode): readonly Value[] {
    const { payload } = this.decode(node);
    if (payload?.kind !== "elements") throw new Error(`${node.record?.name} holds no array`);
    return payload.elements;
  }

  private decode(node: TreeNode) {
    return decodeRecord(this.image.format, this.image.source, recordOf(node), node.contains);
  }

  private object(objref: number): TreeNode {
    const node = this.tree.objects.get(objref);
    if (!node) throw new Error(`no object ${objref}`);
    return node;
  }

  private file(objref: number): OpenFile {
    const known = this.files.get(objref);
    if (known) return known;
    const node = this.object(objref);
    const record = child(node, "FILE");
    const { common, pipe_objref } = this.value(record);
    const path = node.find("FILE_NAME");
    const file = {
      objref,
      offset: recordOf(record).offset,
      common,
      pipe: pipe_objref,
      path: path && this.text(path),
    };
    this.files.set(objref, file);
    return file;
  }

  private mapping(node: TreeNode): Mapping {
    const vma = this.value(child(node, "VMA"));
    const batches = node.rules("contents").flatMap((contents) => contents.all("BUFFER"));
    return {
      vma,
      file: vma.vma_objref === 0 ? undefined : this.file(vma.vma_objref),
      pages: new Map(batches.flatMap((batch) => this.pages(batch))),
    };
  }

  /** The pages of a batch, which has first all positions, then the pages. */
  private pages(batch: TreeNode): [number, Uint8Array][] {
    const { pageSize, wordSize, littleEndian } = this.image.format;
    const bytes = this.payload(batch);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = bytes.length / (pageSize + wordSize);
    return Array.from({ length: count }, (_, i) => {
      const page = count * wordSize + i * pageSize;
      const at = i * wordSize;
      const position = wordSize === 8 ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
      return [position, bytes.subarray(page, page + pageSize)];
    });
  }

  private pipeContents(node: TreeNode): [number, Uint8Array][] {
    if (node.object?.type !== "FILE") return [];
    const { pipe } = this.file(node.object.objref);
    const unframed = node.find("FILE_PIPE");
    const framed = node.find("PIPE_BUF");
    if (pipe === undefined || (!unframed && !framed)) return [];
    if (framed) return [[pipe, this.payload(framed)]];
    const { start, end } = recordOf(unframed as TreeNode).raw;
    return [[pipe, this.image.bytes.subarray(start, end)]];
  }
}

/** The record with a name under a node; throws if there is none. */
export function child(node: TreeNode, name: string, label?: string): TreeNode {
  const found = node.find(name, label);
  if (!found) throw new Error(`no ${name} ${label ?? ""} under ${node.rule}`);
  return found;
}

function rule(node: TreeNode, name: string): TreeNode {
  const [found] = node.rules(name);
  if (!found) throw new Error(`no ${name} under ${node.rule}`);
  return found;
}

export function recordOf(node: TreeNode): ImageRecord {
  if (!node.record) throw new Error(`${node.rule} is no record`);
  return node.record;
}

/** A signal set as one number, in the kernel's representation: signal n is bit n - 1. */
function mask({ format }: RealImage, sigset: Uint8Array): bigint {
  return new DataView(sigset.buffer, sigset.byteOffset, 8).getBigUint64(0, format.littleEndian);
}
