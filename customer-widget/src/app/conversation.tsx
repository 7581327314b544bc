/** What is written, and where one writes: the same beside a wait, beside a call, and alone. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { linkedText } from '#shared/linked-text.ts';
import { longestText } from '#shared/thread-limits.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';
import { viewOf } from '../client/state.ts';
import * as texts from '../texts.ts';
import { useSay, useSnapshot, useWorkings } from './context.ts';
import { Icon } from './icon.tsx';

/** So near the end somebody reads along, and wants to see what comes. */
const nearEnd = 80;

export function Conversation({ agent, hint }: {
  readonly agent: string;
  /** Shown where nothing was written yet. */
  readonly hint: string;
}) {
  const say = useSay();
  const { client } = useWorkings();
  const { thread, state } = useSnapshot();
  const box = useRef<HTMLDivElement>(null);
  const followsRef = useRef(true);
  const known = viewOf(state)?.thread ?? null;
  const count = thread.messages.length + thread.pending.length;
  useEffect(() => {
    const look = (): void => client.showThread(!document.hidden);
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      client.showThread(false);
    };
  }, [client]);
  useEffect(() => {
    if (followsRef.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [count, known?.typing]);
  return (
    <div class="conversation">
      {/* A log is told as it grows, and whoever has no wheel scrolls it by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <div class="thread" ref={box} role="log" aria-label={say(texts.conversation)} tabIndex={0} onScroll={({ currentTarget: at }) => { followsRef.current = at.scrollHeight - at.scrollTop - at.clientHeight < nearEnd; }}>
        {count === 0 ? <p class="hint">{hint}</p> : null}
        {thread.messages.map((message, at) => <Bubble key={message.number} message={message} isFollowing={thread.messages[at - 1]?.author === message.author} />)}
        {thread.pending.map(({ id, text, refused }) => (
          <div key={id} class={`bubble own ${refused ? 'refused' : 'pending'}`}><p>{text}</p><small>{say(refused ? texts.chatRefused : texts.chatSending)}</small></div>
        ))}
        <Receipt messages={thread.messages} readByAgent={known?.readByAgent ?? 0} isPending={thread.pending.length > 0} />
        {known?.typing === true ? <p class="typing"><i /><i /><i /><span class="visually-hidden">{say(texts.chatTyping, { agent })}</span></p> : null}
      </div>
      <Composer />
    </div>
  );
}

function Bubble({ message, isFollowing }: { readonly message: ThreadMessage; readonly isFollowing: boolean }) {
  const say = useSay();
  const { settings } = useWorkings();
  const own = message.author === 'customer';
  return (
    <div class={`bubble ${own ? 'own' : 'theirs'} ${isFollowing ? 'following' : ''}`}>
      <span class={own || isFollowing ? 'visually-hidden' : 'name'}>{own ? say(texts.chatYou) : message.name}</span>
      <p><Linked text={message.text} /></p>
      <small><time dateTime={message.at}>{new Date(message.at).toLocaleTimeString(settings.language, { hour: '2-digit', minute: '2-digit' })}</time></small>
    </div>
  );
}

/** Addresses can be pressed; they open beside the page, which learns nothing of it. */
function Linked({ text }: { readonly text: string }) {
  return <>{linkedText(text).map((part, at) => part.url === null ? part.text : <a key={at} href={part.url} target="_blank" rel="noopener noreferrer nofollow">{part.text}</a>)}</>;
}

/** Below the last of one's own, while nothing came after it. */
function Receipt({ messages, readByAgent, isPending }: { readonly messages: readonly ThreadMessage[]; readonly readByAgent: number; readonly isPending: boolean }) {
  const say = useSay();
  const last = messages.at(-1);
  if (isPending || last?.author !== 'customer') return null;
  return <p class="receipt">{say(readByAgent >= last.number ? texts.chatRead : texts.chatSent)}</p>;
}

function Composer() {
  const say = useSay();
  const { client } = useWorkings();
  const [text, setDraft] = useState(client.draft);
  const setText = (next: string): void => {
    client.keepDraft(next);
    setDraft(next);
  };
  const field = useRef<HTMLTextAreaElement>(null);
  const send = (): void => {
    if (text.trim() === '') return;
    client.write(text);
    setText('');
    field.current?.focus();
  };
  return (
    <form class="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <textarea
        ref={field} rows={1} value={text} maxLength={longestText} aria-label={say(texts.chatYourMessage)} placeholder={say(texts.chatYourMessage)}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          if (currentTarget.value.trim() !== '') client.types();
        }}
        onKeyDown={(event) => {
          // While an input method composes, Enter is its own.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="round send" aria-label={say(texts.chatSend)} disabled={text.trim() === ''}><Icon name="send" /></button>
    </form>
  );
}
