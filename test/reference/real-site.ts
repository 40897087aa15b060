/** The reference's site objects for the project's own schema, and for the small one. */
import { Site } from "../../generator/emit/reference/site.js";
import { layOut } from "../../generator/layout.js";
import { load, type SchemaText } from "../../generator/load/index.js";
import { resolve } from "../../generator/resolve/index.js";
import { IMAGE, unitOf } from "../../generator/units.js";
import { JSON_SCHEMA, realSchema } from "../generator/mistake.js";
import { SMALL_SCHEMA } from "../generator/small-schema.js";

export const REAL_SITE = siteOf(realSchema().filter(({ file }) => unitOf(file) === IMAGE));
export const SMALL_SITE = siteOf(SMALL_SCHEMA);

export function siteOf(texts: readonly SchemaText[]): Site {
  const { model, structs } = resolve(load(texts, JSON_SCHEMA).documents);
  return new Site(model, layOut(model, structs));
}
