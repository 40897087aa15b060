/** The fields of structs that refer to objects by number. */
import type { BoundStruct, Member } from "../../runtime/index.js";
import { Cases, senseIn } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import { structBytes } from "./struct-bytes.js";

/** References of live tasks and open files that must not be zero. In all others, zero means no object. */
const NEVER_ZERO: Readonly<Record<string, readonly string[]>> = {
  TASK_CREDS: ["cred_ref", "ecred_ref"],
  TASK_NS: ["ns_objref"],
  TASK_OBJS: ["files_objref", "mm_objref", "fs_objref", "sighand_objref", "signal_objref"],
  CRED: ["user_ref", "groupinfo_ref"],
  USER: ["userns_ref"],
  FILE_DESC: ["fd_objref"],
  FILE: ["f_credref", "pipe_objref", "sock_objref", "tty_objref"],
  EPOLL_ITEMS: ["epfile_objref"],
  ckpt_eventpoll_item: ["file_objref"],
  IPC_SHM: ["objref"],
  SOCKET_UNIX: ["this"],
  SECURITY: ["ptrref"],
};

/** References with special rules: reserved numbers, and the first number of a table. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  TTY: ["file_objref"],
  PIDS: ["offset"],
  SECURITY: ["ptrref"],
};

/** A field that holds the number of an object. */
export interface ReferenceField {
  readonly path: string;
  readonly types: readonly string[];
  /** The object type, if such objects have no OBJREF: the first field that refers to one introduces it. */
  readonly bindsAs: string | undefined;
  readonly isNeverZero: boolean;
  /** For a member of a union: whether a case of the struct makes it meaningful. Undefined for other fields. */
  readonly isMeant: ((start: number) => boolean) | undefined;
  /** Offset in bytes from the start of the struct. */
  readonly offset: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** Whether a reference must not be zero. `owner` is the name of the record, or the schema key of a repeated struct. */
export function isNeverZero(owner: string, path: string): boolean {
  return NEVER_ZERO[owner]?.includes(path) ?? false;
}

export class ReferenceFields {
  private readonly byOwner = new Map<string, Map<BoundStruct, readonly ReferenceField[]>>();

  constructor(
    private readonly format: ImageFormat,
    private readonly source: ImageSource,
  ) {}

  /** The references of a struct. `owner` is the name of the record, or the schema key of a repeated struct. */
  of(struct: BoundStruct, owner: string): readonly ReferenceField[] {
    const structs = this.byOwner.get(owner) ?? new Map<BoundStruct, readonly ReferenceField[]>();
    this.byOwner.set(owner, structs);
    let own = structs.get(struct);
    if (!own) {
      own = structBytes(struct).fields.flatMap((member) => this.referenceOf(member, struct, owner) ?? []);
      structs.set(struct, own);
    }
    return own;
  }

  /** Whether objects of the type have numbers but no OBJREF in this version. */
  isBound(type: string): boolean {
    const { abi } = this.format;
    const entry = [...abi.objects.values()].find(({ name }) => name === type);
    return entry !== undefined && !abi.valueOf(entry.framed);
  }

  private referenceOf(member: Member, struct: BoundStruct, owner: string): ReferenceField | undefined {
    const { path, type, meaning, inUnion, offset, width } = member;
    const types = meaning.refers ?? [];
    if (types.length === 0 || OTHERWISE[owner]?.includes(path)) return undefined;
    const isMeant = inUnion ? this.caseOf(struct, member) : undefined;
    if (inUnion && !isMeant) return undefined;
    if (!width) throw new TypeError(`the schema gives a reference the type ${type}, which is not a number`);
    return {
      ...{ path, types, offset, isMeant },
      bindsAs: this.bindingType(types),
      isNeverZero: isNeverZero(owner, path),
      read: (view, at, littleEndian) => Number(width.read(view, at + offset, littleEndian)),
    };
  }

  /** Says whether a member of a union has a meaning; undefined if the schema does not say when it has. */
  private caseOf(struct: BoundStruct, member: Member): ReferenceField["isMeant"] {
    if (!Cases.of(struct)?.names(member)) return undefined;
    const { size } = struct.layout;
    return (start) => {
      const window = this.source.window(start, size);
      return senseIn(struct, this.source.view, window, window + size)(member) === undefined;
    };
  }

  /**
   * The type of object that such a field introduces, if any: pids come in a table and labels in records; all other objects without an OBJREF are
   * introduced by the first field that refers to them.
   */
  private bindingType(types: readonly string[]): string | undefined {
    return types.find((type) => this.isBound(type) && type !== "PID" && type !== "SECURITY_PTR");
  }
}
