/** Queries about what is written in contacts: each thread is numbered from 1 without gaps, and a message that comes twice is stored once. */
import type { ThreadMessage, ThreadPage } from '#shared/thread-protocol.ts';
import type { Queries } from './database.ts';

export interface NewMessage {
  readonly contactId: string;
  readonly author: 'customer' | 'agent';
  /** Null for the customer. */
  readonly agentId: string | null;
  /** Of the writer's choice: the same one again is the same message. */
  readonly clientId: string;
  readonly text: string;
  readonly at: number;
}

export interface StoredMessage {
  readonly number: number;
  readonly at: number;
  /** It was stored before. */
  readonly known: boolean;
}

/** Within the transaction that holds the contact: numbers follow one another because whoever writes waits for it. */
export async function appendMessage(tx: Queries, { contactId, author, agentId, clientId, text, at }: NewMessage): Promise<StoredMessage> {
  const earlier = await tx.selectFrom('message').select(['number', 'at']).where('contact_id', '=', contactId).where('author', '=', author).where('client_id', '=', clientId).executeTakeFirst();
  if (earlier !== undefined) return { number: earlier.number, at: earlier.at.getTime(), known: true };
  // Whoever writes has seen what stands there.
  const { messages: number } = await tx.updateTable('contact').set((row) => ({
    messages: row('messages', '+', 1), ...(author === 'customer' ? { read_by_customer: row('messages', '+', 1) } : { read_by_agent: row('messages', '+', 1) }),
  })).where('id', '=', contactId).returning('messages').executeTakeFirstOrThrow();
  await tx.insertInto('message').values({ contact_id: contactId, number, at: new Date(at), author, agent_id: agentId, client_id: clientId, text }).execute();
  return { number, at, known: false };
}

export async function messagesAfter(db: Queries, contactId: string, after: number, most: number): Promise<ThreadPage> {
  const rows = await db.selectFrom('message').leftJoin('agent', 'agent.id', 'message.agent_id')
    .select(['message.number', 'message.at', 'message.author', 'message.text', 'agent.name'])
    .where('contact_id', '=', contactId).where('number', '>', after).orderBy('number').limit(most + 1).execute();
  const messages = rows.slice(0, most).map((row): ThreadMessage => ({ number: row.number, at: row.at.toISOString(), author: row.author, name: row.name, text: row.text }));
  return { messages, more: rows.length > most };
}

/** False when nothing changed by it. */
export async function noteRead(db: Queries, contactId: string, by: 'customer' | 'agent', upTo: number): Promise<boolean> {
  const column = by === 'customer' ? 'read_by_customer' : 'read_by_agent';
  const row = await db.updateTable('contact').set({ [column]: upTo }).where('id', '=', contactId).where(column, '<', upTo).where('messages', '>=', upTo).returning('id').executeTakeFirst();
  return row !== undefined;
}
