/** Compares pseudo-terminals: their settings and unread input. */
import { Contents, compareContents } from "./contents.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import { compareFields } from "./fields.js";
import { structAt } from "./leaves.js";
import type { Pass } from "./pass.js";
import type { ComparedPlace } from "./places.js";
import type { Side } from "./side.js";

/** Not compared: the length follows from the contents, and the index of a terminal is its name. */
const COUNTS: ReadonlySet<string> = new Set(["datalen"]);

export function* compareTerminals(
  pass: Pass,
  a: number | undefined,
  b: number | undefined,
  { task, name, isOtherEnd }: ComparedPlace,
): Generator<Difference, void, void> {
  const [one, other] = [pass.a.image.object(a, "TTY"), pass.b.image.object(b, "TTY")];
  if (!one || !other || !pass.isNew("tty", a, b, task)) return;
  const fields = (record: string, of: string): FieldChange[] => {
    const [old, current] = [structAt(pass.a.image, one.find(record)), structAt(pass.b.image, other.find(record))];
    if (old && current) return compareFields(old, current, pass.unknown, { of, except: COUNTS });
    return old || current ? changeOf(of, old ? "used" : "not used", current ? "used" : "not used") : [];
  };
  const all = [...fields("TTY", "tty"), ...fields("TTY_LDISC", "tty_ldisc")];
  if (all.length > 0) yield { kind: "terminal", change: "changed", task, what: name, fields: all };
  const bytes = compareContents(inputOf(pass.a, one), inputOf(pass.b, other));
  if (bytes) yield { kind: "terminal", change: "changed", task, what: `input of ${name}`, fields: [], bytes };
  if (isOtherEnd) return;
  const [linkA, linkB] = [linkOf(pass.a, a), linkOf(pass.b, b)];
  yield* compareTerminals(pass, linkA, linkB, { task, name: `other end of ${name}`, isOtherEnd: true });
}

function inputOf({ image }: Side, object: ReturnType<Side["image"]["object"]>): Contents {
  const payload = object?.find("BUFFER", "tty_input")?.record?.payload;
  return new Contents(image, payload ? [{ offset: payload.start, length: payload.end - payload.start }] : []);
}

function linkOf({ image }: Side, objref: number | undefined): number | undefined {
  const record = image.object(objref, "TTY")?.find("TTY");
  return record && image.fields(record).number("link_objref");
}
