/** The fields of a struct that counts, lengths and conditions of the format use. */
import { type BoundStruct, type Expression, membersOf } from "../../runtime/index.js";
import { compile } from "../image/abi/evaluate.js";
import type { RecordKind } from "../image/abi/format.js";
import { ASKED } from "../image/walk/asked-fields.js";

/** Fields that a walk itself uses. */
const BY_ITSELF: Readonly<Record<string, readonly string[]>> = { OBJREF: ["objtype", "objref"] };

/** Marks the bytes of a struct that the grammar uses: one byte per byte of the struct, 1 for a byte of a count, a length or a condition. */
export type AskedBytes = Uint8Array;

/** The bytes of a record's struct that the grammar uses. */
export function askedOfRecord(kind: RecordKind, struct: BoundStruct): AskedBytes {
  const paths = new Set([...(BY_ITSELF[kind.name] ?? []), ...(ASKED.fields.get(kind.name)?.slots.keys() ?? [])]);
  const { tail } = membersOf(struct);
  for (const expression of [kind.payload?.count, kind.payload?.length, kind.raw, tail?.count])
    for (const path of ownFields(expression)) paths.add(path);
  // A field of the common part has its path in that part, which is at the start of the struct.
  return bytesOf(struct, kind.struct ?? struct, paths);
}

/** The bytes that the grammar uses in an element of the payload with that label. */
export function askedOfElement(label: string | undefined, struct: BoundStruct): AskedBytes {
  return bytesOf(struct, struct, ASKED.sums.get(label ?? "")?.slots.keys() ?? []);
}

function bytesOf(struct: BoundStruct, common: BoundStruct, paths: Iterable<string>): AskedBytes {
  const bytes = new Uint8Array(struct.layout.size);
  for (const path of paths) {
    const found = membersOf(common).at(path) ?? membersOf(struct).at(path);
    if (found) bytes.fill(1, found.offset, found.offset + found.size);
  }
  return bytes;
}

/** Fields of the record itself that an expression names. */
function ownFields(expression: Expression | undefined): string[] {
  const paths: string[] = [];
  const zero = () => 0;
  if (expression !== undefined)
    compile<void>(expression, {
      field(record, path) {
        if (record === null) paths.push(path);
        return zero;
      },
      constant: () => zero,
      variable: () => zero,
      unseen: () => zero,
      sum: () => zero,
    });
  return paths;
}
