/** Applies the list of what stays to the options of one run. */
import type { FieldMeaning } from "../../runtime/index.js";
import { ALLOWED_FIELDS, type Allowed, type AllowedBy } from "./allowed.js";
import type { StripOptions, Stripped } from "./options.js";

/** What happens to a field or payload. */
export interface Fate {
  readonly stays: boolean;
  /** Whether it is a text whose characters become `x`. */
  readonly masked: boolean;
  /** Kind to count it as if it does not stay; undefined for registers, which are not counted. */
  readonly kind: keyof Stripped | undefined;
}

export class Policy {
  /** @param list entries of the list; tests leave some out */
  constructor(
    readonly options: StripOptions,
    private readonly list: readonly Allowed[] = ALLOWED_FIELDS,
  ) {}

  /**
   * What happens to a field.
   *
   * @param struct schema key of the innermost named struct that contains the field
   * @param path of schema keys of the field in it
   * @param isAsked whether the grammar uses the field
   */
  field(struct: string, path: string, meaning: FieldMeaning, isAsked: boolean): Fate {
    if (meaning.reserved) return { stays: false, masked: false, kind: "leftovers" };
    return this.fate(
      ({ kinds, fields }) =>
        kinds?.some((kind) => hasKind(kind, meaning, isAsked)) === true || names(fields?.[struct], path),
    );
  }

  /**
   * What happens to a payload.
   *
   * @param name label of the grammar, or name of the record
   */
  payload(name: string): Fate {
    return this.fate(({ payloads }) => payloads?.includes(name) === true);
  }

  /** What happens to the bytes that the kernel keeps after the fields of its structs. */
  get privatePart(): Fate {
    return this.fate(({ kinds }) => kinds?.includes("private") === true);
  }

  /** Whether a field stays that has this role in the current case. */
  role(struct: string, role: string): boolean {
    return (
      this.options.keep?.has("values") === true ||
      this.list.some((entry) => entry.roles?.[struct]?.split(",").includes(role) && this.holds(entry))
    );
  }

  private fate(covers: (entry: Allowed) => boolean): Fate {
    const entries = this.list.filter(covers);
    const holding = entries.filter((entry) => this.holds(entry));
    if (holding.length > 0)
      return {
        stays: true,
        masked: this.options.paths === true && holding.every(({ unless }) => unless === "paths"),
        kind: undefined,
      };
    const [first] = entries;
    if (!first) return { stays: this.options.keep?.has("values") === true, masked: false, kind: "values" };
    return { stays: false, masked: false, kind: first.keep?.[0] as keyof Stripped | undefined };
  }

  private holds({ keep, unless }: Allowed): boolean {
    if (unless === "registers" && this.options.registers) return false;
    return keep === undefined || keep.some((kind) => this.options.keep?.has(kind));
  }
}

function hasKind(kind: AllowedBy, meaning: FieldMeaning, isAsked: boolean): boolean {
  if (kind === "asked") return isAsked;
  return meaning[kind] !== undefined;
}

function names(paths: string | undefined, path: string): boolean {
  return paths === "*" || paths?.split(" ").includes(path) === true;
}
