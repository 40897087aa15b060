/**
 * Types of records by name. `L` is the generated `AbiRecords`: the decoded records of each version and architecture by record name.
 */
import type { Abi } from "./abi.js";
import type { StructCodec } from "./codec.js";

/** A record without a struct of its own: the header of all records, which gives its type number and its length in bytes. A payload may follow. */
export interface BareRecord {
  type: number;
  len: number;
}

/** Names of the records that the version and architecture `A` has; for a union, the names that any of them has. */
export type RecordNameIn<L, A extends keyof L> = A extends keyof L ? keyof L[A] & string : never;

/**
 * Decoded form of the record `N` in the version and architecture `A`. For a union of them, the union over those that have the record; `never` if
 * none has it.
 */
export type RecordTypeIn<L, A extends keyof L, N extends string> = A extends keyof L
  ? N extends keyof L[A]
    ? L[A][N]
    : never
  : never;

/** What `Abi.record` decodes: of a record that has several structs, the one that all begin with; of a bare record, the header. */
type HeadOf<T> = T extends { h: object } | BareRecord ? T : never;

/** An {@link Abi} whose version and architecture are known to the compiler. `R` has the decoded records by record name. */
export interface TypedAbi<R extends object> extends Abi {
  /**
   * The codec of a record by its name, without `CKPT_HDR_`. If the record has several structs, as `FILE` has, it is that of the struct that all of
   * them begin with; if it has none, that of the header.
   *
   * @throws {UnknownNameError} when this version has no such record
   */
  record<N extends keyof R & string>(name: N): StructCodec<HeadOf<R[N]>>;
}

/** The type of `abi(name)`: typed records if the name is known to the compiler. */
export type AbiNamed<L extends { readonly [A in keyof L]: object }, N extends string> = [N] extends [keyof L]
  ? TypedAbi<L[N & keyof L]>
  : Abi;
