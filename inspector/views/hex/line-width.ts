/** Bytes of a line: fewer where there is no room. */
import { useEffect, useState } from "preact/hooks";

/** A page that is narrower than this has lines of 8 bytes. */
const NARROW = matchMedia("(max-width: 40rem)");

export function useLineWidth(): number {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const change = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", change);
    return () => NARROW.removeEventListener("change", change);
  }, []);
  return isNarrow ? 8 : 16;
}
