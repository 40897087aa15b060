/** The commands that read images, in the order of `ckpt --help`. */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { addAuxvCommand } from "./auxv.js";
import { addConvertCommand } from "./convert.js";
import { addCoreCommand } from "./core.js";
import { addCredsCommand } from "./creds.js";
import { addDecodeCommand } from "./decode.js";
import { addDiffCommand } from "./diff.js";
import { addEncodeCommand } from "./encode.js";
import { addEnvCommand } from "./env.js";
import { addFdsCommand } from "./fds.js";
import { addGetCommand } from "./get.js";
import { addInfoCommand } from "./info.js";
import { addIpcCommand } from "./ipc.js";
import { addMapsCommand } from "./maps.js";
import { addNsCommand } from "./ns.js";
import { addPeekCommand } from "./peek.js";
import { addPokeCommand } from "./poke.js";
import { addPsCommand } from "./ps.js";
import { addRecordsCommand } from "./records.js";
import { addRegsCommand } from "./regs.js";
import { addReportCommand } from "./report.js";
import { addSearchCommand } from "./search.js";
import { addSetCommand } from "./set.js";
import { addSignalsCommand } from "./signals.js";
import { addSocketsCommand } from "./sockets.js";
import { addStripCommand } from "./strip.js";
import { addVerifyCommand } from "./verify.js";
import { addViewCommand } from "./view.js";

type AddCommand = (program: Command, context: CommandContext) => void;

/** Functions that add a command, by command name. */
export const IMAGE_COMMANDS: Readonly<Record<string, AddCommand>> = {
  info: addInfoCommand,
  ps: addPsCommand,
  env: addEnvCommand,
  auxv: addAuxvCommand,
  maps: addMapsCommand,
  fds: addFdsCommand,
  regs: addRegsCommand,
  signals: addSignalsCommand,
  creds: addCredsCommand,
  sockets: addSocketsCommand,
  ipc: addIpcCommand,
  ns: addNsCommand,
  view: addViewCommand,
  verify: addVerifyCommand,
  diff: addDiffCommand,
  report: addReportCommand,
  records: addRecordsCommand,
  decode: addDecodeCommand,
  encode: addEncodeCommand,
  get: addGetCommand,
  set: addSetCommand,
  peek: addPeekCommand,
  search: addSearchCommand,
  poke: addPokeCommand,
  strip: addStripCommand,
  core: addCoreCommand,
  convert: addConvertCommand,
};
