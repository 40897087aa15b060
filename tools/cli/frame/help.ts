/** Help texts that quote data of the tools, such as the list of what `ckpt strip` keeps. */
import type { Command } from "commander";
import type { CommandContext } from "./context.js";

/** Ends the help of a command with a text that is loaded when this help is printed, so that no other run has to load what it quotes. */
export function helpWith(command: Command, context: CommandContext, load: () => Promise<string>): Command {
  // Help is printed at once, and what is loaded comes later: it is printed behind it, before the command ends.
  return command.addHelpText("after", () => {
    context.restOfHelp = load;
    return "";
  });
}
