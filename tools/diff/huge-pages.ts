/**
 * Compares huge pages by their positions. The form of their contents in an image is not known for sure; the bytes after their records are compared.
 */
import { hex } from "../image/hex.js";
import type { TreeNode } from "../image/tree.js";
import type { TaskName } from "../model/sharing.js";
import { Contents, compareContents } from "./contents.js";
import type { Difference } from "./difference.js";
import { compareFields } from "./fields.js";
import { type StructAt, structAt } from "./leaves.js";
import type { Pass } from "./pass.js";
import type { Side } from "./side.js";

/**
 * Compares the huge pages of a mapping or segment in two images; yields the differences.
 *
 * @param a rule `huge_pages` of the first image; `b` that of the second
 * @param what description of the mapping or segment that they belong to
 */
export function* compareHugePages(
  pass: Pass,
  a: TreeNode | undefined,
  b: TreeNode | undefined,
  what: string,
  task: TaskName,
): Generator<Difference, void, void> {
  if (!pass.setting.memory || !a || !b) return;
  const [one, other] = [pagesOf(pass.a, a), pagesOf(pass.b, b)];
  for (const place of new Set([...one.keys(), ...other.keys()])) {
    const [old, current] = [one.get(place), other.get(place)];
    const name = `huge page ${hex(place)} of ${what}`;
    if (old && current) {
      const key = `${a.index} ${b.index} ${place}`;
      const bytes = pass.setting.pages.find(key, () => compareContents(old.contents, current.contents));
      const fields =
        old.head && current.head
          ? compareFields(old.head, current.head, pass.unknown, { of: "hpage", except: PLACE })
          : [];
      if (bytes || fields.length > 0) yield { kind: "pages", change: "changed", task, what: name, fields, bytes };
    } else if (!(old ? pass.b.isCut(b) : pass.a.isCut(a)))
      yield { kind: "pages", change: old ? "removed" : "added", task, what: name, fields: [] };
  }
}

interface HugePage {
  readonly head: StructAt | undefined;
  readonly contents: Contents;
}

/** A huge page is found by its place. */
const PLACE: ReadonlySet<string> = new Set(["vaddr", "index"]);

/** By address, or by index in a segment. */
function pagesOf({ image }: Side, rule: TreeNode): Map<bigint, HugePage> {
  const pages = new Map<bigint, HugePage>();
  let head: StructAt | undefined;
  let place: bigint | undefined;
  for (const node of rule.each()) {
    const payload = node.record?.payload;
    if (node.record?.name === "HPAGE") {
      place = image.fields(node).big("vaddr");
      head = structAt(image, node);
      if (place !== undefined) pages.set(place, { head, contents: new Contents(image, []) });
    } else if (node.label === "huge_page" && payload && place !== undefined)
      pages.set(place, {
        head,
        contents: new Contents(image, [{ offset: payload.start, length: payload.end - payload.start }]),
      });
  }
  return pages;
}
