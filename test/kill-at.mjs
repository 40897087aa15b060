/**
 * Kills the process at its nth change below a directory: `KILL_AT=n KILL_BELOW=directory node --import ./test/kill-at.mjs …`. Kills at a defined
 * point of the work, not after some time.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const below = process.env.KILL_BELOW ?? "";
let left = Number(process.env.KILL_AT);

for (const name of ["mkdirSync", "openSync", "renameSync", "linkSync", "rmSync"]) {
  const real = fs[name];
  fs[name] = (...args) => {
    // Calls that only read are not counted.
    const changes = name !== "openSync" || (args[1] !== undefined && args[1] !== "r");
    const path = [args[0], args[1]].find((each) => typeof each === "string" && each.startsWith(below));
    if (changes && path !== undefined && --left === 0) process.kill(process.pid, "SIGKILL");
    return real(...args);
  };
}
syncBuiltinESMExports();
