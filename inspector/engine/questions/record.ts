/** One record with all its fields. */
import { payloadSummary, placeOfNode } from "../../../tools/records/listing.js";
import { valueText } from "../../../tools/records/value-text.js";
import type { Opened } from "../opened.js";
import { elementStruct, layoutOf, type Place, type RecordLayout } from "../record-layout.js";
import { enumLink, memberLink, recordLink, structLink } from "../reference-link.js";
import { rowAt } from "../row-at.js";
import { shown } from "../shown.js";

export interface RecordDetails {
  readonly row: number;
  readonly offset: number;
  /** Bytes of the record, and of what follows it outside of its length. */
  readonly length: number;
  readonly rawLength: number;
  readonly type: number;
  /** Name of the type, without `CKPT_HDR_`. */
  readonly name: string;
  /** Name that the grammar gives it at this place. */
  readonly label: string | undefined;
  /** Rules and objects around it, outermost first. */
  readonly within: readonly string[];
  readonly struct: { readonly name: string; readonly link: string } | undefined;
  /** Address of the record in the reference. */
  readonly link: string | undefined;
  readonly places: readonly PlaceDetails[];
  /** Number of places that are not listed. */
  readonly leftOut: number;
}

export interface PlaceDetails {
  /** Position among all places of the record. */
  readonly place: number;
  readonly start: number;
  readonly end: number;
  readonly kind: Place["kind"];
  /** Path of C names, or what the bytes are. */
  readonly name: string;
  readonly type: string | undefined;
  readonly value: string;
  readonly doc: string | undefined;
  /** Address of the field in the reference, and of the enumeration of its values. */
  readonly link: string | undefined;
  readonly enumeration: { readonly name: string; readonly link: string } | undefined;
  /** Number of the object that the field refers to. */
  readonly refersTo: number | undefined;
}

/** Maximum number of places that are listed. */
const MAX_PLACES = 2000;

/** The record with the byte at an offset, or in a row; undefined if none was read there. */
export function record(
  { image }: Opened,
  at: { readonly offset: number } | { readonly row: number },
): RecordDetails | undefined {
  const row = "row" in at ? at.row : rowAt(image.table, at.offset);
  if (row < 0) return undefined;
  const layout = layoutOf(image, row);
  const { record, node, struct, places } = layout;
  if ("offset" in at && at.offset >= record.next) return undefined;
  const { abi } = image.format;
  const details = detailsOf(image, layout);
  return {
    row,
    offset: record.offset,
    length: record.length,
    rawLength: record.rawLength,
    type: record.type,
    name: record.name,
    label: node.label,
    within: placeOfNode(node),
    struct: struct && { name: struct.name, link: structLink(struct, abi) },
    link: record.kind && recordLink(record.name),
    places: places.slice(0, MAX_PLACES).map(details),
    leftOut: Math.max(0, places.length - MAX_PLACES),
  };
}

function detailsOf(image: Opened["image"], layout: RecordLayout): (place: Place, index: number) => PlaceDetails {
  const { abi } = image.format;
  const { struct } = layout;
  const elements = elementStruct(image, layout);
  return ({ start, end, kind, field, member }, index) => {
    const meaning = field?.meaning;
    const values = meaning?.enum ?? meaning?.flags;
    const value = typeof field?.value === "number" ? field.value : undefined;
    return {
      place: index,
      start,
      end,
      kind,
      name: field?.path || nameOf(kind),
      type: member?.c,
      value: placeText(image, layout, { start, end, kind, field, member }),
      doc: meaning?.doc ?? docOf(kind),
      link:
        member && struct ? memberLink(member, struct, abi) : field && elements ? structLink(elements, abi) : undefined,
      enumeration: values === undefined ? undefined : { name: values, link: enumLink(values) },
      refersTo: meaning?.refers && value !== undefined && value > 0 ? value : undefined,
    };
  };
}

function placeText(image: Opened["image"], { record, node }: RecordLayout, { start, end, kind, field }: Place): string {
  if (kind === "header") return `type ${record.type}, ${record.length} bytes`;
  if (field && kind === "field") return shown(valueText(image.format.abi, field));
  // The summary is that of the whole payload.
  if (kind === "payload" && start === record.payload.start) return shown(payloadSummary(image, { record, node }));
  return `${end - start} bytes`;
}

function nameOf(kind: Place["kind"]): string {
  return { header: "header", field: "", gap: "padding", payload: "payload", raw: "bytes after the record" }[kind];
}

function docOf(kind: Place["kind"]): string | undefined {
  if (kind === "header") return "Type of the record, and its length in bytes with this header.";
  if (kind === "gap") return "The compiler left these bytes empty. They have no meaning.";
  if (kind === "raw") return "Bytes that belong to the record, but that its length does not count.";
  return undefined;
}
