/** Addresses in the memory of programs, except those of mappings and registers, which have their own rules. */
import { hex } from "../../image/hex.js";
import { inspector } from "../inspection.js";
import { structFacts } from "../struct-facts.js";
import { type StructTest, StructTests } from "../struct-tests.js";
import { userSpaceOf } from "../user-space.js";

/** Fields with addresses of a program, by record or repeated struct. The address of a fault may be any. */
const RULES = {
  MM: "user-address",
  MM_CONTEXT: "user-address",
  TASK: "user-address",
  THREAD: "user-address",
  ckpt_sigaction: "handler-address",
} as const;

/** Fields that hold the first address after a range. */
const ENDS: ReadonlySet<string> = new Set(["end_code", "end_data", "brk", "arg_end", "env_end", "end_brk"]);

export const addresses = inspector(
  {
    "user-address": ["doubtful", "Addresses of a program lie in user space."],
    "handler-address": ["fatal", "Signal handlers lie in user space, and what they return to as well."],
  },
  (scene, { report }) => {
    const { format, source } = scene;
    const userSpace = userSpaceOf(format);
    const tests = new StructTests(scene, (struct, owner): StructTest[] => {
      const rule = (RULES as Readonly<Record<string, (typeof RULES)[keyof typeof RULES]>>)[owner];
      if (!rule) return [];
      return structFacts(struct).fields.flatMap(({ path, width, offset, dims, meaning }): StructTest[] => {
        if (meaning.format !== "address" || !width || dims) return [];
        const isAddress = ENDS.has(path) ? userSpace.hasEnd : userSpace.has;
        return [
          (view, window, start, prefix) => {
            const address = BigInt(width.read(source.view, window + offset, format.littleEndian));
            if (isAddress(address)) return;
            const [field, at, found] = [prefix + path, start + offset, hex(address)];
            report(rule, view, { field, at, expected: "an address in user space", found });
          },
        ];
      });
    });
    return { every: (view) => tests.apply(view) };
  },
);
