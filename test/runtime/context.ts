/** A codec without a struct, for tests of the functions that generated codecs call. */
import { StructCodec, type StructView, Target } from "../../runtime/index.js";

class Codec extends StructCodec {
  readonly size = 16;
  readonly align = 8;

  override decode(): object {
    return {};
  }

  override encode(): void {}

  override view(): StructView {
    throw new Error("the tests need no view");
  }
}

/** `ckpt_hdr_test` of v19 on x86_32. */
export const CODEC = new Codec(new Target("v19", "x86_32", "x86", 32, true, 1), "ckpt_hdr_test");
