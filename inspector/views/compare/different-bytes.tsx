/** The pages and the bytes of a difference, those of both images beside each other. */
import type { DifferentBytes as Found, PageStrip, RunRow } from "../../engine/questions/different-bytes.js";
import { asciiText, hexText } from "../../parts/byte-text.js";
import { grouped, hex } from "../../parts/numbers.js";
import { Wait } from "../../parts/wait.js";
import { useAnswer } from "../../state/answer.js";

export function DifferentBytes({ index }: { readonly index: number }) {
  const found = useAnswer("differentBytes", { index });
  return <Wait of={found}>{(value) => (value ? <Bytes {...value} /> : <p class="none">There are no bytes.</p>)}</Wait>;
}

function Bytes({ runs, isCut, strip }: Found) {
  return (
    <>
      {strip && <Strip {...strip} />}
      <div class="table" tabIndex={0} role="region" aria-label="Bytes that differ">
        <table class="runs">
          <thead>
            <tr>
              <th scope="col">at</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Run key={`${run.start}`} {...run} />
            ))}
          </tbody>
        </table>
      </div>
      {isCut && <p class="faint">and more</p>}
    </>
  );
}

/** Number of bytes in a line. */
const LINE = 8;

function Run({ start, length, before, after, instead }: RunRow) {
  const shown = Math.max(before?.length ?? 0, after?.length ?? 0);
  const lines = Array.from({ length: Math.ceil(shown / LINE) }, (_, i) => i * LINE);
  return (
    <>
      {lines.map((at) => (
        <tr key={at}>
          <td data-title="at">{hex(start + BigInt(at))}</td>
          <td data-title="A">
            <Line bytes={before?.subarray(at, at + LINE)} instead={at === 0 ? instead : undefined} />
          </td>
          <td data-title="B">
            <Line bytes={after?.subarray(at, at + LINE)} instead={at === 0 ? instead : undefined} />
          </td>
        </tr>
      ))}
      {length > BigInt(shown) && (
        <tr>
          <td class="faint" colSpan={3}>
            and {grouped(length - BigInt(shown))} more bytes
          </td>
        </tr>
      )}
    </>
  );
}

const INSTEAD = { zeros: "zero", file: "in the mapped file", end: "no such bytes" } as const;

function Line({ bytes, instead }: { readonly bytes: Uint8Array | undefined; readonly instead: RunRow["instead"] }) {
  if (!bytes) return <span class="faint">{instead && INSTEAD[instead]}</span>;
  return (
    <>
      <span class="bytes">{hexText(bytes)}</span> <span class="ascii">{asciiText(bytes)}</span>
    </>
  );
}

const NAMES = [
  [4, "changed"],
  [2, "removed"],
  [1, "added"],
] as const;

/** Room between two parts of the strip, as a share of a part. */
const GAP = 0.1;

/** The mapping as a strip of equal parts. */
function Strip({ start, end, parts, isCut }: PageStrip) {
  const marked = parts.reduce((count, part) => count + (part === 0 ? 0 : 1), 0);
  const label = `${hex(start)} to ${hex(end)}: ${marked} of ${parts.length} parts differ`;
  return (
    <figure class="page-strip">
      <svg viewBox={`0 0 ${parts.length - GAP} 8`} preserveAspectRatio="none" role="img" aria-label={label}>
        {Array.from(parts, (part, i) => {
          const name = NAMES.find(([bit]) => part & bit)?.[1] ?? "same";
          return <rect key={i} class={name} x={i} y={0} width={1 - GAP} height={8} />;
        })}
      </svg>
      <figcaption class="faint">
        <span>{hex(start)}</span>
        <span class="legend">
          <span>
            <i class="changed" /> changed
          </span>
          <span>
            <i class="added" /> only in B
          </span>
          <span>
            <i class="removed" /> only in A{isCut && " (cut)"}
          </span>
        </span>
        <span>{hex(end)}</span>
      </figcaption>
    </figure>
  );
}
