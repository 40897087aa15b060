/** The system call of the checkpoint, whose number and arguments changed from version to version. */
import { registry } from "../../generated/codecs/index.js";
import { type Varying, valueAt } from "../../runtime/index.js";

/**
 * The numbers that the call has had on an architecture, with how many arguments it takes; undefined where that is not known. Any of them counts
 * in any version: an image that was converted keeps the number of its kernel, and what else has these numbers never waits, so that no task is
 * caught in it.
 */
export function checkpointCalls(arch: string): ReadonlyMap<number, number | undefined> {
  const calls = known.get(arch) ?? find(arch);
  known.set(arch, calls);
  return calls;
}

const known = new Map<string, ReadonlyMap<number, number | undefined>>();

function find(arch: string): ReadonlyMap<number, number | undefined> {
  const { tables, versions, order } = registry;
  const family = tables.arches.find(({ id }) => id === arch)?.family ?? arch;
  const value = (name: string, version: string) => {
    const entry = tables.constants.find((constant) => constant.name === name);
    return entry && valueAt<number | bigint>(entry.value as Varying<number | bigint>, order, version, arch, family);
  };
  const calls = new Map<number, number | undefined>();
  for (const version of versions) {
    const number = value("__NR_checkpoint", version);
    const args = value("CHECKPOINT_ARGUMENTS", version);
    if (number !== undefined) calls.set(Number(number), args === undefined ? calls.get(Number(number)) : Number(args));
  }
  return calls;
}
