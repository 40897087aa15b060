/** Structs and arrays in the line form. */

import type { TextBuffer } from "../../text-buffer.js";
import { utf8 } from "../../utf8.js";
import { after, isZero, type LineForm, OTHER } from "./line-form.js";
import { CLOSE, COMMA, OPEN } from "./pieces.js";

const BRACKETS = utf8("[]");
const OPEN_BRACKET = utf8("[");
const CLOSE_BRACKET = utf8("]");
const BRACES = utf8("{}");

/** A member of a struct. */
export interface MemberLine {
  readonly name: string;
  readonly line: LineForm;
  /** Bytes from the start of the struct to where {@link line} begins. */
  readonly offset: number;
  /** The range of bytes of a member that the text omits while they are zero. */
  readonly quiet: { readonly start: number; readonly end: number } | undefined;
}

/** A member with its name as the text has it. */
interface Step extends MemberLine {
  readonly key: Uint8Array;
}

export class StructLine implements LineForm {
  readonly longest: number;
  private readonly steps: readonly Step[];

  /** @param skipped offset of the record header, which the record writes itself */
  constructor(
    members: readonly MemberLine[],
    private readonly skipped: { readonly offset: number; readonly size: number } | undefined,
  ) {
    this.steps = members.map((member) => ({ ...member, key: utf8(`${JSON.stringify(member.name)}: `) }));
    this.longest = this.steps.reduce((sum, { key, line }) => sum + key.length + line.longest + 2, 4);
  }

  write(out: TextBuffer, view: DataView, at: number): boolean {
    const start = out.used;
    out.copy(OPEN);
    if (!this.writeMembers(out, view, at)) return false;
    if (out.used === start + OPEN.length) {
      out.used = start;
      out.copy(BRACES);
    } else out.copy(CLOSE);
    return true;
  }

  /** Appends the members without braces. */
  writeMembers(out: TextBuffer, view: DataView, at: number): boolean {
    let follows = false;
    for (const { key, line, offset, quiet } of this.steps) {
      if (quiet && isZero(view, at + quiet.start, at + quiet.end)) continue;
      if (follows) out.copy(COMMA);
      follows = true;
      out.copy(key);
      if (!line.write(out, view, at + offset)) return false;
    }
    return true;
  }

  read(text: Uint8Array, from: number, view: DataView, at: number): number {
    let end = after(OPEN, text, from);
    if (end === OTHER) {
      end = after(BRACES, text, from);
      return end !== OTHER && this.steps.every(({ quiet }) => quiet) ? end : OTHER;
    }
    end = this.readMembers(text, end, view, at);
    return end === OTHER ? OTHER : after(CLOSE, text, end);
  }

  readMembers(text: Uint8Array, from: number, view: DataView, at: number): number {
    let end = from;
    let follows = false;
    for (const { key, line, offset, quiet } of this.steps) {
      const start = follows ? after(COMMA, text, end) : end;
      const begin = start === OTHER ? OTHER : after(key, text, start);
      if (begin === OTHER) {
        if (quiet) continue;
        return OTHER;
      }
      end = line.read(text, begin, view, at + offset);
      if (end === OTHER) return OTHER;
      follows = true;
    }
    return end;
  }

  cover(mask: Uint8Array, at: number): void {
    const { skipped } = this;
    if (skipped) mask.fill(1, at + skipped.offset, at + skipped.offset + skipped.size);
    for (const { line, offset } of this.steps) line.cover(mask, at + offset);
  }
}

/** An array of the same number of elements everywhere. */
export class ArrayLine implements LineForm {
  readonly longest: number;

  constructor(
    private readonly length: number,
    private readonly element: ElementLine,
  ) {
    this.longest = 2 + length * (element.line.longest + COMMA.length);
  }

  write(out: TextBuffer, view: DataView, at: number): boolean {
    return writeElements(this.element, this.length, out, view, at);
  }

  read(text: Uint8Array, from: number, view: DataView, at: number): number {
    if (this.length === 0) return after(BRACKETS, text, from);
    let end = from;
    for (let i = 0; i < this.length; i++) {
      end = after(i === 0 ? OPEN_BRACKET : COMMA, text, end);
      if (end === OTHER) return OTHER;
      end = this.element.line.read(text, end, view, at + i * this.element.size);
      if (end === OTHER) return OTHER;
    }
    return after(CLOSE_BRACKET, text, end);
  }

  cover(mask: Uint8Array, at: number): void {
    for (let i = 0; i < this.length; i++) this.element.line.cover(mask, at + i * this.element.size);
  }
}

/** An element of an array. */
export interface ElementLine {
  readonly line: LineForm;
  /** Bytes of an element. */
  readonly size: number;
}

/** Appends the elements of an array. */
export function writeElements(
  { line, size }: ElementLine,
  count: number,
  out: TextBuffer,
  view: DataView,
  at: number,
): boolean {
  if (count === 0) {
    out.reserve(BRACKETS.length);
    out.copy(BRACKETS);
    return true;
  }
  for (let i = 0; i < count; i++) {
    out.reserve(line.longest + 2 * COMMA.length);
    out.copy(i === 0 ? OPEN_BRACKET : COMMA);
    if (!line.write(out, view, at + i * size)) return false;
  }
  out.copy(CLOSE_BRACKET);
  return true;
}

/**
 * Reads the elements of an array as long as there is room for them.
 *
 * @param room bytes from `at` on, all of them zero
 * @returns the number of elements, and the offset after the array; undefined if the text has another form, or there is no room
 */
export function readElements(
  { line, size }: ElementLine,
  text: Uint8Array,
  from: number,
  view: DataView,
  at: number,
  room: number,
): { readonly count: number; readonly end: number } | undefined {
  const empty = after(BRACKETS, text, from);
  if (empty !== OTHER) return { count: 0, end: empty };
  let end = after(OPEN_BRACKET, text, from);
  for (let count = 0; end !== OTHER && (count + 1) * size <= room; ) {
    end = line.read(text, end, view, at + count++ * size);
    if (end === OTHER) return undefined;
    const close = after(CLOSE_BRACKET, text, end);
    if (close !== OTHER) return { count, end: close };
    end = after(COMMA, text, end);
  }
  return undefined;
}
