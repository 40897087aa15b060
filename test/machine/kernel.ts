/** The kernel of the machine, with the modules that it needs, from the package of Debian, which is unpacked and never installed. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** A kernel that can be booted. */
export interface Kernel {
  /** Path of the compressed kernel. */
  readonly image: string;
  /** Modules in the order in which they have to be loaded: contents by name. */
  readonly modules: ReadonlyMap<string, Buffer>;
}

/** The smallest kernel of Debian that has checkpoint/restart and 32-bit programs; a package that names the newest version. */
const NEWEST = "linux-image-cloud-amd64";

/** The way of files into and out of the machine, and what CRIU asks the kernel about. */
const NEEDED = [
  ...["virtio_pci", "virtio_console"],
  ...["inet_diag", "tcp_diag", "udp_diag", "raw_diag", "unix_diag", "af_packet_diag", "netlink_diag"],
  ...["tun", "nf_tables", "veth"],
];

/**
 * Takes the kernel from the cache below the temporary folder, which has it by version, or downloads it there.
 *
 * @throws {Error} when apt-get has no such package, or cannot download it
 */
export function kernel(): Kernel {
  const cache = join(tmpdir(), `ckpt-abi-kernels-${userInfo().uid}`);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const name = newest();
  const folder = join(cache, name);
  if (!existsSync(folder)) download(name, cache, folder);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const image = files.find((file) => file.startsWith("boot/vmlinuz-"));
  if (image === undefined) throw new Error(`${folder} has no kernel: remove it`);
  const paths = new Map(files.map((file) => [/([^/]*)\.ko$/.exec(file)?.[1], join(folder, file)]));
  return { image: join(folder, image), modules: inOrder(paths) };
}

/** The needed modules, each after those that it needs. A name without a file is part of the kernel itself. */
function inOrder(paths: ReadonlyMap<string | undefined, string>): Map<string, Buffer> {
  const modules = new Map<string, Buffer>();
  const add = (name: string) => {
    const path = paths.get(name);
    if (path === undefined || modules.has(name)) return;
    const bytes = readFileSync(path);
    const [, needs = ""] = /\0depends=([^\0]*)\0/.exec(bytes.toString("latin1")) ?? [];
    for (const needed of needs.split(",")) add(needed);
    modules.set(name, bytes);
  };
  for (const name of NEEDED) add(name);
  return modules;
}

/** Package and version of the newest kernel, such as `linux-image-6.1.0-57-cloud-amd64=6.1.192-3`. */
function newest(): string {
  const depends = execFileSync("apt-cache", ["depends", NEWEST], { encoding: "utf8" });
  const [, name] = /^\s*Depends: (linux-image-\S+)$/m.exec(depends) ?? [];
  if (name === undefined) throw new Error(`apt has no ${NEWEST}: apt-get update may help`);
  const policy = execFileSync("apt-cache", ["policy", name], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return `${name}=${/^\s*Candidate: (\S+)$/m.exec(policy)?.[1]}`;
}

/** The folder appears as a whole: several test files may start at the same time. */
function download(name: string, cache: string, folder: string): void {
  const place = mkdtempSync(join(cache, "download-"));
  try {
    // As root, apt downloads as a user of its own, who writes here.
    chmodSync(place, 0o755);
    execFileSync("apt-get", ["download", "-qq", name], { cwd: place, stdio: ["ignore", "pipe", "pipe"] });
    const [archive = ""] = readdirSync(place);
    const whole = join(place, "whole");
    execFileSync("dpkg-deb", ["-x", join(place, archive), whole]);
    try {
      renameSync(whole, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
