/** One picture: the customer's camera, or the agent's own, mirrored as people know themselves. */
import { useEffect, useRef, type ReactNode } from 'react';

export function VideoTile({ stream, label, kind }: { stream: MediaStream; label: string; kind: 'remote' | 'self' }): ReactNode {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current !== null) element.current.srcObject = stream;
  }, [stream]);
  return (
    <figure className={`video-tile video-${kind}`}>
      <video ref={element} autoPlay playsInline muted aria-label={label} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}
