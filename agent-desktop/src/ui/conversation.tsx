/** What is written with a customer, and where the agent writes: beside a call, and as the whole of a chat or a message. */
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { SendHorizontal } from 'lucide-react';
import { Button, Label, TextArea, TextField } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { linkedText } from '#shared/linked-text.ts';
import { longestText } from '#shared/thread-limits.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';
import { noThread } from '../desk/conversations.ts';
import { Key } from './action-button.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useLanguage, useNow, useText } from './desk-context.tsx';

/** So near the end somebody reads along, and wants to see what comes. */
const nearEnd = 80;

export function Conversation({ contact, fieldRef }: { contact: AgentContact; fieldRef?: RefObject<HTMLTextAreaElement | null> }): ReactNode {
  const desk = useDesk();
  const { threads } = useDeskState();
  const text = useText();
  const { contactId, thread } = contact;
  const copy = threads.get(contactId) ?? noThread;
  const boxRef = useRef<HTMLDivElement>(null);
  const followsRef = useRef(true);
  const count = copy.messages.length + copy.pending.length;
  const mayWrite = contact.slot === 'engaged' && contact.part === 'own';
  useEffect(() => {
    const look = (): void => { desk.conversations.show(contactId, mayWrite && !document.hidden); };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      desk.conversations.show(contactId, false);
    };
  }, [desk, contactId, mayWrite]);
  // oxlint-disable-next-line react/exhaustive-deps -- what is new at the end is what moves it
  useLayoutEffect(() => {
    if (followsRef.current) boxRef.current?.scrollTo({ top: boxRef.current.scrollHeight });
  }, [count, thread?.typing]);
  const name = customerName(contact, text);
  const last = copy.messages.at(-1);
  return (
    <section className="conversation" aria-label={text('thread.label')}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a log that scrolls is scrolled by keyboard too */}
      <div ref={boxRef} className="thread" role="log" tabIndex={0} aria-label={text('thread.messages')} onScroll={({ currentTarget: at }) => { followsRef.current = at.scrollHeight - at.scrollTop - at.clientHeight < nearEnd; }}>
        {count === 0 ? <p className="thread-empty">{text(mayWrite ? 'thread.empty' : 'thread.none')}</p> : null}
        {copy.messages.map((message) => <Bubble key={message.number} message={message} customer={name} />)}
        {copy.pending.map(({ id, text: own, refused }) => (
          <div key={id} className="bubble bubble-own" data-pending={refused ? undefined : true}><p>{own}</p><small data-refused={refused || undefined}>{text(refused ? 'thread.refused' : 'thread.sending')}</small></div>
        ))}
        {copy.pending.length === 0 && last?.author === 'agent' && mayWrite && contact.inbound === null
          ? <p className="receipt">{text((thread?.readByCustomer ?? 0) >= last.number ? 'thread.read' : 'thread.sent')}</p> : null}
        {thread?.typing === true ? <p className="typing"><i /><i /><i /><span className="visually-hidden">{text('thread.typing', { name })}</span></p> : null}
      </div>
      {mayWrite ? <Composer contactId={contactId} fieldRef={fieldRef} /> : null}
    </section>
  );
}

/** The thread of a contact that is over, read from the gateway when it is opened. */
export function PastConversation({ contactId, customer }: { contactId: string; customer: string }): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const [messages, setMessages] = useState<readonly ThreadMessage[] | 'failed' | null>(null);
  useEffect(() => {
    let stale = false;
    const load = async (): Promise<void> => {
      const all: ThreadMessage[] = [];
      for (let more = true; more;) {
        const page = await api.thread(contactId, all.at(-1)?.number ?? 0);
        all.push(...page.messages);
        ({ more } = page);
      }
      if (!stale) setMessages(all);
    };
    load().catch(() => { if (!stale) setMessages('failed'); });
    return () => { stale = true; };
  }, [api, contactId]);
  if (messages === null) return <output className="thread-empty">{text('thread.loading')}</output>;
  if (messages === 'failed') return <p className="thread-empty" role="alert">{text('thread.failed')}</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
    <section className="thread" tabIndex={0} aria-label={text('thread.messages')}>{messages.map((message) => <Bubble key={message.number} message={message} customer={customer} />)}</section>
  );
}

function Bubble({ message, customer }: { message: ThreadMessage; customer: string }): ReactNode {
  const language = useLanguage();
  const own = message.author === 'agent';
  const at = new Date(message.at);
  const sameDay = at.toDateString() === new Date(useNow()).toDateString();
  return (
    <div className={`bubble ${own ? 'bubble-own' : ''}`}>
      <span className="bubble-name">{own ? message.name : customer}</span>
      <p>{linkedText(message.text).map((part, place) => part.url === null ? part.text
        : <a key={place} href={part.url} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer">{part.text}</a>)}</p>
      <small><time dateTime={message.at}>{new Intl.DateTimeFormat(language, sameDay ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }).format(at)}</time></small>
    </div>
  );
}

function Composer({ contactId, fieldRef }: { contactId: string; fieldRef: RefObject<HTMLTextAreaElement | null> | undefined }): ReactNode {
  const desk = useDesk();
  const text = useText();
  const [draft, setDraft] = useState(() => desk.conversations.draft(contactId));
  const change = (next: string): void => {
    setDraft(next);
    desk.conversations.keepDraft(contactId, next);
    if (next.trim() !== '') desk.conversations.types(contactId, desk.clock.now());
  };
  const send = (): void => {
    if (draft.trim() === '') return;
    desk.conversations.write(contactId, draft);
    setDraft('');
    desk.conversations.keepDraft(contactId, '');
  };
  return (
    <form className="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <TextField className="field composer-field" value={draft} maxLength={longestText} onChange={change}>
        <Label className="visually-hidden">{text('thread.write')}</Label>
        <TextArea
          ref={fieldRef ?? null} className="input" rows={2} placeholder={text('thread.placeholder')}
          onKeyDown={(event) => {
            // While an input method composes, Enter is its own.
            if (event.key !== 'Enter' || event.shiftKey || event.altKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
      </TextField>
      <Button type="submit" className="button button-primary composer-send" isDisabled={draft.trim() === ''}><SendHorizontal aria-hidden size={16} /><span>{text('thread.send')}</span></Button>
      <p className="composer-hint"><Key action="write" /> {text('thread.keys')}</p>
    </form>
  );
}
