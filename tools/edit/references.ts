/** Fields that hold the number of an object, and the objects that they lead to. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Field, fieldsOfRecord } from "./field.js";
import { isTransparent, mainRecord, scopeOf } from "./names.js";

export interface Reference {
  /** Key of the field in the schema. */
  readonly name: string;
  readonly field: Field;
  /** Types of the objects whose number it may hold. */
  readonly types: readonly string[];
}

/** Fields of a record that lead to an object when they are called that: `mm` for `mm_objref`, `file` for what refers to a FILE. */
export function* referencesOf(image: Image, record: TreeNode, called: string): Generator<Reference, void, void> {
  for (const { name, field } of fieldsOfRecord(image, record).parts()) {
    const types = field.meaning?.refers;
    if (!types || field.kind !== "number") continue;
    if (name.replace(/_?(obj)?ref$/, "") === called || types.includes(called.toUpperCase()))
      yield { name, field, types };
  }
}

/** The object or the part of the image that a field leads to, or why it leads to none. */
export function followReference(image: Image, record: TreeNode, { name, field, types }: Reference): TreeNode | string {
  const objref = Number(field.read());
  if (objref === 0) return `${name} is 0, so there is none`;
  const object = image.objects.get(objref);
  if (object && types.includes(object.rule ?? "")) return object;
  if (object) return `${name} is ${objref}, which is a ${object.rule} and not a ${types.join(" or ")}`;
  const part = types.map((type) => withoutFrame(image, record, name, objref, type)).find((found) => found);
  return part ?? `${name} is ${objref}, and the image has no object of that number`;
}

/** The part that stands for an object which no OBJREF introduces: it comes with the first record that has its number. */
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

/** The rule or object in whose scope a record stands. */
function scopeAround(image: Image, node: TreeNode): TreeNode {
  let around = node.parent ?? node;
  while (isTransparent(image, around) && around.parent && around.index !== 0) around = around.parent;
  return around;
}
