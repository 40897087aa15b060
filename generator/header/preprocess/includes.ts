/** Finds the headers that `#include` names, and bounds how many are read. */
import { BrokenHeader } from "../broken.js";
import type { Macros } from "../macros.js";
import { type HeaderText, MAX_HEADER_LENGTH } from "../scan.js";
import { shortened } from "../tokens.js";
import { brokenDirective, type Directive, restOf } from "./directive.js";

/**
 * Resolves an include: undefined for a file that is not a checkpoint header, `outside` for one that is outside the directories of the given headers.
 */
export type FollowInclude = (name: string, from: HeaderText, quoted: boolean) => HeaderText | "outside" | undefined;

const MAX_INCLUDE_DEPTH = 16;
const MAX_INCLUDES = 200;
/** Most characters of all headers, counting each as often as it is included. */
const MAX_TEXTS_LENGTH = 4 * MAX_HEADER_LENGTH;
/** Most tokens of a macro that expands to a file name. */
const MAX_FILE_NAME_TOKENS = 64;

export class Includes {
  /** Paths of the headers that were read. */
  readonly files = new Set<string>();
  /** Paths of the headers that are read only once. */
  private readonly once = new Set<string>();
  /** The headers that are being read, the outermost first. */
  private readonly stack: HeaderText[] = [];
  private count = 0;
  private characters = 0;

  constructor(
    private readonly follow: FollowInclude,
    private readonly macros: Macros,
  ) {}

  /** Number of includes that lead to the current header. */
  get level(): number {
    return this.stack.length - 1;
  }

  begin(header: HeaderText): void {
    this.files.add(header.file);
    this.stack.push(header);
    this.characters += header.text.length;
    if (this.characters > MAX_TEXTS_LENGTH)
      throw new BrokenHeader(header.place(0), "too-long", "the headers with their includes are too long");
  }

  end(): void {
    this.stack.pop();
  }

  readOnce({ file }: HeaderText): void {
    this.once.add(file);
  }

  /**
   * Finds what an `#include` or `#import` names.
   *
   * @returns the header to read, the name of a header that is not read, or undefined when there is nothing to do
   */
  find(directive: Directive): HeaderText | string | undefined {
    const broken = (rule: string, message: string, suggestion: string) =>
      brokenDirective(directive, rule, message, suggestion);
    // Compilers warn about text after the name, and continue.
    const [, angle, quoted] = /^\s*(?:<([^>\n]+)>|"([^"\n]+)")/.exec(this.expanded(restOf(directive))) ?? [];
    const name = angle ?? quoted;
    if (name === undefined) throw broken("bad-include", "`#include` without a file", 'write `<name>` or `"name"`');
    const target = this.follow(name, directive.header, quoted !== undefined);
    if (!target) return name;
    if (target === "outside")
      throw broken(
        "bad-include",
        `\`${shortened(name)}\` leads out of the directory of the headers`,
        "name the directory that has all of them",
      );
    if (directive.name === "import") this.readOnce(target);
    if (this.once.has(target.file) && this.files.has(target.file)) return undefined;
    this.count++;
    if (this.stack.length >= MAX_INCLUDE_DEPTH || this.count > MAX_INCLUDES)
      throw broken(
        "include-loop",
        this.stack.includes(target) ? `${target.file} includes itself without end` : "includes are nested too deeply",
        "headers begin with `#ifndef NAME` and `#define NAME`",
      );
    return target;
  }

  /** The file name may come from a macro. */
  private expanded(rest: string): string {
    const [, name] = /^\s*([A-Za-z_]\w*)\s*$/.exec(rest) ?? [];
    const body = name === undefined ? undefined : this.macros.get(name)?.body;
    return body && body.length <= MAX_FILE_NAME_TOKENS ? body.map(({ text }) => text).join("") : rest;
  }
}
