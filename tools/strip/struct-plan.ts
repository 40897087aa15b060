/** What happens to each byte of a struct: computed once per struct of an image, and applied to all occurrences. */
import { RECORD_HEADER } from "../../runtime/image-text.js";
import { type BoundStruct, type Member, membersOf } from "../../runtime/index.js";
import { Cases, leftoversIn } from "../image/abi/cases.js";
import { fieldPlaceOf } from "../image/abi/fields.js";
import { HEADER_SIZE, type ImageFormat } from "../image/abi/format.js";
import { USED_LENGTHS } from "./allowed.js";
import type { AskedBytes } from "./asked.js";
import { type Cleared, clearBytes } from "./clear.js";
import type { Stripped } from "./options.js";
import type { Policy } from "./policy.js";
import { clearText } from "./text.js";

/** Range of a text member, or of a member of which only the beginning has a meaning. In bytes from the start of the struct. */
interface TextRange {
  readonly start: number;
  readonly end: number;
}

export class StructPlan {
  /** One per byte of the struct: 1 if it stays. */
  readonly stays: Uint8Array;
  /** One per byte: the kind to count it as if it does not stay. */
  private readonly kinds: (keyof Stripped | undefined)[];
  private readonly texts: (TextRange & { readonly masked: boolean; readonly mayBeginWithNul: boolean })[] = [];
  private readonly used: (TextRange & { length(view: DataView): number })[] = [];
  private readonly hasCases: boolean;
  /** Size of the struct in bytes. */
  readonly size: number;

  /** @param asked marks the bytes that the grammar uses */
  constructor(
    private readonly format: ImageFormat,
    private readonly policy: Policy,
    private readonly struct: BoundStruct,
    private readonly asked: AskedBytes,
  ) {
    const { size } = struct.layout;
    this.size = size;
    this.stays = new Uint8Array(size);
    this.kinds = new Array(size).fill("leftovers");
    // A record header within a struct does not begin a record, and is not read.
    for (const member of membersOf(struct).plain) if (member.owner.entry.key !== RECORD_HEADER) this.add(member);
    const cases = Cases.of(struct);
    this.hasCases = cases !== undefined;
    // The current case decides about them.
    for (const { offset, size: bytes } of cases?.named ?? []) this.stays.fill(1, offset, offset + bytes);
    for (const [member, length] of USED_LENGTHS[struct.entry.key] ?? []) this.addUsed(member, length);
  }

  /** Whether the struct always stays unchanged. */
  get staysWhole(): boolean {
    return !this.hasCases && this.texts.length === 0 && this.used.length === 0 && !this.stays.includes(0);
  }

  /** Keeps the record header at the start of the struct of a record. */
  withHeader(): this {
    this.stays.fill(1, 0, HEADER_SIZE);
    return this;
  }

  /**
   * Clears everything that does not stay.
   *
   * @param bytes of one struct, which may be truncated
   */
  apply(bytes: Uint8Array, cleared: Cleared): void {
    const { struct, policy } = this;
    // Conditions and lengths are evaluated with the original values.
    const before = this.hasCases || this.used.length > 0 ? bytes.slice() : bytes;
    const view = new DataView(before.buffer, before.byteOffset, before.length);
    const clear = (start: number, end: number, kind: keyof Stripped | undefined) =>
      clearBytes(bytes.subarray(start, end), kind, cleared);
    for (let i = 0; i < bytes.length; i++) if (this.stays[i] === 0 && bytes[i] !== 0) clear(i, i + 1, this.kinds[i]);
    if (this.hasCases) {
      for (const { offset, size } of leftoversIn(struct, view, 0, bytes.length))
        clear(offset, offset + size, "leftovers");
      const matters = (role: string) => policy.role(struct.entry.key, role);
      for (const { offset, size } of leftoversIn(struct, view, 0, bytes.length, matters))
        clear(offset, offset + size, "values");
    }
    for (const { start, end, length } of this.used) clear(Math.min(end, start + length(view)), end, "leftovers");
    for (const { start, end, masked, mayBeginWithNul } of this.texts)
      clearText(bytes.subarray(start, end), masked, mayBeginWithNul, cleared);
  }

  /** Members of a union share bytes, which stay if one of the members does. */
  private add({ owner, ownPath, meaning, size, type, dims, offset: start }: Member): void {
    const { key } = owner.entry;
    const fate = this.policy.field(key, ownPath, meaning, this.asked[start] === 1);
    const end = start + size;
    if (!fate.stays) {
      this.kinds.fill(fate.kind, start, end);
      return;
    }
    this.stays.fill(1, start, end);
    if (type === "char" && dims)
      this.texts.push({
        start,
        end,
        masked: fate.masked,
        mayBeginWithNul: `${key}.${ownPath}` === "sockaddr_un.sun_path",
      });
  }

  private addUsed(path: string, length: string): void {
    const { littleEndian } = this.format;
    const member = membersOf(this.struct).at(path);
    const field = fieldPlaceOf(this.struct, length);
    if (!member || !field) return;
    this.used.push({
      start: member.offset,
      end: member.offset + member.size,
      length: (view) => (field.offset + field.size <= view.byteLength ? field.readNumber(view, 0, littleEndian) : 0),
    });
  }
}
