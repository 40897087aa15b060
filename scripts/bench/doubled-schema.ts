/** The schema with twice the versions and nothing new: a copy of each version follows it. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes it into a root. */
export function writeDoubledSchema(project: string, root: string): void {
  cpSync(join(project, "schema"), join(root, "schema"), { recursive: true });
  const path = join(root, "schema", "abi.yaml");
  const [head = "", ...parts] = readFileSync(path, "utf8").split(/^(?= {2}v\S+:$|arches:$)/m);
  const doubled = parts.map((part) =>
    part.startsWith("arches:")
      ? // Versions of an architecture are ranges, which end with the copy.
        part.replace(
          /versions: \[(.*)\]/g,
          (_, ids: string) => `versions: [${ids.replace(/(\S+, )([^\s,]+)/g, "$1$2-copy")}]`,
        )
      : part + part.replace(/^ {2}(v\S+):$/m, "  $1-copy:"),
  );
  writeFileSync(path, head + doubled.join(""));
}
