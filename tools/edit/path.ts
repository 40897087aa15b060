/**
 * Parses paths to the fields of an image into steps; `resolve.ts` finds what they lead to.
 *
 *     path     = step *( "." step )
 *     step     = name *( "[" selector "]" )
 *     selector = NUMBER | "*" | key "=" value | "@" OFFSET
 *
 * A name is that of a record (`header`, `cpu`, `restart_block`), the name of a record at its place (`task_name`, `machine`, `page_batch`), a repeated
 * part of the image (`task`, `vma`, `message`), a shared object (`mm`, `file`, `sighand`) or a field, all as in the schema and in lower case; records
 * also have their names in capitals (`PIDS`). Fields also have the C name of the version. Some names have a shorter form: `comm` is `task_name`, `fd`
 * is `file_desc`, `shm` is `ipc_shm`.
 *
 * - Parts that occur once need not be named: `task[0].cpu.ip`. A part or an object has the fields of its main record:
 *   `task[0].exit_signal`, `mm[4].brk`, `vma[3].vm_flags`.
 * - A number counts from 0, in the order of the image; `-1` is the last. For objects it is their number, so `file[9]` is the FILE that other
 *   records refer to as 9; no object has the number 0, so `file[0]` is the first one and `file[-1]` the last. `object[9]` is the object of any type.
 * - `[key=value]` selects by a field: `task[pid=5]`, `file[f_type=CKPT_FILE_PIPE]`, `vma[vm_start=0x8048000]`, `task[comm="my shell"]`.
 * - `[*]` selects all. Without a selector there must be exactly one.
 * - A field that holds the number of an object leads to the object, by its name without `_objref` or `_ref` or by the type of the object:
 *   `task[0].mm.brk`, `task[0].files.fd[2].file.f_pos`, `task[0].cred.uid`.
 * - `record[7]` is a record by its index in the image, `record[@0x1b0]` by its offset; `payload` is what follows the struct of a record, and
 *   `raw` what follows the record outside all records.
 */

import { UsageError } from "../errors/usage-error.js";

export interface Path {
  readonly text: string;
  readonly steps: readonly PathStep[];
}

export interface PathStep {
  readonly name: string;
  readonly selectors: readonly PathSelector[];
  /** Column at which the name begins, in characters from 1. */
  readonly column: number;
}

export type PathSelector = { readonly column: number } & (
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "key"; readonly key: string; readonly value: string }
);

/**
 * Parses a path to fields of an image into steps.
 *
 * @throws {UsageError} (`bad-path`) when the text is not a path
 */
export function parsePath(text: string): Path {
  const reader = new Reader(text);
  const steps = reader.steps();
  if (!reader.atEnd) throw reader.error(`expected a dot, [ or the end, found ${JSON.stringify(reader.rest[0])}`);
  return { text, steps };
}

/** A new value of a field, as a person writes it. */
export interface Assignment {
  readonly path: Path;
  /** In the notation of `ckpt set`. */
  readonly value: string;
}

/**
 * Splits `PATH=VALUE`.
 *
 * @throws {UsageError} (`bad-path`) when the text is not a path
 */
export function parseAssignment(text: string): Assignment {
  const reader = new Reader(text);
  const steps = reader.steps();
  const end = reader.position;
  if (!reader.take("="))
    throw reader.error(
      reader.atEnd ? "expected = and a value" : `expected a dot, [ or =, found ${JSON.stringify(reader.rest[0])}`,
    );
  return { path: { text: text.slice(0, end), steps }, value: reader.rest };
}

const NUMBER = /^-?(0x[0-9a-f]+|\d+)$/i;

class Reader {
  position = 0;

  constructor(private readonly text: string) {}

  get rest(): string {
    return this.text.slice(this.position);
  }

  get atEnd(): boolean {
    return this.position === this.text.length;
  }

  take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  steps(): PathStep[] {
    const steps = [this.step()];
    while (this.take(".")) steps.push(this.step());
    return steps;
  }

  private step(): PathStep {
    const column = this.position + 1;
    const name = /^\w+/.exec(this.rest)?.[0];
    if (name === undefined)
      throw this.error(`expected a name, found ${this.atEnd ? "the end" : JSON.stringify(this.rest[0])}`);
    this.position += name.length;
    const selectors: PathSelector[] = [];
    while (this.take("[")) selectors.push(this.selector());
    return { name, selectors, column };
  }

  private selector(): PathSelector {
    const column = this.position + 1;
    // A quoted value may contain brackets.
    const [whole, inner = ""] = /^((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(this.rest) ?? [];
    if (whole === undefined) throw this.error("expected ] after the selector");
    this.position += whole.length;
    const text = inner.trim();
    if (text === "*") return { kind: "all", column };
    if (NUMBER.test(text)) return { kind: "index", index: integer(text), column };
    const offset = text.startsWith("@") ? text.slice(1) : "";
    if (NUMBER.test(offset)) return { kind: "offset", offset: integer(offset), column };
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key !== undefined && value !== undefined) return { kind: "key", key: key.trim(), value: value.trim(), column };
    this.position = column - 1;
    throw this.error(`expected a number, *, KEY=VALUE or @OFFSET in brackets, found ${JSON.stringify(text)}`);
  }

  error(reason: string): UsageError {
    return new UsageError("bad-path", reason, { path: this.text, column: this.position + 1 });
  }
}

function integer(text: string): number {
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
}
