/** All fields of an image in its order, each with the shortest path to it. One pass; nothing is collected in memory. */
import { hex } from "../image/hex.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Field, fieldsOfRecord, isAllPayload, payloadField } from "./field.js";
import { editName, isRepeated, isTransparent, mainRecord, scopeOf } from "./names.js";
import { isNode, type Spot, valueFieldOf } from "./spot.js";

export interface ListedField {
  readonly path: string;
  readonly field: Field;
}

export interface ListOptions {
  /** Lists only paths that begin with this text. */
  readonly prefix?: string | undefined;
  /** Includes record headers and padding. */
  readonly all?: boolean | undefined;
}

export function* listFields(
  image: Image,
  { prefix = "", all = false }: ListOptions = {},
): Generator<ListedField, void, void> {
  yield* new Listing(image, prefix, all).part(image.root, "");
}

/** All fields in a part, an object, a record or a field with the given path. */
export function* listWithin(
  image: Image,
  spot: Spot,
  path: string,
  { prefix = "", all = false }: ListOptions = {},
): Generator<ListedField, void, void> {
  if (isNode(spot) && spot.rule !== undefined) {
    yield* new Listing(image, prefix, all).part(spot, path);
    return;
  }
  const field = valueFieldOf(image, spot) ?? fieldsOfRecord(image, spot as TreeNode);
  for (const listed of leavesOf(field, path, all)) if (listed.path.startsWith(prefix)) yield listed;
}

/** The fields of a part or an object, without those of nested parts and objects. */
export function* fieldsWithin(image: Image, node: TreeNode, path: string): Generator<ListedField, void, void> {
  yield* new Listing(image, "", false, false).part(node, path);
}

/** The fields with a value in a field. */
export function* leavesOf(field: Field, path: string, all = false): Generator<ListedField, void, void> {
  if (field.kind !== "group") {
    yield { path, field };
    return;
  }
  for (let i = 0; i < (field.length ?? 0); i++) yield* leavesOf(field.element(i), `${path}[${i}]`, all);
  for (const { name, field: member, hidden } of field.parts())
    if (!hidden && (all || !isPlumbing(name, member))) yield* leavesOf(member, join(path, name), all);
}

/** Whether a field is a record header or named padding, which are listed only with `all`. */
function isPlumbing(name: string, { meaning }: Field): boolean {
  return name === "h" || meaning?.reserved === true;
}

class Listing {
  constructor(
    private readonly image: Image,
    private readonly prefix: string,
    private readonly all: boolean,
    /** Whether nested parts and objects are listed. */
    private readonly deep = true,
  ) {}

  /**
   * Lists the fields of a part or an object.
   *
   * @param path of the part; undefined if it has none, and its records are listed by their offsets
   */
  *part(node: TreeNode, path: string | undefined): Generator<ListedField, void, void> {
    const counts = new Map<string, number>();
    for (const member of scopeOf(this.image, node)) {
      const name = editName(this.image, member);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    yield* this.members(node, path, mainRecord(this.image, node)?.index, counts, new Map());
  }

  private *members(
    node: TreeNode,
    path: string | undefined,
    main: number | undefined,
    counts: ReadonlyMap<string, number>,
    places: Map<string, number>,
  ): Generator<ListedField, void, void> {
    for (const child of node.each()) {
      if (child.object) {
        if (this.deep) yield* this.object(child);
      } else if (isTransparent(this.image, child)) yield* this.members(child, path, main, counts, places);
      else {
        const name = editName(this.image, child);
        const place = places.get(name) ?? 0;
        places.set(name, place + 1);
        const several = isRepeated(this.image, child) || (counts.get(name) ?? 0) > 1;
        const own = path === undefined ? undefined : join(path, several ? `${name}[${place}]` : name);
        if (child.rule === undefined) yield* this.record(child, child.index === main ? path : own);
        else if (this.deep) yield* this.part(child, own);
      }
    }
  }

  private *object(node: TreeNode): Generator<ListedField, void, void> {
    const { type, objref } = node.object as { type: string; objref: number };
    // In a damaged image two objects may have the same number.
    const isKnown = objref > 0 && this.image.objects.get(objref)?.index === node.index;
    const path = isKnown ? `${type.toLowerCase()}[${objref}]` : undefined;
    if (this.all) yield* this.record(node, path === undefined ? undefined : `${path}.objref`);
    yield* this.part(node, path);
  }

  private *record(node: TreeNode, path: string | undefined): Generator<ListedField, void, void> {
    const { record } = node;
    if (!record) return;
    const own = path === undefined || !record.kind ? `record[@${hex(record.offset)}]` : path;
    if (!own.startsWith(this.prefix) && !this.prefix.startsWith(own)) return;
    const payload = isAllPayload(record) ? payloadField(this.image, node) : undefined;
    for (const listed of payload ? leavesOf(payload, own, this.all) : [])
      if (listed.path.startsWith(this.prefix)) yield listed;
    for (const { name, field, hidden } of fieldsOfRecord(this.image, node).parts()) {
      if (hidden || (payload && name === "payload") || (!this.all && isPlumbing(name, field))) continue;
      for (const listed of leavesOf(field, join(own, name), this.all))
        if (listed.path.startsWith(this.prefix)) yield listed;
    }
  }
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
