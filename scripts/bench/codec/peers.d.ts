/** Types for peers that have none, or whose types do not resolve here. */

declare module "binary-parser" {
  type Width = 8 | 16 | 32 | 64;
  type Method = `${"uint" | "int"}8` | `${"uint" | "int"}${Exclude<Width, 8>}le`;
  interface Scalars extends Record<Method, (name: string) => this> {}
  interface Parser extends Scalars {}
  class Parser {
    nest(name: string, options: { type: Parser }): this;
    parse(bytes: Uint8Array): object;
  }

  export { Parser };
}

declare module "kaitai-struct-compiler" {
  const compiler: {
    /** Texts by file name. */
    compile(language: "javascript", ksy: object, importer: null, debug: boolean): Promise<Record<string, string>>;
  };
  export default compiler;
}

declare module "kaitai-struct/KaitaiStream.js" {
  export default class KaitaiStream {
    constructor(view: DataView);
    seek(position: number): void;
  }
}

declare module "restructure" {
  class Stream {
    constructor(bytes: Uint8Array);
    readonly view: DataView;
    pos: number;
  }
  export class DecodeStream extends Stream {}
  export class EncodeStream extends Stream {}

  export interface Type {
    size(value?: never): number;
    decode(stream: DecodeStream): unknown;
    encode(stream: EncodeStream, value: never): void;
  }
  export class Struct implements Type {
    constructor(fields: Readonly<Record<string, Type>>);
    size(value?: never): number;
    decode(stream: DecodeStream): object;
    encode(stream: EncodeStream, value: object): void;
  }
  export const uint8: Type;
  export const int8: Type;
  export const uint16le: Type;
  export const int16le: Type;
  export const uint32le: Type;
  export const int32le: Type;
}
