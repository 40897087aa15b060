/** Which entries of the list of what stays hold for the options of one run. */
import type { FieldMeaning } from "../../runtime/index.js";
import { ALLOWED, type Allowed, type FieldKind } from "./allowed.js";
import type { StripOptions, Stripped } from "./options.js";

/** What becomes of a field or payload. */
export interface Fate {
  readonly stays: boolean;
  /** A text whose characters become `x`. */
  readonly masked: boolean;
  /** What it counts as when it does not stay; undefined for registers, which are not counted. */
  readonly kind: keyof Stripped | undefined;
}

export class Policy {
  /** @param list which entries there are; tests leave some out */
  constructor(
    readonly options: StripOptions,
    private readonly list: readonly Allowed[] = ALLOWED,
  ) {}

  /**
   * @param struct schema key of the struct that has the field, the innermost one with a name
   * @param path of the field in it, by schema keys
   * @param isAsked whether the grammar asks for it
   */
  field(struct: string, path: string, meaning: FieldMeaning, isAsked: boolean): Fate {
    if (meaning.reserved) return { stays: false, masked: false, kind: "leftovers" };
    return this.fate(
      ({ kinds, fields }) =>
        kinds?.some((kind) => hasKind(kind, meaning, isAsked)) === true || names(fields?.[struct], path),
    );
  }

  /** @param name label of the grammar, or name of the record */
  payload(name: string): Fate {
    return this.fate(({ payloads }) => payloads?.includes(name) === true);
  }

  /** What the kernel keeps behind the fields of a struct of its own. */
  get privatePart(): Fate {
    return this.fate(({ kinds }) => kinds?.includes("private") === true);
  }

  /** Whether a field stays that is this in the case that holds. */
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

function hasKind(kind: FieldKind, meaning: FieldMeaning, isAsked: boolean): boolean {
  if (kind === "asked") return isAsked;
  return meaning[kind] !== undefined;
}

function names(paths: string | undefined, path: string): boolean {
  return paths === "*" || paths?.split(" ").includes(path) === true;
}
