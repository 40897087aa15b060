/** Errors that end a command of the checkout (`gen`, `header`, `abi:check`, `publish-reference`) without a result. */
import { CkptError, type ExitClass } from "../runtime/errors.js";

/** Exit class by code. `docs/errors.md` does not list these codes, because no command of the package ends with them. */
const EXITS = {
  "wrong-usage": "usage",
  "no-schema": "usage",
  "no-headers": "usage",
  "wrong-schema": "findings",
  "taken-version": "findings",
  "edited-since": "findings",
  "stale-reference": "findings",
  unpublishable: "findings",
  locked: "findings",
  "unreadable-schema": "input",
  "unreadable-reference": "input",
  "nothing-compared": "input",
  "does-not-compile": "input",
  "unwritable-schema": "output",
  "no-compiler": "output",
  "no-git": "output",
} as const satisfies Readonly<Record<string, ExitClass>>;

/** The message is for the user: what is wrong, and what to do about it. */
export class CommandError extends CkptError {
  readonly exit: ExitClass;

  constructor(
    readonly code: keyof typeof EXITS,
    message: string,
  ) {
    super(message);
    this.exit = EXITS[code];
  }
}
