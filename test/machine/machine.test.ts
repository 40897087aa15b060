/** The virtual machine itself: what goes into it, what comes back, and how it fails. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootMachine, type Machine, MachineError } from "./machine.js";
import { machineRuns } from "./needs.js";

describe.skipIf(!machineRuns)("a virtual machine", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await bootMachine({ files: { "/etc/from-the-start": "there from the start\n" } });
  });
  afterAll(() => machine?.stop());

  test("runs a job and gives back output, code and files", async () => {
    const bytes = Buffer.from(Array.from({ length: 1_000_003 }, (_, i) => (i * 7919) & 0xff));
    const { code, output, files } = await machine.run({
      files: { "/srv/in/bytes": bytes },
      script: `
        cat /etc/from-the-start
        echo complaint >&2
        mkdir out/deeper
        cp /srv/in/bytes out/deeper/bytes
        : >out/empty
        exit 7
      `,
    });
    expect({ code, output }).toEqual({ code: 7, output: "there from the start\ncomplaint\n" });
    expect([...files.keys()].sort()).toEqual(["deeper/bytes", "empty"]);
    expect(files.get("deeper/bytes")?.equals(bytes)).toBe(true);
  });

  test("stops a job at the first command that fails", async () => {
    const { code, output } = await machine.run({ script: "echo before\nfalse\necho after" });
    expect({ code, output }).toEqual({ code: 1, output: "before\n" });
  });

  test("keeps jobs apart, and files that they were given", async () => {
    const left = await machine.run({
      files: { "/srv/given": "given\n" },
      script: "start said sleep 1000; hostname other; echo left >file; echo $pid",
    });
    expect(left).toMatchObject({ code: 0, output: "1000\n" });
    const { output } = await machine.run({
      script: "[ ! -e /proc/1000 ] && echo no process; [ ! -e file ] && echo no file; hostname; cat /srv/given",
    });
    expect(output).toBe("no process\nno file\n(none)\ngiven\n");
  });

  test("kills a job at its limit, with all of its processes", async () => {
    const { code, output } = await machine.run({ script: "start said sleep 1000; echo waits; wait $pid", limit: 1 });
    expect({ code, output }).toEqual({ code: 137, output: "waits\nKilled\n" });
    expect((await machine.run({ script: "ps | grep -c '[s]leep 1000' || true" })).output).toBe("0\n");
  });

  test("has what CRIU needs", async () => {
    const { code, output } = await machine.run({ script: "criu check 2>&1 | tail -1" });
    expect({ code, output }).toEqual({ code: 0, output: "Looks good.\n" });
  });
});

describe.skipIf(!machineRuns)("a virtual machine fails", () => {
  test("when its kernel panics", async () => {
    const machine = await bootMachine();
    const job = machine.run({ script: "echo c >/proc/sysrq-trigger" });
    await expect(job).rejects.toThrow(MachineError);
    await expect(job).rejects.toThrow(/^the virtual machine panicked during a job; its console ends with:\n/);
    await expect(job).rejects.toThrow(/sysrq/);
    await machine.stop();
  });

  test("when it hangs", async () => {
    const machine = await bootMachine({ patience: 1 });
    process.kill(machine.pid as number, "SIGSTOP");
    await expect(machine.run({ script: "true", limit: 1 })).rejects.toThrow(
      "the virtual machine did not answer within 2 s during a job; its console ends with:\n",
    );
  });

  test("when its emulator ends", async () => {
    const machine = await bootMachine();
    process.kill(machine.pid as number, "SIGKILL");
    await expect(machine.run({ script: "true" })).rejects.toThrow(
      "the virtual machine ended during a job; its console ends with:\n",
    );
  });
});
