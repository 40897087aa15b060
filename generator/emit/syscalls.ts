/** System calls and errors of the kernel as data, in a module of their own: only what tells of calls has to read it. */
import type { SyscallTable } from "../../runtime/tables.js";
import type { Abi, Arch, Model, Syscall } from "../model.js";

type Call = SyscallTable["calls"][number];

export function syscallTables({ arches, syscalls, errors }: Model): Readonly<Record<string, SyscallTable>> {
  return Object.fromEntries(
    arches.map((arch) => {
      const abi = abiOf(arch);
      const calls = syscalls.flatMap((call): Call[] => entry(call, abi));
      const numbers = errors.flatMap(({ name, number }) => {
        const value = number.at(abi);
        return value === undefined ? [] : [[value, name] as const];
      });
      return [arch.id, { calls: calls.sort(byNumber), errors: numbers.sort(byNumber) }];
    }),
  );
}

/** Calls and errors have no history: their numbers are the same in all versions of the checkpoint headers. */
export function abiOf(arch: Arch): Abi {
  const version = arch.versions[0];
  if (!version) throw new Error(`${arch.id} has no version`);
  return { version, arch, name: `${version.id}/${arch.id}` };
}

function entry({ name, number, args, linux }: Syscall, abi: Abi): Call[] {
  const value = number.at(abi);
  if (value === undefined) return [];
  const since = linux?.at(abi);
  const count = args?.at(abi) ?? null;
  return [since === undefined ? [value, name, count] : [value, name, count, since]];
}

function byNumber([one]: readonly [number, ...unknown[]], [other]: readonly [number, ...unknown[]]): number {
  return one - other;
}
