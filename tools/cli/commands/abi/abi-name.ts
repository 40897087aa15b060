/** The option `--abi` of `ckpt abi`. */
import { UsageError } from "../../../errors/usage-error.js";

/** Version and architecture, such as `v19/x86_32`. */
export interface AbiName {
  readonly version: string;
  readonly arch: string;
}

/**
 * Parses a version and an architecture, such as `v19/x86_32`.
 *
 * @throws {UsageError} when the text is not a version and an architecture with a slash between them
 */
export function parseAbiName(text: string): AbiName {
  const [, version, arch] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (version === undefined || arch === undefined)
    throw new UsageError("wrong-usage", `--abi takes version/arch, e.g. v19/x86_32, not ${JSON.stringify(text)}`);
  return { version, arch };
}
