/**
 * Reads the cores that gdb writes: program headers and notes, by the offsets of the ELF specification. It shares no code with the writer under test.
 */

export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly bytes: DataView;
}

/** A range of memory with its known contents. */
export interface Segment {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** A segment of a core, which may be longer than its bytes in the file. */
export interface LoadedSegment extends Segment {
  readonly end: bigint;
  /** Permissions as in `/proc/PID/maps`: `rw-`. */
  readonly permissions: string;
}

export interface ElfCore {
  readonly wide: boolean;
  readonly littleEndian: boolean;
  readonly segments: readonly LoadedSegment[];
  readonly notes: readonly Note[];
}

const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const PT_LOAD = 1;
const PT_NOTE = 4;

export function readElfCore(file: Uint8Array): ElfCore {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const wide = file[4] === CLASS_64;
  const littleEndian = file[5] === LITTLE_ENDIAN;
  const word = (at: number) => (wide ? view.getBigUint64(at, littleEndian) : BigInt(view.getUint32(at, littleEndian)));
  const half = (at: number) => view.getUint16(at, littleEndian);
  const first = Number(word(wide ? 32 : 28));
  const size = half(wide ? 54 : 42);
  const count = half(wide ? 56 : 44);
  const segments: LoadedSegment[] = [];
  const notes: Note[] = [];
  for (let at = first; at < first + count * size; at += size) {
    const type = view.getUint32(at, littleEndian);
    const start = Number(word(at + (wide ? 8 : 4)));
    const bytes = file.subarray(start, start + Number(word(at + (wide ? 32 : 16))));
    if (type === PT_LOAD) {
      const address = word(at + (wide ? 16 : 8));
      const flags = view.getUint32(at + (wide ? 4 : 24), littleEndian);
      const end = address + word(at + (wide ? 40 : 20));
      segments.push({ address, end, bytes, permissions: permissionsOf(flags) });
    }
    if (type === PT_NOTE) notes.push(...readNotes(bytes, littleEndian));
  }
  return { wide, littleEndian, segments, notes };
}

/** Permissions from `PF_R`, `PF_W` and `PF_X`. */
function permissionsOf(flags: number): string {
  return [flags & 4 ? "r" : "-", flags & 2 ? "w" : "-", flags & 1 ? "x" : "-"].join("");
}

function readNotes(area: Uint8Array, littleEndian: boolean): Note[] {
  const view = new DataView(area.buffer, area.byteOffset, area.length);
  const notes: Note[] = [];
  for (let at = 0; at + 12 <= area.length; ) {
    const [nameSize = 0, size = 0, type = 0] = [0, 4, 8].map((offset) => view.getUint32(at + offset, littleEndian));
    const owner = String.fromCharCode(...area.subarray(at + 12, at + 12 + nameSize - 1));
    const start = at + 12 + padded(nameSize);
    notes.push({ owner, type, bytes: new DataView(area.buffer, area.byteOffset + start, size) });
    at = start + padded(size);
  }
  return notes;
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
