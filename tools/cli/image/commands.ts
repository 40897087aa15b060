/** The commands that read images, in the order of `ckpt --help`. */
import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { addRecordsCommand } from "./records.js";

export const IMAGE_COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [addRecordsCommand];
