/** The form of the schema's rules about single fields. */
import type { Values } from "../write/keyed-codec.js";
import type { FactKind } from "./report.js";

/** `wanted` is a value that neither the image nor the schema nor a step says. */
export type FindingKind = FactKind | "wanted";

/** Takes what a rule finds: the path of the field, its value and the reason. */
export type Tell = (kind: FindingKind, field: string, value: unknown, why: string) => void;

/** Changes the fields of a record, or of an element. */
export type FieldRule = (values: Values, tell: Tell) => void;
