/** The small pieces that screens are made of. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { durationOf, initialsOf } from './figures.ts';
import { Icon, type IconName } from './icon.tsx';

export function Button({ kind = 'plain', icon, children, onPress, ...rest }: {
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly children: ComponentChildren;
  /** Left out where it submits its form. */
  readonly onPress?: (event: MouseEvent) => void;
  readonly disabled?: boolean;
  /** The id of the form that it submits: Enter in a field of it does the same. */
  readonly form?: string;
}) {
  return (
    <button type={rest.form === undefined ? 'button' : 'submit'} class={`button ${kind}`} onClick={onPress} {...rest}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A message inside a screen: something to know, or something to do. */
export function Notice({ icon, title, hint = '', tone = 'calm', children }: {
  readonly icon: IconName;
  readonly title: string;
  readonly hint?: string;
  readonly tone?: 'calm' | 'warning';
  readonly children?: ComponentChildren;
}) {
  return (
    <div class={`notice ${tone}`}>
      <Icon name={icon} />
      <div>
        <strong>{title}</strong>
        {hint === '' ? null : <p>{hint}</p>}
        {children === undefined ? null : <div class="actions">{children}</div>}
      </div>
    </div>
  );
}

/** A whole screen with one thing to say and what can be done about it. */
export function Statement({ icon, tone = 'calm', title, hint, children }: {
  readonly icon: IconName;
  readonly tone?: 'calm' | 'warning';
  readonly title: string;
  readonly hint: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <section class="statement">
      <span class={`medal ${tone}`}><Icon name={icon} /></span>
      <h2>{title}</h2>
      <p>{hint}</p>
      {children}
    </section>
  );
}

/** Who is at the other end as a sign: initials where there is a name, with rings that say how the line is. */
export function Avatar({ name, mood }: { readonly name: string; readonly mood: 'ringing' | 'talking' | 'paused' }) {
  return (
    <span class={`avatar ${mood}`} aria-hidden="true">
      <span>{name === '' ? <Icon name="headset" /> : initialsOf(name)}</span>
    </span>
  );
}

/** How long it has been, by this machine's clock, which may be off from the gateway's: never below zero. */
export function Timer({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span role="timer" class="timer">{durationOf(now - since)}</span>;
}

/** A live picture. Muted: the voice has its own player, which lives longer than any screen. */
export function Picture({ stream, label, mirrored = false }: { readonly stream: MediaStream; readonly label: string; readonly mirrored?: boolean }) {
  const attach = (element: HTMLVideoElement | null): void => {
    if (element !== null && element.srcObject !== stream) element.srcObject = stream;
  };
  return <video ref={attach} class={mirrored ? 'mirrored' : ''} autoPlay playsInline muted aria-label={label} />;
}
