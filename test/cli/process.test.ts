/** Behaviour that requires a real process: exit codes, closed streams, and a terminal. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { available } from "../requirement.js";

const bin = fileURLToPath(new URL("../../bin/ckpt.js", import.meta.url));

const IMAGE = fileURLToPath(new URL("../fixtures/images/v20h-tree-sub.img", import.meta.url));

/** The environment without variables that control colours. */
const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...bare } = process.env;
const env = { ...bare, TERM: "xterm" };

function ckpt(...argv: string[]) {
  return spawnSync(process.execPath, [bin, ...argv], { encoding: "utf8", env });
}

/** Runs a script in a shell; `$CKPT` is the command. */
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

const bash = available("bash");

describe.skipIf(!bash)("in a shell", () => {
  test("a reader that goes away ends it quietly", () => {
    const { stdout, stderr } = shell(
      'CKPT abi show --all --abi v23-rc2/x86_64 --json | head -c 1; echo " ${PIPESTATUS[0]}"',
    );
    expect([stdout, stderr]).toEqual(["[ 0\n", ""]);
  });
});

// `script` runs a command on a new terminal. Its options differ outside util-linux, and a container may have no terminals.
const terminal = bash && available("script", ["bash", "-c", 'script -qec "stty cols 80" /dev/null']);

describe.skipIf(!terminal)("on a terminal", () => {
  const list = 'script -qec "$NODE $BIN abi list" /dev/null';

  test("colours, unless NO_COLOR is set", () => {
    expect(shell(list).stdout).toContain("\u001b[36mv16");
    const plain = shell(list, { NO_COLOR: "1" }).stdout;
    expect(plain).toContain("v16 ");
    expect(plain).not.toContain("\u001b[");
  });

  test("a progress bar tells how much there is, at which rate it goes and when it ends", () => {
    const program = `
      import { progressBar } from ${JSON.stringify(new URL("../../tools/cli/output/progress.ts", import.meta.url).href)};
      const bar = await progressBar({ err: process.stderr, env: {} }, "reading");
      await new Promise((resolve) => setTimeout(resolve, 1100));
      bar.report(2 ** 30, 4 * 2 ** 30);
      bar.end();`;
    const run = '"$NODE" --import tsx --input-type=module -e "$PROGRAM"';
    const { stdout } = shell('script -qec "stty cols 80; $RUN" /dev/null', { RUN: run, PROGRAM: program });
    expect(stdout).toMatch(/reading [█░]{24} 25% of 4\.0 GiB, [\d.]+ MiB\/s, \d+s left/);
  });

  test("a progress bar is gone before anything is printed, and leaves the terminal as it was", () => {
    // The first part is larger than a pipe's buffer, so the pause begins only when the reader runs.
    const slow = '(head -c 100000 "$IMAGE"; sleep 2; tail -c +100001 "$IMAGE") | "$NODE" "$BIN" ps -';
    const { stdout } = shell('script -qec "$SLOW" /dev/null', { SLOW: slow, IMAGE });
    expect(stdout).toMatch(/reading .*\/s/);
    expect(stdout.lastIndexOf("\u001b[2K")).toBeLessThan(stdout.indexOf("PPID"));
    expect(stdout).not.toContain("\u001b[?");
    expect(stdout).toContain("tree-root");
  });
});
