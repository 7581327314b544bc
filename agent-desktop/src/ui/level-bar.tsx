/** How loud the microphone is, drawn without React's help at the display's rate. */
import { useEffect, useRef, type ReactNode } from 'react';
import { openLevelMeter } from '../softphone/level-meter.ts';

export function LevelBar({ track }: { track: MediaStreamTrack }): ReactNode {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const meter = openLevelMeter(track);
    let frame = 0;
    let last = 0;
    const draw = (time: number): void => {
      frame = requestAnimationFrame(draw);
      if (time - last < 66) return;
      last = time;
      bar.current?.style.setProperty('--level', meter.level().toFixed(2));
    };
    frame = requestAnimationFrame(draw);
    return () => { cancelAnimationFrame(frame); meter.close(); };
  }, [track]);
  return <span ref={bar} className="level-bar" aria-hidden />;
}
