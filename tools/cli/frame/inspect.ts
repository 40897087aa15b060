/** Common frame of commands that open an image, choose tasks, and print one view of it as a table or as JSON. */
import type { Command } from "commander";
import type { Image } from "../../image/image.js";
import type { Task } from "../../model/tasks.js";
import type { Streams } from "../output/streams.js";
import type { CommandContext } from "./context.js";
import { type ImageOptions, imageCommand, withImage } from "./open.js";
import { addTaskOption } from "./task-option.js";

/** The tasks that a view shows. */
export interface ShownTasks {
  /** All tasks of the image. */
  readonly all: readonly Task[];
  /** The tasks chosen by `--task`; all tasks without it. */
  readonly chosen: readonly Task[];
}

/** Prints one view of an image. `switches` are true if given. */
type PrintView<Switch extends string> = (
  image: Image,
  streams: Streams,
  tasks: ShownTasks,
  switches: Readonly<Partial<Record<Switch | "json", true>>>,
) => void;

interface InspectCommand<Switch extends string> {
  readonly name: string;
  readonly description: string;
  /** Whether the command has the option `--task`. */
  readonly hasTaskOption?: true;
  /** Options without a value: description by name without dashes, in the order of the help. */
  readonly switches?: Readonly<Record<Switch, string>>;
  /** Description of what `--json` prints. */
  readonly json: string;
  /** Help text after the options. */
  readonly help: string;
  /** Options of the example in the help. */
  readonly example?: string;
  /** Loads the printer on demand, so that other commands do not load it. */
  readonly load: () => Promise<PrintView<Switch>>;
}

/** Adds an inspect command to the program. */
export function inspectCommand<Switch extends string = never>({
  name,
  description,
  hasTaskOption,
  switches,
  json,
  help,
  example = "",
  load,
}: InspectCommand<Switch>): (program: Command, context: CommandContext) => void {
  return (program, context) => {
    const command = imageCommand(program, name, description);
    if (hasTaskOption) addTaskOption(command);
    for (const [flag, text] of Object.entries<string>(switches ?? {})) command.option(`--${flag}`, text);
    command
      .option("--json", `print JSON: ${json}`)
      .addHelpText("after", `\n${help}\n\nExample:\n  ${`ckpt ${name} image.ckpt ${example}`.trimEnd()}`)
      .action((path: string, options: ImageOptions & { task?: string } & Partial<Record<Switch | "json", true>>) =>
        withImage(path, options, context, async (image) => {
          const [print, { tasksOf }, { chooseTasks }] = await Promise.all([
            load(),
            import("../../model/tasks.js"),
            import("../../model/choose-tasks.js"),
          ]);
          const all = tasksOf(image);
          print(image, context.streams, { all, chosen: chooseTasks(all, options.task) }, options);
        }),
      );
  };
}
