/** What the customer writes in one contact: the conversation, and what is not sent yet, which outlives the screen that it was typed in. */
import type { LeaveMessage } from '#shared/customer-protocol.ts';
import type { ThreadKeeper, ThreadLine } from '#shared/thread-keeper.ts';
import { threadKeeper, type ThreadSnapshot } from './thread.ts';

export interface MessageDraft {
  readonly subject: string;
  readonly text: string;
  readonly replyTo: string;
}

const emptyMessage: MessageDraft = { subject: '', text: '', replyTo: '' };

export class Writing {
  readonly thread: ThreadKeeper;
  draft = '';
  messageDraft: MessageDraft = emptyMessage;
  #messageId: string | null = null;

  constructor(line: () => ThreadLine | null, onChange: (thread: ThreadSnapshot) => void) {
    this.thread = threadKeeper(line, onChange);
  }

  /** As it is sent; however often it has to be, it is one. */
  messageOf({ subject, text, replyTo }: MessageDraft): LeaveMessage {
    const [about, address] = [subject.trim(), replyTo.trim()];
    this.#messageId ??= crypto.randomUUID();
    return { id: this.#messageId, text: text.trim(), ...(about === '' ? {} : { subject: about }), ...(address === '' ? {} : { replyTo: address }) };
  }

  /** Another contact begins. */
  clear(): void {
    this.draft = '';
    this.messageDraft = emptyMessage;
    this.#messageId = null;
    this.thread.clear();
  }
}
