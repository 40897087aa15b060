/** `docs/errors.md`: the codes of all errors, from the table in `tools/errors/codes.ts`. `npm run readme` writes it. */
import { type CodeFacts, ERROR_CODES } from "../tools/errors/codes.js";
import { EXIT, EXIT_MEANINGS } from "../tools/errors/exit.js";

/** Classes in the order of the page, with what each adds to its base class. */
const CLASSES: Readonly<Record<CodeFacts["thrownAs"], string>> = {
  UsageError:
    "The request makes no sense, or names what does not exist. `reason` is the message without the place, `place.path` and `place.column` say where in a path to a field.",
  RefusalError:
    "The request makes sense, but the image keeps it from being done. `BrokenImageError`, for an edit that would break the image, has the list `findings`.",
  InputError:
    "The input cannot be read. `place.file` is the file; of a text of `ckpt decode` there are `place.line`, `place.path` as jq writes it, and `place.record`.",
  OutputError:
    "The output cannot be written. `place.file` is the file, and `systemCode` the code of the operating system, e.g. `ENOSPC`.",
  ImageError:
    "The bytes of an image are wrong, or it was read as another version. `offset`, `record`, `rule`, `expected` and `found` are the parts of the message. The findings of `ckpt verify` and the problems of `ckpt info --json` have the same codes; the table says what holds in a sound image.",
  AbiError:
    "A codec or a look-up by name refuses what it was given. Each code has a class of its own: `ShortBufferError`, `NotBytesError`, `OutOfRangeError`, `MissingFieldError`, `LossyTextError`, `UnionConflictError`, `NotImplementedError`, `UnknownNameError`.",
};

/** The page as Markdown. */
export function errorPage(): string {
  const exits = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) =>
    row(String(EXIT[name]), name === "done" ? "" : `\`${name}\``, EXIT_MEANINGS[name]),
  );
  const sections = Object.entries(CLASSES).map(([name, text]) => {
    const rows = ERROR_CODES.filter(({ thrownAs }) => thrownAs === name).map(codeRow);
    const table = ["| code | exit | meaning | what to do |", "|---|---|---|---|", ...rows];
    return [`## ${name}`, "", text, "", ...table].join("\n");
  });
  return `# Errors

<!-- Written by npm run readme from tools/errors/codes.ts. Do not edit. -->

Every error that the package throws on purpose extends \`CkptError\` (from \`ckpt-abi\` or \`ckpt-abi/errors\`). It has

- \`code\`: stable, for programs. All codes are listed here, and as data in \`ERROR_CODES\` of \`ckpt-abi/errors\`;
- \`exit\`: the class of the failure, which is the exit code of \`ckpt\`;
- \`place\`: offset, record, path, file, line and column, as far as they are known;
- \`message\`: one line with all of that, and what to do.

Any other error is a fault of this package or of its caller, except errors of the operating system from files that the caller opened.

| exit code | \`exit\` | meaning |
|---|---|---|
${exits.join("\n")}

${sections.join("\n\n")}
`;
}

function codeRow({ code, exit, meaning, remedy }: CodeFacts): string {
  return row(`\`${code}\``, String(EXIT[exit]), meaning, remedy);
}

function row(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}
