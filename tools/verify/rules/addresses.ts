/** Addresses in the memory of programs, except those of mappings and registers, which have their own rules. */

import type { BoundStruct } from "../../../runtime/index.js";
import type { RecordKind } from "../../image/abi/format.js";
import { hex } from "../../image/hex.js";
import { inspection, type RuleTexts } from "../inspection.js";
import { structBytes } from "../struct-bytes.js";
import { type StructTest, StructTests } from "../struct-tests.js";
import { userSpaceOf } from "../user-space.js";

/** Fields with addresses of a program, by record or repeated struct. The address of a fault may be any. */
const RULE_BY_OWNER: Readonly<Record<string, keyof typeof RULES>> = {
  MM: "user-address",
  MM_CONTEXT: "user-address",
  TASK: "user-address",
  THREAD: "user-address",
  ckpt_sigaction: "handler-address",
};

/** Fields that hold the first address after a range. */
const ENDS: ReadonlySet<string> = new Set(["end_code", "end_data", "brk", "arg_end", "env_end", "end_brk"]);

const RULES = {
  "user-address": ["doubtful", "Addresses of a program lie in user space."],
  "handler-address": ["fatal", "Signal handlers lie in user space, and what they return to as well."],
} satisfies RuleTexts;

export class AddressRules extends inspection(RULES) {
  private readonly userSpace = userSpaceOf(this.format);
  private readonly tests = new StructTests(this.scene, (struct, owner) => this.testsOf(struct, owner));

  readonly every = (kind: RecordKind | undefined) => this.tests.of(kind);

  private testsOf(struct: BoundStruct, owner: string): StructTest[] {
    const rule = RULE_BY_OWNER[owner];
    if (!rule) return [];
    return structBytes(struct).fields.flatMap(({ path, width, offset, dims, meaning }): StructTest[] => {
      if (meaning.format !== "address" || !width || dims) return [];
      const isAddress = ENDS.has(path) ? this.userSpace.hasEnd : this.userSpace.has;
      return [
        (view, window, start, prefix) => {
          const address = BigInt(width.read(this.source.view, window + offset, this.format.littleEndian));
          if (isAddress(address)) return;
          const [field, at, found] = [prefix + path, start + offset, hex(address)];
          this.report(rule, view, { field, at, expected: "an address in user space", found });
        },
      ];
    });
  }
}
