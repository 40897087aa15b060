/** The errors that end a command of the checkout (`gen`, `header`, `abi:check`, `publish-reference`) without a result. */
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
  "unreadable-output": "input",
  "unreadable-reference": "input",
  "nothing-compared": "input",
  "does-not-compile": "input",
  "unwritable-schema": "output",
  "unwritable-output": "output",
  "no-compiler": "output",
  "no-git": "output",
} as const satisfies Readonly<Record<string, ExitClass>>;

type CommandErrorCode = keyof typeof EXITS;

/** The message is for the user: what is wrong, and what to do about it. */
export class CommandError extends CkptError {
  readonly exit: ExitClass;

  constructor(
    readonly code: CommandErrorCode,
    message: string,
  ) {
    super(message);
    this.exit = EXITS[code];
  }
}

/**
 * Runs a part of a command. An error of the file system or in JSON becomes a {@link CommandError} with the message `WHAT: MESSAGE`; any other error
 * is a fault of the program and is thrown unchanged.
 *
 * @param code code of that error; a {@link CommandError} keeps its own code
 * @param what what could not be done, e.g. `cannot read the schema`
 */
export function attempt<T>(code: CommandErrorCode, what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code: known, message } = error as NodeJS.ErrnoException;
    if (known === undefined && !(error instanceof SyntaxError)) throw error;
    throw new CommandError(error instanceof CommandError ? error.code : code, `${what}: ${message}`);
  }
}
