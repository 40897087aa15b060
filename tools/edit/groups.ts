/**
 * The possible meanings of a name at one place of an image, the most specific first: members of the part by the names that `ckpt get --list` prints,
 * members by other names, fields of the main record, rules that need not be named, and objects that fields refer to; at the top of the image also
 * objects by type, and finally everything with that name anywhere.
 */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Field, fieldsOfRecord } from "./field.js";
import type { Lookup } from "./lookup.js";
import { editName, hasName, meaningsOf, rulesWithin } from "./names.js";
import { followReference, referencesOf } from "./references.js";
import { isNode, type Spot, type SpotGroup } from "./spot.js";

/** The groups of items that a name can mean at a spot, the most specific first. Each group is not empty, or has a reason why it is. */
export function* spotGroups(lookup: Lookup, spot: Spot, name: string): Generator<SpotGroup, void, void> {
  const { image } = lookup;
  if (!isNode(spot)) {
    yield* fieldGroup(spot, name);
  } else if (spot.rule === undefined) {
    yield* fieldGroup(fieldsOfRecord(image, spot), name);
    yield* referenceGroups(image, spot, name);
  } else yield* partGroups(lookup, spot, name);
}

function* partGroups(lookup: Lookup, part: TreeNode, name: string): Generator<SpotGroup, void, void> {
  const { image } = lookup;
  const isTop = part.index === 0;
  const scope = lookup.scopeOf(part);
  const { members, main } = scope;
  const plain = scope.named(name);
  if (plain.length > 0) yield { name, spots: () => plain };
  const others = members.filter((node) => editName(image, node) !== name && hasName(node, name));
  if (others.length > 0) yield { name, spots: () => others };
  if (part.object && name === "objref") yield { name, spots: () => [fieldsOfRecord(image, part)] };
  if (main) yield* fieldGroup(fieldsOfRecord(image, main), name);
  for (const rule of rulesWithin(image, part)) if (hasName(rule, name)) yield { name, spots: () => [rule] };
  if (!isTop) {
    if (main) yield* referenceGroups(image, main, name);
    for (const node of members) if (node.index !== main?.index) yield* referenceGroups(image, node, name);
  } else if (plain.length === 0 && others.length === 0) yield* groupsAnywhere(image, name);
}

function* fieldGroup(field: Field, name: string): Generator<SpotGroup, void, void> {
  const member = field.member(name);
  if (member) yield { name, spots: () => [member] };
}

function* referenceGroups(image: Image, record: TreeNode, name: string): Generator<SpotGroup, void, void> {
  if (record.rule !== undefined) return;
  for (const reference of referencesOf(image, record, name)) {
    const target = followReference(image, record, reference);
    yield typeof target === "string" ? { name, spots: () => [], reason: target } : { name, spots: () => [target] };
  }
}

/** Names that are valid for the whole image. */
function* groupsAnywhere(image: Image, name: string): Generator<SpotGroup, void, void> {
  if (name === "record") yield { name, spots: () => allRecords(image) };
  if (name === "object") yield { name, spots: () => image.objects.values(), objectType: "object" };
  const types = new Set([...image.format.abi.objects.values()].map((object) => object.name));
  for (const meant of meaningsOf(name)) {
    const type = meant.toUpperCase();
    const objects: SpotGroup = {
      name,
      objectType: type,
      spots: () => filter(image.objects.values(), (node) => node.rule === type),
    };
    if (!types.has(type) || isEmpty(objects)) continue;
    // Records with that name belong to the objects, and must not be counted differently.
    yield objects;
    return;
  }
  // Rules and records separately, so that an index counts items of one kind.
  const nodes = (wanted: (node: TreeNode) => boolean): SpotGroup => ({ name, spots: () => filter(image.root, wanted) });
  yield* unlessEmpty(nodes((node) => node.rule !== undefined && !node.object && hasName(node, name)));
  yield* unlessEmpty(nodes((node) => node.rule === undefined && editName(image, node) === name));
  yield* unlessEmpty(nodes((node) => node.rule === undefined && hasName(node, name)));
}

/** All records; for an object its OBJREF. */
function* allRecords(image: Image): Generator<Spot, void, void> {
  for (const node of image.root) if (node.record) yield node.object ? fieldsOfRecord(image, node) : node;
}

function* filter<T>(items: Iterable<T>, wanted: (item: T) => boolean): Generator<T, void, void> {
  for (const item of items) if (wanted(item)) yield item;
}

function* unlessEmpty(group: SpotGroup): Generator<SpotGroup, void, void> {
  if (!isEmpty(group)) yield group;
}

function isEmpty({ spots }: SpotGroup): boolean {
  for (const _ of spots()) return false;
  return true;
}
