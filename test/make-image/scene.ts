/** The tasks and everything that they share, before it is written: the state that all parts of an image have in common. */
import { registry } from "../../generated/codecs/index.js";
import { ImageFormat } from "../../tools/image/index.js";
import type { Part } from "../../tools/write/index.js";
import { type Architecture, architectureOf } from "./architecture.js";
import { type Identities, identities } from "./credentials.js";
import { type OpenFiles, openFiles } from "./files.js";
import { type Segments, segments } from "./ipc.js";
import { type Labels, labels } from "./labels.js";
import { type NamespaceSets, namespaceSets } from "./namespaces.js";
import type { Settings } from "./options.js";
import { type Places, placesIn } from "./places.js";
import { type SignalDefaults, signalDefaults } from "./signals.js";
import { type Terminal, terminal } from "./terminals.js";

export class Scene {
  readonly format: ImageFormat;
  readonly places: Places;
  readonly architecture: Architecture;
  readonly labels: Labels;
  readonly identities: Identities;
  readonly segments: Segments;
  readonly namespaces: NamespaceSets;
  readonly terminal: Terminal;
  readonly signals: SignalDefaults;
  readonly files: OpenFiles;
  /** Parts that the kernel defers while it writes a file table: queues of sockets and items of epoll files. */
  readonly deferred: (() => Part)[] = [];
  /** Cached sums of bits, by the list of their names. */
  private readonly masks = new WeakMap<readonly string[], number>();

  constructor(readonly settings: Settings) {
    const { version, arch, pageSize } = settings;
    this.format = new ImageFormat(registry.abi(version, arch), { pageSize });
    this.places = placesIn(this.format);
    this.architecture = architectureOf(this);
    this.labels = labels(this);
    this.identities = identities(this);
    this.segments = segments();
    this.namespaces = namespaceSets(this);
    this.signals = signalDefaults(this);
    this.terminal = terminal(this);
    this.files = openFiles(this);
  }

  /** Value of a constant or an enumerator; NaN where this version lacks it. */
  constant(name: string): number {
    return this.format.constant(name);
  }

  /** Whether this version has a constant or an enumerator. */
  has(constant: string): boolean {
    return !Number.isNaN(this.constant(constant));
  }

  /** Whether this version is at least as new as `version`. */
  since(version: string): boolean {
    return this.format.abi.applies({ since: version });
  }

  /** Whether this version has a record. */
  hasRecord(name: string): boolean {
    return this.format.kind(name) !== undefined;
  }

  /** Sum of the bits of an enumeration that this version has. */
  bits(names: readonly string[]): number {
    let bits = this.masks.get(names);
    if (bits === undefined) {
      bits = names.filter((name) => this.has(name)).reduce((sum, name) => sum + this.constant(name), 0);
      this.masks.set(names, bits);
    }
    return bits;
  }
}
