/** Help texts that quote data of the tools, such as the list of what `ckpt strip` keeps. */
import type { Command } from "commander";
import type { CommandContext } from "./context.js";

/** Appends text to the help of a command. `load` is called only when this help is printed, so that other runs do not load what the text quotes. */
export function helpWith(command: Command, context: CommandContext, load: () => Promise<string>): Command {
  // Commander prints help synchronously. The loaded text is appended afterwards, before the program ends.
  return command.addHelpText("after", () => {
    context.restOfHelp = load;
    return "";
  });
}
