/** A list of any number of rows of the same height, of which only those in sight exist. */
import { type Signal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * Height of the scrolled element at most. Chromium has no element higher than 2^25 pixels, half of that on a display with two pixels per pixel, and loses
 * odd scroll positions above 2^23. A longer list has a scrollbar to scale: small movements scroll by rows, large ones to the part of the list.
 */
const MAX_HEIGHT = 4_000_000;

/** A movement of more heights of the list than this comes from the scrollbar. */
const FAR = 1.5;

/** Milliseconds without a movement after which the scrollbar shows the place again. */
const REST = 150;

interface VirtualRowsProps {
  readonly count: number;
  /** Pixels of a row. */
  readonly rowHeight: number;
  /** Row at the upper edge, and the part of it that is above. Setting it scrolls. */
  readonly top: Signal<number>;
  readonly label: string;
  /** Makes the rows from `first` on. */
  readonly children: (first: number, count: number) => ComponentChildren;
  readonly onKeyDown?: (event: KeyboardEvent, rowsInSight: number) => void;
  readonly class?: string;
}

export function VirtualRows({ count, rowHeight, top, label, children, onKeyDown, class: name = "" }: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  /** The position of the scrollbar that was handled last. */
  const handled = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const full = count * rowHeight;
  const isScaled = full > MAX_HEIGHT;
  const spacer = Math.min(full, MAX_HEIGHT);
  const range = Math.max(0, spacer - height);
  const last = Math.max(0, count - height / rowHeight);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  /** Moves the scrollbar to the place that is shown. */
  const align = () => {
    const element = scroller.current;
    if (!element || height === 0) return;
    const place = Math.max(0, Math.min(top.peek(), last));
    if (place !== top.peek()) top.value = place;
    let position = isScaled ? (last === 0 ? 0 : (place / last) * range) : place * rowHeight;
    // Room for small movements in both directions.
    if (isScaled && place > 0 && place < last) position = Math.max(2 * height, Math.min(position, range - 2 * height));
    if (Math.abs(element.scrollTop - position) >= 1) element.scrollTop = position;
    handled.current = element.scrollTop;
  };

  useLayoutEffect(align, [height, count]);
  useSignalEffect(() => {
    const place = top.value;
    if (!isScaled && Math.abs(place * rowHeight - handled.current) < 1) return;
    if (isScaled && timer.current !== undefined) return;
    align();
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const onScroll = () => {
    const position = scroller.current?.scrollTop ?? 0;
    const moved = position - handled.current;
    if (Math.abs(moved) < 1) return;
    handled.current = position;
    if (!isScaled) {
      top.value = Math.min(position / rowHeight, last);
      return;
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      align();
    }, REST);
    const place = Math.abs(moved) > FAR * height ? (position / range) * last : top.peek() + moved / rowHeight;
    top.value = Math.max(0, Math.min(place, last));
  };

  const place = Math.max(0, Math.min(top.value, last));
  const first = Math.floor(place);
  const inSight = Math.ceil(height / rowHeight) + 1;
  return (
    <div
      ref={scroller}
      class={`virtual ${name}`}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={onScroll}
      onKeyDown={(event) => onKeyDown?.(event, Math.max(1, Math.floor(height / rowHeight)))}
    >
      <div style={{ height: `${spacer}px` }}>
        <div class="sight" style={{ height: `${height}px` }}>
          <div style={{ transform: `translateY(${-(place - first) * rowHeight}px)` }}>
            {height > 0 && children(first, Math.max(0, Math.min(inSight, count - first)))}
          </div>
        </div>
      </div>
    </div>
  );
}
