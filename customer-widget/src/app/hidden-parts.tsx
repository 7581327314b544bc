/** Shows the customer, on their own page, what the agent cannot read there. Drawn in the widget's own layer, which is never part of what is shared. */
import { useEffect, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useObservable, useSay, useWorkings } from './context.ts';
import { Button } from './parts.tsx';

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
      <Button kind="plain" icon={isShown ? 'eye' : 'eyeOff'} aria-pressed={isShown} onPress={() => setShown(!isShown)}>{say(texts.showHidden)}</Button>
    </>
  );
}

function Veils() {
  const { sharing } = useWorkings();
  const [parts, setParts] = useState(() => sharing.hiddenParts());
  useEffect(() => {
    let frame = 0;
    const look = (): void => setParts(sharing.hiddenParts());
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
    <div class="veils" aria-hidden="true">
      {parts.map(({ left, top, width, height }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- they are boxes and nothing else
        <div key={index} class="veiled" style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }} />
      ))}
    </div>
  );
}
