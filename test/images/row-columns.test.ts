/** Columns have the numbers that the readers of single records find, also of records that damage cut short. */
import { expect, it } from "vitest";
import type { Image } from "../../tools/image/index.js";
import { RowColumns } from "../../tools/image/row-columns.js";
import { RowFields } from "../../tools/image/row-fields.js";
import { made } from "../memory/subjects.js";

const FIELDS = ["vm_start", "vm_end", "vm_flags", "vma_type", "ino_objref", "no_such_field"];

function rowsOf(image: Image): number[] {
  return [...image.root]
    .filter(({ rule, record }) => rule === undefined && record?.name === "VMA")
    .map(({ index }) => index);
}

/** Values by row, as numbers or bigints of the columns. */
function columnsOf(image: Image): number[][] {
  const found: number[][] = [];
  for (const { rows, columns } of new RowColumns(image, "VMA", FIELDS).blocks(rowsOf(image)))
    for (const i of rows.keys()) found.push(columns.map((column) => Number(column[i])));
  return found;
}

function fieldsOf(image: Image): number[][] {
  const fields = new RowFields(image, "VMA", FIELDS);
  return rowsOf(image).map((row) => {
    fields.read(row);
    return FIELDS.map((_, field) => fields.number(field) ?? 0);
  });
}

it.each(["v21/x86_64", "v19/s390x", "v16/x86_32", "v19/powerpc", "v22-arm/arm"])("of %s", (abi) => {
  const { image } = made(abi, { tasks: 2, pages: 40 });
  expect(columnsOf(image).length).toBeGreaterThan(5);
  expect(columnsOf(image)).toEqual(fieldsOf(image));
});

it("of a record that is shorter than its struct", () => {
  const { image, bytes } = made("v21/x86_64", { tasks: 1 });
  const [, second] = rowsOf(image);
  const { offset } = image.node(second as number).record ?? { offset: 0 };
  // Its length says that it ends before vm_flags.
  const lengths = image.table.lengthOf.bind(image.table);
  image.table.lengthOf = (row) => (row === second ? 56 : lengths(row));
  const found = columnsOf(image);
  expect(found).toEqual(fieldsOf(image));
  expect(found[1]?.[2]).toBe(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  expect(found[1]?.[0]).toBe(Number(view.getBigUint64(32, true)));
  expect(found.length).toBe(rowsOf(image).length);
});
