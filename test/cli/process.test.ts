/** What only a real process shows: exit codes, streams that end, and a terminal. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { available } from "../requirement.js";

const bin = fileURLToPath(new URL("../../bin/ckpt.js", import.meta.url));

/** The environment without what decides on colours. */
const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...bare } = process.env;
const env = { ...bare, TERM: "xterm" };

function ckpt(...argv: string[]) {
  return spawnSync(process.execPath, [bin, ...argv], { encoding: "utf8", env });
}

/** In a shell; `$CKPT` is the command. */
function shell(script: string, more: Record<string, string> = {}) {
  const command = `CKPT() { "$NODE" "$BIN" "$@"; }; ${script}`;
  return spawnSync("bash", ["-c", command], {
    encoding: "utf8",
    env: { ...env, ...more, NODE: process.execPath, BIN: bin },
  });
}

test("exit codes and streams", () => {
  expect(ckpt("--version")).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  expect(ckpt("abi", "show", "nothing", "--abi", "v19/x86_32")).toMatchObject({ status: 2, stdout: "" });
  expect(ckpt("abi", "list").stdout).not.toContain("\u001b");
});

test("a large output is complete", () => {
  const { status, stdout } = ckpt("abi", "show", "--all", "--abi", "v23-rc2/x86_64", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout).length).toBeGreaterThan(70);
});

describe.skipIf(!available("bash", ["bash", "--version"]))("in a shell", () => {
  test("a reader that goes away ends it quietly", () => {
    const { stdout, stderr } = shell(
      'CKPT abi show --all --abi v23-rc2/x86_64 --json | head -c 1; echo " ${PIPESTATUS[0]}"',
    );
    expect([stdout, stderr]).toEqual(["[ 0\n", ""]);
  });
});

// `script` runs a command on a terminal of its own; its options differ outside util-linux, which the probe notices.
describe.skipIf(!available("script", ["script", "-qec", "true", "/dev/null"]))("on a terminal", () => {
  const list = 'script -qec "$NODE $BIN abi list" /dev/null';

  test("colours, unless NO_COLOR is set", () => {
    expect(shell(list).stdout).toContain("\u001b[36mv16");
    const plain = shell(list, { NO_COLOR: "1" }).stdout;
    expect(plain).toContain("v16 ");
    expect(plain).not.toContain("\u001b[");
  });
});
