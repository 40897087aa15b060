/** The structs of a core, as described by the schema for the architecture of the program. */
import { registry } from "../../generated/elf/codecs/index.js";
import { type Abi, membersOf } from "../../runtime/index.js";
import { RefusalError } from "../errors/refusal-error.js";
import { type Fields, KeyedCodec } from "../write/keyed-codec.js";
import type { Program } from "./program.js";

export class CoreStructs {
  private readonly abi: Abi;

  /** @throws {RefusalError} when the schema lacks the architecture */
  constructor(readonly program: Program) {
    const version = registry.versions.at(-1) as string;
    if (!registry.arches(version).includes(program.arch))
      throw new RefusalError(
        "unsupported-architecture",
        `the form of cores of ${program.arch} is not known, only of ${registry.arches(version).join(", ")}`,
      );
    this.abi = registry.abi(version, program.arch);
  }

  /** Size in bytes of a struct, by its C name. */
  size(name: string): number {
    return this.abi.struct(name).size;
  }

  /** Encodes a struct; omitted fields are zero. */
  bytes(name: string, fields: Fields): Uint8Array {
    return this.abi.struct(name).toBytes(this.value(name, fields));
  }

  /** Encodes a struct into bytes that are zero. */
  put(name: string, fields: Fields, view: DataView, at: number): void {
    this.abi.struct(name).encode(this.value(name, fields), view, at);
  }

  /** Decodes a struct; the bytes may end before the struct does. */
  // biome-ignore lint/suspicious/noExplicitAny: the type of the fields is known at run time only
  read(name: string, bytes: Uint8Array): any {
    const codec = this.abi.struct(name);
    const whole = new Uint8Array(codec.size);
    whole.set(bytes.subarray(0, codec.size));
    return codec.fromBytes(whole);
  }

  /** Value of an enumerator or constant. */
  constant(name: string): number {
    const value = this.abi.constant(name);
    if (value === undefined) throw new TypeError(`the schema of cores has no ${name} on ${this.program.arch}`);
    return Number(value);
  }

  /** A number truncated to a word of the program. */
  word(value: bigint): bigint {
    return BigInt.asUintN(this.program.bits, value);
  }

  /** Size in bytes of a field. */
  fieldSize(name: string, field: string): number {
    return membersOf(this.abi.describe(name)).at(field)?.size ?? 0;
  }

  private value(name: string, fields: Fields) {
    return KeyedCodec.of(this.abi.describe(name)).value(fields);
  }
}
