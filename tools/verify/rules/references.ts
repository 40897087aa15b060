/** Object numbers: fields that refer to objects, and objects that no field refers to. */
import type { BoundStruct, Member } from "../../../runtime/index.js";
import { Cases, senseIn } from "../../image/abi/cases.js";
import { elementsOf } from "../elements.js";
import { type Frame, inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { structFacts } from "../struct-facts.js";

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

/** Types of objects that need no reference: both ends of a terminal, senders of datagrams, devices of a namespace. */
const UNNAMED: readonly string[] = ["SOCK", "TTY", "SECURITY", "NET_NS", "NETDEV"];

/** Types of objects whose parts refer to the object itself, or to each other. */
const MUTUAL: readonly string[] = ["SOCK", "NET_NS", "NETDEV"];

/** Expected of a number that a record introduces. */
const FREE = "a number without a meaning";

/** A field that holds the number of an object. */
interface Reference {
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

type Id =
  | "reference-unknown"
  | "reference-type"
  | "reference-negative"
  | "reference-zero"
  | "reference-incomplete"
  | "number-taken"
  | "label-unknown"
  | "object-unused"
  | "label-unused";

/** The broken rule, what was expected and what was found. */
type Wrong = readonly [rule: Id, expected: string, found: string];

export const references = inspector<Id>(
  {
    "reference-unknown": ["refused", "A field that names an object names one that was introduced before."],
    "reference-type": ["refused", "A field that names an object names one of the right type."],
    "reference-negative": ["refused", "Numbers of objects are not negative."],
    "reference-zero": ["refused", "References without which a task or a file cannot be restarted are not zero."],
    "reference-incomplete": [
      "refused",
      "No record names an object whose body it belongs to, except the two ends of a pair of sockets.",
    ],
    "number-taken": [
      "refused",
      "A number refers to one thing only: an object, an inode, a pid, a label, or a terminal's own file.",
    ],
    "label-unknown": ["odd", "A label that a field names is in the image; one that is not counts as no label."],
    "object-unused": ["doubtful", "Every object is named by a record."],
    "label-unused": ["odd", "Every label is named by a record."],
  },
  (scene, { report, wrong }) => {
    const { format, source, objects } = scene;
    const { abi } = format;
    const byStruct = new Map<string, Map<BoundStruct, readonly Reference[]>>();
    const types = new Map([...abi.objects.values()].map((entry) => [entry.name, entry]));

    return {
      every(view) {
        const { record, struct } = view;
        if (struct && struct.layout.size <= record.length)
          checkAll(view, referencesOf(struct, record.name), record.offset, struct.layout.size, "");
        const elements = elementsOf(view);
        if (!elements) return;
        const { name, struct: element, start, size, count } = elements;
        const own = referencesOf(element, element.entry.descriptor.key);
        if (own.length > 0)
          for (let i = 0; i < count; i++) checkAll(view, own, start + i * size, element.layout.size, `${name}[${i}].`);
      },
      enterObject({ objref, name, offset }) {
        if (objref === undefined || objref <= 0) return;
        const taken = objects.typeOf(objref);
        // The walk checks the numbers that the grammar uses, and reports them itself.
        if (taken !== undefined && scene.problemAt !== offset) {
          const found = `${objref}, which is ${taken} already`;
          report("number-taken", { offset, name: "OBJREF" }, { field: "objref", expected: FREE, found });
        }
        objects.bind(objref, name, offset);
      },
      records: {
        TTY: (view) => bind(view, "file_objref", "FILE"),
        SECURITY: (view) => bind(view, "ptrref", "SECURITY_PTR"),
      },
      end() {
        for (const { number, type, offset } of objects.unused()) {
          const found = `${number}, which none does`;
          if (type === "SECURITY_PTR") {
            const expected = "a record that names the label";
            report("label-unused", { offset, name: "SECURITY" }, { field: "ptrref", expected, found });
          } else if (!isBound(type) && !UNNAMED.includes(type)) {
            const expected = `a record that names the ${type}`;
            report("object-unused", { offset, name: "OBJREF" }, { field: "objref", expected, found });
          }
        }
      },
    };

    /** Whether objects of the type have numbers but no OBJREF in this version. */
    function isBound(type: string): boolean {
      const entry = types.get(type);
      return entry !== undefined && !abi.valueOf(entry.framed);
    }

    function checkAll(view: RecordView, all: readonly Reference[], start: number, size: number, prefix: string): void {
      for (const reference of all) {
        if (reference.isMeant?.(start) === false) continue;
        const objref = reference.read(source.view, source.window(start, size), format.littleEndian);
        check(view, reference, objref, start, prefix);
      }
    }

    function check(view: RecordView, reference: Reference, objref: number, start: number, prefix: string): void {
      if (objref === 0 && !reference.isNeverZero) return;
      const type = objref > 0 ? objects.typeOf(objref) : undefined;
      if (type === undefined && objref > 0 && reference.bindsAs !== undefined) {
        objects.bind(objref, reference.bindsAs, view.offset);
        objects.use(objref);
        return;
      }
      const fault =
        objref > 0 && type !== undefined ? wrongType(reference, objref, type) : wrongNumber(reference, objref);
      if (fault === undefined) {
        objects.use(objref);
        return;
      }
      const [rule, expected, found] = fault;
      const field = prefix + reference.path;
      report(rule, view, { field, at: start + reference.offset, expected, found });
    }

    function wrongNumber({ types }: Reference, objref: number): Wrong {
      const wanted = types.join(" or ");
      if (objref === 0) return ["reference-zero", `the number of an object ${wanted}`, "0"];
      if (objref < 0) return ["reference-negative", `the number of an object ${wanted}`, `${objref}`];
      if (types.includes("SECURITY_PTR")) return ["label-unknown", "the `ptrref` of a label", `${objref}`];
      return ["reference-unknown", `an object ${wanted} that was introduced before`, `${objref}`];
    }

    function wrongType({ types }: Reference, objref: number, type: string): Wrong | undefined {
      const wanted = types.join(" or ");
      if (!types.includes(type))
        return ["reference-type", `the number of an object ${wanted}`, `${objref}, which is ${type}`];
      if (!MUTUAL.includes(type) && isOpen(objref))
        return ["reference-incomplete", `an object ${wanted} that is complete`, `${objref}`];
      return undefined;
    }

    function isOpen(objref: number): boolean {
      for (let frame: Frame | undefined = scene.frame; frame; frame = frame.parent)
        if (frame.objref === objref) return true;
      return false;
    }

    /** Registers a number that a record reserves for its own use. */
    function bind(view: RecordView, field: string, type: string): void {
      const number = view.number(field) ?? 0;
      if (number < 0) wrong("reference-negative", view, field, FREE);
      if (number === 0 && isNeverZero(view.name, field)) wrong("reference-zero", view, field, FREE, "0");
      if (number <= 0) return;
      const taken = objects.typeOf(number);
      if (taken === undefined) objects.bind(number, type, view.offset);
      else wrong("number-taken", view, field, FREE, `${number}, which is ${taken} already`);
      if (type === "FILE") objects.use(number);
    }

    function referencesOf(struct: BoundStruct, owner: string): readonly Reference[] {
      const structs = byStruct.get(owner) ?? new Map<BoundStruct, readonly Reference[]>();
      byStruct.set(owner, structs);
      let own = structs.get(struct);
      if (!own) {
        own = structFacts(struct).fields.flatMap((member) => referenceOf(member, struct, owner) ?? []);
        structs.set(struct, own);
      }
      return own;
    }

    function referenceOf(member: Member, struct: BoundStruct, owner: string): Reference | undefined {
      const { path, meaning, inUnion, offset } = member;
      const types = meaning.refers ?? [];
      if (types.length === 0 || OTHERWISE[owner]?.includes(path)) return undefined;
      const isMeant = inUnion ? meaningOf(struct, member) : undefined;
      if (inUnion && !isMeant) return undefined;
      const read = reader(member);
      return {
        ...{ path, types, offset, isMeant, read },
        bindsAs: bindingType(types),
        isNeverZero: isNeverZero(owner, path),
      };
    }

    /** Says whether a member of a union has a meaning; undefined if the schema does not say when it has. */
    function meaningOf(struct: BoundStruct, member: Member): Reference["isMeant"] {
      if (!Cases.of(struct)?.names(member)) return undefined;
      const { size } = struct.layout;
      return (start) => {
        const window = source.window(start, size);
        return senseIn(struct, source.view, window, window + size)(member) === undefined;
      };
    }

    /**
     * The type of object that such a field introduces, if any: pids come in a table and labels in records; all other objects without an OBJREF are
     * introduced by the first field that refers to them.
     */
    function bindingType(types: readonly string[]): string | undefined {
      return types.find((type) => isBound(type) && type !== "PID" && type !== "SECURITY_PTR");
    }
  },
);

function isNeverZero(owner: string, path: string): boolean {
  return NEVER_ZERO[owner]?.includes(path) ?? false;
}

function reader({ type, width, offset }: Member): Reference["read"] {
  if (!width) throw new TypeError(`the schema gives a reference the type ${type}, which is not a number`);
  return (view, at, littleEndian) => Number(width.read(view, at + offset, littleEndian));
}
