/** Agents' logins: password in, tokens out; a logout takes effect at once; one-time tickets for SIP sockets without a cookie. */
import { randomUUID } from 'node:crypto';
import type { LoggedIn, Login } from '#shared/agent-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { workloadOf } from '../config/channels.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { problems } from '../http/problems.ts';
import { findAgent, storedPasswords, type AgentRow, type ConfiguredAgent } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { hashPassword, hashSecret, newSecret, verifyPassword } from './secrets.ts';
import type { Tokens } from './tokens.ts';

/** A working day and its overtime. */
const loginSeconds = 12 * 3600;
const ticketSeconds = 30;

export interface LoggedInAgent {
  readonly agentId: string;
  readonly loginId: string;
  readonly agent: AgentRow;
}

export interface LoginsOptions {
  readonly db: Db;
  readonly tokens: Tokens;
  readonly changes: Changes;
  readonly sipDomain: string;
  readonly publicUrl: () => string;
  readonly now: () => number;
}

export class Logins {
  readonly #options: LoginsOptions;
  /** Verified against when there is no such agent, so that the time taken does not tell which names exist. */
  readonly #decoy = hashPassword(randomUUID());

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  async login({ username, password }: Login): Promise<Reply<LoggedIn & { readonly cookie: string; readonly cookieSeconds: number }>> {
    const { db, tokens, sipDomain, publicUrl, now } = this.#options;
    const agent = await findAgent(db, { username });
    const matches = await verifyPassword(password, agent?.passwordHash ?? await this.#decoy);
    if (agent === undefined || !matches) return { ok: false, problem: problems.wrongPassword() };
    const loginId = randomUUID();
    const expiresAt = new Date(now() + loginSeconds * 1000);
    await db.deleteFrom('agent_login').where('expires_at', '<', new Date(now())).execute();
    await db.insertInto('agent_login').values({ id: loginId, agent_id: agent.id, expires_at: expiresAt }).execute();
    const claims = { sub: agent.id, sid: loginId };
    return {
      ok: true,
      value: {
        token: tokens.issue('agent', claims, loginSeconds), expiresAt: expiresAt.toISOString(),
        agent: { id: agent.id, username: agent.username, name: agent.name, role: agent.role },
        sip: { aor: `sip:${agent.username}@${sipDomain}`, url: `${publicUrl().replace(/^http/, 'ws')}/sip` },
        cookie: tokens.issue('sip', claims, loginSeconds), cookieSeconds: loginSeconds,
      },
    };
  }

  async logout(loginId: string): Promise<void> {
    await this.#options.db.deleteFrom('agent_login').where('id', '=', loginId).execute();
    this.#options.changes.emit('loggedOut', loginId);
  }

  /** Whether a login still counts: neither logged out nor past its time, and its agent still with us. */
  async stands({ loginId, agentId }: Pick<LoggedInAgent, 'loginId' | 'agentId'>): Promise<boolean> {
    const { db, now } = this.#options;
    const row = await db.selectFrom('agent_login').innerJoin('agent', 'agent.id', 'agent_login.agent_id').select('agent_login.id')
      .where('agent_login.id', '=', loginId).where('agent.id', '=', agentId).where('agent.active', '=', true)
      .where('agent_login.expires_at', '>', new Date(now())).executeTakeFirst();
    return row !== undefined;
  }

  async verify(audience: 'agent' | 'sip', token: string): Promise<Reply<LoggedInAgent>> {
    const { db, tokens, now } = this.#options;
    const verified = tokens.verify(audience, token);
    if (!verified.ok) return { ok: false, problem: problems.notLoggedIn() };
    const { sub, sid } = verified.claims;
    const login = await db.selectFrom('agent_login').select('id').where('id', '=', sid).where('agent_id', '=', sub).where('expires_at', '>', new Date(now())).executeTakeFirst();
    const agent = login && await findAgent(db, { id: sub });
    if (agent === undefined) return { ok: false, problem: problems.notLoggedIn() };
    return { ok: true, value: { agentId: agent.id, loginId: sid, agent } };
  }

  async issueTicket(agentId: string): Promise<{ readonly ticket: string; readonly expiresAt: string }> {
    const { db, now } = this.#options;
    const { secret, hash } = newSecret();
    const expiresAt = new Date(now() + ticketSeconds * 1000);
    await db.deleteFrom('sip_ticket').where('expires_at', '<', new Date(now())).execute();
    await db.insertInto('sip_ticket').values({ hash, agent_id: agentId, expires_at: expiresAt }).execute();
    return { ticket: secret, expiresAt: expiresAt.toISOString() };
  }

  /** Consumes a ticket: true for one caller only. */
  async redeemTicket(ticket: string): Promise<AgentRow | undefined> {
    const { db, now } = this.#options;
    const row = await db.deleteFrom('sip_ticket').where('hash', '=', hashSecret(ticket)).where('expires_at', '>', new Date(now())).returning('agent_id').executeTakeFirst();
    return row && findAgent(db, { id: row.agent_id });
  }
}

/** The configuration's agents with hashed passwords; an unchanged clear-text password keeps the hash it has in the store. */
export async function hashedAgents(db: Db, { agents, ...everybody }: Pick<Config, 'agents' | 'capacity' | 'interruptedBy'>): Promise<ConfiguredAgent[]> {
  const stored = await storedPasswords(db);
  return Promise.all(agents.map(async ({ username, name, role, skills, password, passwordHash, answerWith, extension, ...own }) => {
    const known = stored.get(username);
    const hash = passwordHash ?? (known !== undefined && await verifyPassword(password ?? '', known) ? known : await hashPassword(password ?? ''));
    return { id: randomUUID(), username, name, role, skills, passwordHash: hash, answerWith, extension: extension?.number ?? null, ...workloadOf(everybody, own) };
  }));
}
