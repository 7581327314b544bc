/** Owns the REST side: everything an agent does goes through here, and every refusal comes back as a `ProblemError`. */
import type {
  AgentCallback, AgentView, AnswerWith, Directory, LoggedIn, Login, OpenCallback, PartyName, PastContact, SetStatus, Ticket, ViewerToken, WrapUp,
} from '#shared/agent-protocol.ts';
import type { GrantKind } from '#shared/cobrowse-grants.ts';
import type { OwnFigures, OwnSpan } from '#shared/figures.ts';
import type { Explained, ExplainRequest } from '#shared/flow-api.ts';
import type { PageRecording, RecordedItem, ReplayPart, ReplayStart } from '#shared/cobrowse-recording.ts';
import type { InCharge } from '#shared/hunt-api.ts';
import type { Problem } from '#shared/problem.ts';
import type { ThreadPage, Write, Written } from '#shared/thread-protocol.ts';
import type { ServerClock } from './server-clock.ts';
import { SupervisionApi } from './supervision-api.ts';

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** What stands in for a reply when the gateway could not be reached. */
export const unreachable: Problem = { type: '/problems/unreachable', title: 'The gateway cannot be reached', status: 0 };

export type ContactAction = 'hangup' | 'hold' | 'resume';
export type SecondAction = 'swap' | 'merge' | 'transfer';

/** Tickets of contacts that began in this span; ISO 8601, null is open. */
export interface TicketSpan {
  readonly from: string | null;
  readonly to: string | null;
  /** Those below this number; absent: from the newest on. */
  readonly before?: number;
  readonly limit?: number;
}

const requestTimeoutMilliseconds = 10_000;
/** Two other systems may be asked, each for up to 20 seconds. */
const explainTimeoutMilliseconds = 45_000;

export class DeskApi {
  readonly #token: () => string | null;
  readonly #clock: ServerClock;
  readonly #onUnauthorized: () => void;
  readonly supervision: SupervisionApi;

  constructor(options: { token: () => string | null; clock: ServerClock; onUnauthorized: () => void }) {
    this.#token = options.token;
    this.#clock = options.clock;
    this.#onUnauthorized = options.onUnauthorized;
    this.supervision = new SupervisionApi({ send: (method, path, body) => this.#send(method, path, body), text: (path) => this.#text('GET', path) });
  }

  login(login: Login): Promise<LoggedIn> { return this.#send('POST', 'agents/login', login); }
  logout(): Promise<void> { return this.#send('POST', 'agents/logout'); }
  me(): Promise<AgentView> { return this.#send('GET', 'agents/me'); }
  ownFigures(span: OwnSpan): Promise<OwnFigures> { return this.#send('GET', `agents/me/figures?span=${span}`); }
  setStatus(status: SetStatus): Promise<void> { return this.#send('PUT', 'agents/me/status', status); }
  sipTicket(): Promise<{ readonly ticket: string }> { return this.#send('POST', 'agents/me/sip-ticket'); }
  accept(reservationId: string): Promise<void> { return this.#send('POST', `reservations/${segment(reservationId)}/accept`); }
  reject(reservationId: string): Promise<void> { return this.#send('POST', `reservations/${segment(reservationId)}/reject`); }
  contact(contactId: string, action: ContactAction): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/${action}`); }
  wrapUp(contactId: string, wrapUp: WrapUp): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/wrapup`, wrapUp); }
  /** The notes as they stand: a draft that the gateway keeps. */
  keepNotes(contactId: string, notes: string): Promise<void> { return this.#send('PUT', `contacts/${segment(contactId)}/notes`, { notes }); }
  askGrant(contactId: string, grant: GrantKind): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/cobrowse/ask`, { grant }); }
  giveBackGrant(contactId: string, grant: GrantKind): Promise<void> { return this.#send('DELETE', `contacts/${segment(contactId)}/cobrowse/${grant}`); }
  setAnswerWith(answerWith: AnswerWith): Promise<void> { return this.#send('PUT', 'agents/me/endpoint', { answerWith }); }
  /** What a flow would do with somebody; for supervisors. */
  explain(question: ExplainRequest): Promise<Explained> { return this.#send('POST', 'flow/explain', question, explainTimeoutMilliseconds); }
  directory(): Promise<Directory> { return this.#send('GET', 'directory'); }
  /** Blind: the customer goes at once. */
  transfer(contactId: string, to: PartyName): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/transfer`, { to }); }
  consult(contactId: string, to: PartyName): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/consult`, { to }); }
  dropSecond(contactId: string): Promise<void> { return this.#send('DELETE', `contacts/${segment(contactId)}/consult`); }
  /** `transfer` completes: the second party keeps the customer. */
  second(contactId: string, action: SecondAction): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/consult/${action}`); }
  sendDigits(contactId: string, digits: string): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/dtmf`, { digits }); }
  dismissSummary(id: string): Promise<void> { return this.#send('DELETE', `agents/me/summaries/${segment(id)}`); }
  inCharge(queueId: string): Promise<InCharge> { return this.#send('GET', `queues/${segment(queueId)}/in-charge`); }
  /** Null: as the configuration says. */
  setInCharge(queueId: string, entry: string | null): Promise<InCharge> {
    const path = `queues/${segment(queueId)}/in-charge`;
    return entry === null ? this.#send('DELETE', path) : this.#send('PUT', path, { inCharge: entry });
  }
  callBack(contactId: string): Promise<void> { return this.#send('POST', 'calls', { contactId }); }
  write(contactId: string, message: Write): Promise<Written> { return this.#send('POST', `contacts/${segment(contactId)}/messages`, message); }
  /** The messages after a number; also of earlier contacts that one may read. */
  thread(contactId: string, after: number): Promise<ThreadPage> { return this.#send('GET', `contacts/${segment(contactId)}/messages?after=${after}`); }
  readThread(contactId: string, upTo: number): Promise<void> { return this.#send('PUT', `contacts/${segment(contactId)}/messages/read`, { upTo }); }
  typing(contactId: string): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/messages/typing`); }
  /** Asks the customer of a chat for a call, or says yes to one who asks. */
  proposeCall(contactId: string, video: boolean): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/call`, { video }); }
  declineCall(contactId: string): Promise<void> { return this.#send('DELETE', `contacts/${segment(contactId)}/call`); }
  viewerToken(contactId: string): Promise<ViewerToken> { return this.#send('POST', `contacts/${segment(contactId)}/cobrowse/token`); }
  async pageRecordings(contactId: string): Promise<readonly PageRecording[]> {
    return (await this.#send<{ recordings: readonly PageRecording[] }>('GET', `contacts/${segment(contactId)}/cobrowse/recordings`)).recordings;
  }
  /** Noted in the audit. */
  beginReplay(contactId: string, recordingId: string): Promise<ReplayStart> { return this.#send('POST', `contacts/${segment(contactId)}/cobrowse/recordings/${segment(recordingId)}/replay`); }
  async replayPart({ contactId, recordingId, number, replay }: { readonly contactId: string; readonly recordingId: string; readonly number: number; readonly replay: string }): Promise<readonly RecordedItem[]> {
    return (await this.#send<ReplayPart>('GET', `contacts/${segment(contactId)}/cobrowse/recordings/${segment(recordingId)}/parts/${number}?replay=${segment(replay)}`)).items;
  }
  /** The soonest first: the agent's own, for supervisors all. */
  async callbacks(): Promise<readonly OpenCallback[]> {
    return (await this.#send<{ callbacks: readonly OpenCallback[] }>('GET', 'callbacks')).callbacks;
  }
  /** A contact of its own, which calls the customer of this one. */
  agreeOnCallback(contactId: string, callback: AgentCallback): Promise<void> { return this.#send('POST', `contacts/${segment(contactId)}/callback`, callback); }
  putCallbackOff(contactId: string, at: string): Promise<void> { return this.#send('PUT', `callbacks/${segment(contactId)}`, { at }); }
  cancelCallback(contactId: string): Promise<void> { return this.#send('DELETE', `callbacks/${segment(contactId)}`); }
  async recentContacts(): Promise<readonly PastContact[]> {
    return (await this.#send<{ contacts: readonly PastContact[] }>('GET', 'contacts')).contacts;
  }
  /** Newest first: the agent's own, for supervisors everybody's. */
  async tickets(span: TicketSpan = { from: null, to: null }): Promise<readonly Ticket[]> {
    const query = new URLSearchParams(Object.entries(span).flatMap(([name, value]: [string, string | number | null]) => (value === null ? [] : [[name, String(value)]])));
    return (await this.#send<{ tickets: readonly Ticket[] }>('GET', `tickets${query.size === 0 ? '' : `?${query.toString()}`}`)).tickets;
  }

  /** The journal as a file, from a moment on. */
  async journal(format: 'csv' | 'lines', from: string | null): Promise<Blob> {
    const query = new URLSearchParams({ format, ...(from === null ? {} : { from }) });
    const token = this.#token();
    const response = await fetch(`/api/journal?${query.toString()}`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } }).catch(() => null);
    if (response === null) throw new ProblemError(unreachable);
    if (!response.ok) throw new ProblemError(problemIn(await response.text()) ?? { type: 'about:blank', title: response.statusText, status: response.status });
    return response.blob();
  }

  async #send<Reply>(method: string, path: string, body?: unknown, timeout = requestTimeoutMilliseconds): Promise<Reply> {
    const text = await this.#text(method, path, body, timeout);
    return (text === '' ? undefined : JSON.parse(text)) as Reply;
  }

  async #text(method: string, path: string, body?: unknown, timeout = requestTimeoutMilliseconds): Promise<string> {
    const token = this.#token();
    const askedAt = Date.now();
    let response: Response;
    try {
      response = await fetch(`/api/${path}`, {
        method,
        headers: {
          accept: 'application/json, application/problem+json, text/csv',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeout),
      });
    } catch {
      throw new ProblemError(unreachable);
    }
    this.#clock.learn(response.headers.get('date'), askedAt, Date.now());
    const text = await response.text();
    if (response.ok) return text;
    if (response.status === 401 && token !== null) this.#onUnauthorized();
    throw new ProblemError(problemIn(text) ?? { type: 'about:blank', title: response.statusText, status: response.status });
  }
}

function segment(id: string): string {
  return encodeURIComponent(id);
}

function problemIn(text: string): Problem | null {
  try {
    const parsed = JSON.parse(text) as Partial<Problem> | null;
    return typeof parsed?.title === 'string' && typeof parsed.status === 'number' ? (parsed as Problem) : null;
  } catch {
    return null;
  }
}
