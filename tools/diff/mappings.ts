/** Compares address spaces address by address: how the kernel divides equal mappings has no meaning. */

import { hex, hexDigits } from "../image/hex.js";
import { permissionsOf } from "../inspect/maps.js";
import { presentBytes } from "../inspect/memory-size.js";
import { mappingNames } from "../memory/mapping-name.js";
import { ProcessMemory } from "../memory/memory.js";
import { hasPages } from "../memory/page-index.js";
import { type AddressSpace, addressSpaceOf, Mapping } from "../model/address-space.js";
import { bitNames } from "../model/enum-names.js";
import type { TaskName } from "../model/sharing.js";
import { compareAddressSpace } from "./address-space.js";
import { changeOf, type Difference, type FieldChange, loneFields } from "./difference.js";
import { compareFields } from "./fields.js";
import { mappedFileFields } from "./files.js";
import { compareHugePages } from "./huge-pages.js";
import { structAt } from "./leaves.js";
import type { BothTasks } from "./match.js";
import { type Area, comparePages } from "./pages.js";
import type { Pass } from "./pass.js";
import { type Range, type Resized, rangesOf, resized, Unmatched, withNeighbours } from "./ranges.js";
import { SameMappings } from "./same-mappings.js";
import type { Side } from "./side.js";

export function* compareMappings(pass: Pass, tasks: BothTasks, task: TaskName): Generator<Difference, void, void> {
  const [objrefA, objrefB] = [pass.a.objref(tasks.a, "mm_objref"), pass.b.objref(tasks.b, "mm_objref")];
  const [spaceA, spaceB] = [addressSpaceOf(pass.a.image, objrefA), addressSpaceOf(pass.b.image, objrefB)];
  if (!spaceA || !spaceB || !pass.isNew("mm", objrefA, objrefB, task)) return;
  yield* compareAddressSpace(pass, spaceA, spaceB, task);
  const same = pass.areSameSpaces(objrefA, objrefB) ? new SameMappings(pass, spaceA.object, spaceB.object) : undefined;
  const settled = same ? same.settledCount : 0;
  // All mappings are the same.
  if (settled === undefined) return;
  const comparison = new SpaceComparison(pass, new SpaceSide(pass.a, spaceA), new SpaceSide(pass.b, spaceB), task);
  yield* same?.areInOrder ? comparison.runPairs(same.unsettled(settled)) : comparison.run();
}

/** One of the two address spaces. */
class SpaceSide {
  private knownMemory: ProcessMemory | undefined;
  private knownNames: ((mapping: Mapping) => string | undefined) | undefined;

  constructor(
    readonly side: Side,
    private readonly space: AddressSpace,
  ) {}

  get memory(): ProcessMemory {
    this.knownMemory ??= new ProcessMemory(this.side.memory, this.space);
    return this.knownMemory;
  }

  private nameOf(mapping: Mapping): string | undefined {
    this.knownNames ??= mappingNames(this.side.image, this.space);
    return this.knownNames(mapping);
  }

  /** Whether the image ends among the mappings, so that some are not known. */
  get isCut(): boolean {
    return this.side.isCut(this.space.object);
  }

  /** Description as in /proc/PID/maps: addresses, permissions and name. */
  describe(mapping: Mapping): string {
    const { image } = this.side;
    const digits = image.format.wordSize === 8 ? 12 : 8;
    const [start, end] = [mapping.start, mapping.end].map((address) => hexDigits(address, digits));
    const permissions = permissionsOf(bitNames(image.format.abi, "vm_flags", mapping.flags).names);
    const name = mapping.path ?? this.segmentName(mapping) ?? this.nameOf(mapping);
    return `${start}-${end} ${permissions}${name === undefined ? "" : ` ${name}`}`;
  }

  /** Name of a shared segment by key and id, because its number differs between images. */
  private segmentName({ inodeObjref }: Mapping): string | undefined {
    if (inodeObjref === 0) return undefined;
    const name = this.side.segmentNames.get(inodeObjref);
    return name ? `/SYSV${hexDigits(name.key, 8)} (shmid ${name.id})` : "[shared]";
  }

  /** Properties that identify a mapping at another address. */
  signature(mapping: Mapping, numberOf: (text: string) => number): string {
    const { flags, size, path, pgoff } = mapping;
    const { names, rest } = bitNames(this.side.image.format.abi, "vm_flags", flags);
    const file = path === undefined ? "" : `${numberOf(path)}@${pgoff}`;
    return `${numberOf(typeOf(mapping))} ${numberOf(names.join())} ${rest} ${size} ${file}`;
  }

  /** The mapping whose rule is at a row. */
  at(row: number): Mapping {
    const { image } = this.side;
    return Mapping.at(image, image.node(row)) as Mapping;
  }
}

/** Numbers texts in the order of their first use, so that signatures are short. */
function numbering(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
}

/** Fields of a mapping that are reported in another form. */
const OTHERWISE: ReadonlySet<string> = new Set(["vm_start", "vm_end", "vm_pgoff", "vma_type"]);

class SpaceComparison {
  /** Mappings without any counterpart at their addresses. */
  private readonly removed = new Unmatched();
  private readonly added = new Unmatched();
  private readonly numberOf = numbering();

  constructor(
    private readonly pass: Pass,
    private readonly a: SpaceSide,
    private readonly b: SpaceSide,
    private readonly task: TaskName,
  ) {}

  *run(): Generator<Difference, void, void> {
    const ranges = rangesOf(this.a.memory.mappings, this.b.memory.mappings);
    for (const { range, before, behind } of withNeighbours(ranges)) {
      if (range.a && range.b) yield* this.compareShared(range, range.a, range.b);
      else yield* this.compareLone(range, resized(range, before, behind));
    }
    yield* this.unmatched();
  }

  /** Compares mappings with the same addresses. */
  *runPairs(pairs: Iterable<readonly [rowA: number, rowB: number]>): Generator<Difference, void, void> {
    for (const [rowA, rowB] of pairs) {
      const [a, b] = [this.a.at(rowA), this.b.at(rowB)];
      yield* this.compareShared({ start: a.start, end: a.end, a, b }, a, b);
    }
  }

  private *compareShared({ start, end }: Range, a: Mapping, b: Mapping): Generator<Difference, void, void> {
    const fields = [...this.changedFields(a, b), ...this.changedSegment(a, b)];
    const part = start === a.start && end === a.end ? [] : partOf(start, end);
    if (fields.length > 0) yield this.difference("changed", this.a.describe(a), [...fields, ...part]);
    yield* this.pages(a, b, { startA: start, startB: start, length: end - start });
  }

  private *compareLone({ a, b, start, end }: Range, size: Resized | undefined): Generator<Difference, void, void> {
    const [own, other, change] = a ? ([this.a, this.b, "removed"] as const) : ([this.b, this.a, "added"] as const);
    const mapping = (a ?? b) as Mapping;
    if (other.isCut) return;
    if (size)
      yield this.difference("changed", this.a.describe(size.mapping), [
        { field: size.field, old: hex(size.old), new: hex(size.new) },
      ]);
    else if (start === mapping.start && end === mapping.end)
      (a ? this.removed : this.added).add(mapping.rule.index, own.signature(mapping, this.numberOf));
    else yield this.difference(change, own.describe(mapping), partOf(start, end));
  }

  /** Reports mappings without a counterpart at their addresses: moved, added or removed. */
  private *unmatched(): Generator<Difference, void, void> {
    const moved = this.removed.movedTo(this.added);
    const targets = new Set(moved.values());
    for (const row of this.removed) {
      const target = moved.get(row);
      if (target !== undefined) yield* this.moved(this.a.at(row), this.b.at(target));
      else yield this.whole("removed", this.a, this.a.at(row));
    }
    for (const row of this.added) if (!targets.has(row)) yield this.whole("added", this.b, this.b.at(row));
  }

  private *moved(a: Mapping, b: Mapping): Generator<Difference, void, void> {
    const start = { field: "vm_start", old: hex(a.start), new: hex(b.start) };
    yield this.difference("moved", this.a.describe(a), [start, ...this.changedFields(a, b)]);
    yield* this.pages(a, b, { startA: a.start, startB: b.start, length: a.size });
  }

  private whole(change: "added" | "removed", own: SpaceSide, mapping: Mapping): Difference {
    const { image } = own.side;
    const pages = presentBytes(image, mapping.rule.index) / image.format.pageSize;
    const fields = loneFields(change, [["pages in the image", pages > 0 ? `${pages}` : undefined]]);
    return this.difference(change, own.describe(mapping), fields);
  }

  private difference(change: Difference["change"], what: string, fields: readonly FieldChange[]): Difference {
    return { kind: "mapping", change, task: this.task, what, fields };
  }

  private changedFields(a: Mapping, b: Mapping): FieldChange[] {
    const [one, other] = [structAt(this.pass.a.image, a.vma), structAt(this.pass.b.image, b.vma)];
    if (!one || !other) return [];
    return [
      ...changeOf("vma_type", typeOf(a), typeOf(b)),
      ...compareFields(one, other, this.pass.unknown, { of: "vma", except: OTHERWISE }),
      ...this.changedOffset(a, b),
      ...mappedFileFields(this.pass, "file", a.fileObjref, b.fileObjref, this.task),
    ];
  }

  /**
   * Compares offsets at the same address, because divided mappings begin at different addresses. The offset of moved anonymous memory has no meaning.
   */
  private changedOffset(a: Mapping, b: Mapping): FieldChange[] {
    const placeIn = ({ side }: SpaceSide, { start, pgoff }: Mapping) => ({
      pgoff,
      distance: pgoff - start / BigInt(side.image.format.pageSize),
    });
    const [one, other] = [placeIn(this.a, a), placeIn(this.b, b)];
    const overlap = a.start < b.end && b.start < a.end;
    const isSame = overlap ? one.distance === other.distance : a.path === undefined || one.pgoff === other.pgoff;
    return isSame ? [] : [{ field: "vm_pgoff", old: `${one.pgoff}`, new: `${other.pgoff}` }];
  }

  /** Identifies a shared segment by the first address at which both images map it. */
  private changedSegment(a: Mapping, b: Mapping): FieldChange[] {
    const [rolesA, rolesB] = this.pass.segments;
    if (a.inodeObjref === 0 && b.inodeObjref === 0) return [];
    const role = `${hex(a.start)} of ${this.task.pid}`;
    if (a.inodeObjref !== 0 && b.inodeObjref !== 0) {
      rolesA.add(a.inodeObjref, role);
      rolesB.add(b.inodeObjref, role);
    }
    const [one, other] = [rolesA.of(a.inodeObjref), rolesB.of(b.inodeObjref)];
    const text = (mapping: Mapping, first: string | undefined) =>
      mapping.inodeObjref === 0 ? "private" : first === undefined || first === role ? "its own" : `the one at ${first}`;
    return changeOf("segment", text(a, one), text(b, other));
  }

  private *pages(a: Mapping, b: Mapping, area: Area): Generator<Difference, void, void> {
    const { setting } = this.pass;
    if (!setting.memory || !(mayHavePages(a) || mayHavePages(b)) || this.isRepeated(a, b, area)) return;
    const { memory: one } = this.a;
    const { memory: other } = this.b;
    const place = [one.space.objref, other.space.objref, area.startA, area.startB].join();
    const bytes = setting.pages.find(place, () => comparePages(one, other, area, setting.watcher));
    if (bytes) yield { kind: "pages", change: "changed", task: this.task, what: this.a.describe(a), fields: [], bytes };
    const [huge, others] = [a.rule.first("huge_pages"), b.rule.first("huge_pages")];
    if (huge && others) yield* compareHugePages(this.pass, huge, others, this.a.describe(a), this.task);
  }

  /** Whether the area is part of a shared segment that was already compared through another mapping. */
  private isRepeated(a: Mapping, b: Mapping, { startA, length }: Area): boolean {
    if (a.inodeObjref === 0 || b.inodeObjref === 0 || a.fileObjref !== 0) return false;
    const { pageSize } = this.pass.a.image.format;
    const offset = startA - a.start + a.pgoff * BigInt(pageSize);
    return !this.pass.meetSegment(a.inodeObjref, b.inodeObjref, offset, length);
  }
}

function mayHavePages({ inodeObjref, contents, rule }: Mapping): boolean {
  if (inodeObjref !== 0) return true;
  return contents ? hasPages(contents) : rule.first("huge_pages") !== undefined;
}

/** Type without the suffix that depends on the order of the image: which mapping of a segment contains its pages. */
function typeOf({ typeName, type }: Mapping): string {
  return (typeName ?? `type ${type}`).replace(/_SKIP$/, "");
}

function partOf(start: bigint, end: bigint): FieldChange[] {
  const part = `${hex(start)}-${hex(end)}`;
  return [{ field: "part", old: part, new: part }];
}
