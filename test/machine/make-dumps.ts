/**
 * `npm run make-dumps`: takes the dumps of `test/fixtures/criu` again, or those that are named. Addresses, pids and times differ every time, what the programs say does not.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "./cpio.js";
import { FIXTURES } from "./dump-fixtures.js";
import { DUMPS, takeDump } from "./dumps.js";
import { bootMachine } from "./machine.js";

/** Text of `/proc` that says nothing about what a dump holds. */
const LEFT_OUT = /\/(smaps|wchan)$|\/net-(tcp|udp)$/;

mkdirSync(FIXTURES, { recursive: true });
const named = process.argv.slice(2);
const machine = await bootMachine();
try {
  for (const [name, dump] of Object.entries(DUMPS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const { files, said } = await takeDump(machine, dump);
    const kept = [...files].filter(([path]) => !LEFT_OUT.test(path));
    const archive = gzipSync(pack({ ...Object.fromEntries(kept), said }), { level: 9 });
    writeFileSync(join(FIXTURES, `${name}.cpio.gz`), archive);
    process.stderr.write(`${name}: ${archive.length} bytes\n`);
  }
} finally {
  await machine.stop();
}
