/** Fields that hold object numbers, and the objects that they refer to. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Field, fieldsOfRecord } from "./field.js";
import { isTransparent, mainRecord, scopeOf } from "./names.js";

interface Reference {
  /** Key of the field in the schema. */
  readonly name: string;
  readonly field: Field;
  /** Types of objects that it may refer to. */
  readonly types: readonly string[];
}

/** Reference fields of a record that match a name: `mm` for `mm_objref`, `file` for a reference to a FILE. */
export function* referencesOf(image: Image, record: TreeNode, called: string): Generator<Reference, void, void> {
  for (const { name, field } of fieldsOfRecord(image, record).parts()) {
    const types = field.meaning?.refers;
    if (!types || field.kind !== "number") continue;
    if (name.replace(/_?(obj)?ref$/, "") === called || types.includes(called.toUpperCase()))
      yield { name, field, types };
  }
}

/** The object or part of the image that a field refers to, or the reason why there is none. */
export function followReference(image: Image, record: TreeNode, { name, field, types }: Reference): TreeNode | string {
  const objref = Number(field.read());
  if (objref === 0) return `${name} is 0, so there is none`;
  const object = image.objects.get(objref);
  if (object && types.includes(object.rule ?? "")) return object;
  if (object) return `${name} is ${objref}, which is a ${object.rule} and not a ${types.join(" or ")}`;
  const part = types.map((type) => withoutFrame(image, record, name, objref, type)).find((found) => found);
  return part ?? `${name} is ${objref}, and the image has no object of that number`;
}

/** The part that represents an object without an OBJREF: it comes with the first record that has its number. */
function withoutFrame(
  image: Image,
  { record }: TreeNode,
  field: string,
  objref: number,
  type: string,
): TreeNode | undefined {
  const principal = [...image.format.abi.objects.values()].find(({ name }) => name === type)?.principal;
  if (principal === undefined) return undefined;
  for (const node of image.root) {
    if (node.rule !== undefined || node.record?.type !== record?.type) continue;
    if (Number(fieldsOfRecord(image, node).member(field)?.read()) !== objref) continue;
    for (const member of scopeOf(image, scopeAround(image, node))) {
      if (member.rule !== undefined || member.record?.name !== principal) continue;
      const rule = member.parent;
      return rule && mainRecord(image, rule)?.index === member.index ? rule : member;
    }
    return undefined;
  }
  return undefined;
}

/** The rule or object whose scope contains a record. */
function scopeAround(image: Image, node: TreeNode): TreeNode {
  let around = node.parent ?? node;
  while (isTransparent(image, around) && around.parent && around.index !== 0) around = around.parent;
  return around;
}
