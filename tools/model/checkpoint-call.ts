/** The checkpoint system call, whose number and arguments changed between versions. */
import { registry } from "../../generated/codecs/index.js";
import { type Varying, valueAt } from "../../runtime/index.js";

/**
 * The numbers that the call had on an architecture in any version, with the number of its arguments (undefined if not known). All of them count in
 * any version: a converted image keeps the number of its kernel, and the other calls with these numbers never wait, so that no task is checkpointed
 * in them.
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
