/** System calls and errors of the kernel as data, in a separate module, so that only programs that use them load it. */
import type { SyscallEntry, SyscallTable } from "../../runtime/tables.js";
import type { Abi, Arch, Model, Syscall } from "../model.js";

export function syscallTables({ arches, syscalls, errors }: Model): Readonly<Record<string, SyscallTable>> {
  return Object.fromEntries(
    arches.map((arch) => {
      const abi = abiOf(arch);
      const calls = syscalls.flatMap((call) => entry(call, abi));
      const numbers = errors.flatMap(({ name, number }) => {
        const value = number.at(abi);
        return value === undefined ? [] : [[value, name] as const];
      });
      return [arch.id, { calls: calls.sort((a, b) => a.number - b.number), errors: numbers.sort(([a], [b]) => a - b) }];
    }),
  );
}

/** An ABI of the architecture; any version will do, because calls and errors have the same numbers in all of them. */
export function abiOf(arch: Arch): Abi {
  const version = arch.versions[0];
  if (!version) throw new Error(`${arch.id} has no version`);
  return { version, arch, name: `${version.id}/${arch.id}` };
}

function entry({ name, number, args, linux, before }: Syscall, abi: Abi): SyscallEntry[] {
  const value = number.at(abi);
  if (value === undefined) return [];
  const [count, since] = [args?.at(abi), linux?.at(abi)];
  return [
    {
      number: value,
      name,
      ...(count !== undefined && { args: count }),
      ...(since !== undefined && { linux: since }),
      ...(before !== undefined && { before }),
    },
  ];
}
