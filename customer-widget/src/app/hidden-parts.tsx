/** Shows the customer, on their own page, what the agent cannot read there. Drawn in the widget's own layer, which is never part of what is shared. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useObservable, useSay, useWorkings } from './context.ts';
import { Icon } from './icon.tsx';

/** How often the page is looked at again, in milliseconds: it changes without a word. */
const refreshInterval = 400;

/** A button to be put beside the stop; nothing while there is nothing shared. */
export function HiddenParts() {
  const say = useSay();
  const { sharing } = useWorkings();
  const state = useObservable(sharing.state);
  const [isShown, setShown] = useState(false);
  if (state !== 'live') return null;
  return (
    <>
      {isShown ? <Veils /> : null}
      <button type="button" class="round" aria-label={say(texts.showHidden)} title={say(texts.showHidden)} aria-pressed={isShown} onClick={() => setShown(!isShown)}><Icon name="eyeOff" /></button>
    </>
  );
}

function Veils() {
  const { sharing } = useWorkings();
  const layer = useRef<HTMLDivElement>(null);
  const [{ parts, clipPath }, setVeils] = useState({ parts: sharing.hiddenParts(), clipPath: 'none' });
  useEffect(() => {
    let frame = 0;
    const look = (): void => {
      // Under the panel nothing is marked: it lies over the page, and is itself not shared.
      const panel = layer.current?.closest('.panel');
      setVeils({ parts: sharing.hiddenParts(), clipPath: panel ? around(panel.getBoundingClientRect()) : 'none' });
    };
    look();
    const soon = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    const timer = setInterval(soon, refreshInterval);
    const options = { capture: true, passive: true } as const;
    addEventListener('scroll', soon, options);
    addEventListener('resize', soon);
    return () => {
      clearInterval(timer);
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon, options);
      removeEventListener('resize', soon);
    };
  }, [sharing]);
  return (
    <div ref={layer} class="veils" aria-hidden="true" style={{ clipPath }}>
      {parts.map(({ left, top, width, height }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- they are boxes and nothing else
        <div key={index} class="veiled" style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }} />
      ))}
    </div>
  );
}

/** All of the window but this. */
function around({ left, top, right, bottom }: DOMRect): string {
  return `path(evenodd, "M0 0H${innerWidth}V${innerHeight}H0Z M${left} ${top}H${right}V${bottom}H${left}Z")`;
}
