/** The emulator: a process that ends when its parent does, with the channel of jobs as its standard input and output. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** What the emulator runs. */
export interface Boot {
  /** Path of the kernel. */
  readonly kernel: string;
  /** Descriptor of the root file system. */
  readonly initramfs: number;
  /** Descriptor of the file for the output of kernel and start-up. */
  readonly console: number;
}

/** Names of the program and of a processor without the features that its emulation of 32-bit programs or of CRIU's restorer gets wrong. */
const EMULATOR = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max,-smap,-smep,-la57"];
const MACHINE = ["-m", "640", "-smp", "1", "-no-reboot", "-display", "none", "-monitor", "none", "-nic", "none"];
/** A panic ends the machine at once; mitigations would only cost time. */
const KERNEL_OPTIONS = "console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=unstable rdinit=/init";

export function startEmulator({ kernel, initramfs, console }: Boot): ChildProcessWithoutNullStreams {
  const [command = "", ...args] = [
    ...["setpriv", "--pdeathsig", "KILL", "--", ...EMULATOR, ...MACHINE],
    ...["-kernel", kernel, "-initrd", "/dev/fd/3", "-append", KERNEL_OPTIONS, "-serial", "file:/dev/fd/4"],
    ...[
      "-chardev",
      "stdio,id=jobs,signal=off",
      "-device",
      "virtio-serial-pci",
      "-device",
      "virtserialport,chardev=jobs",
    ],
  ];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe", initramfs, console] });
  return child as ChildProcessWithoutNullStreams;
}
