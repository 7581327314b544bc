/**
 * What agents do on a customer's page, on its way there and back: checked for form, for the grant and the one agent who has it, for the
 * page it is meant for, and for its rate. The page judges each action once more, by itself; nothing here can make it do anything.
 */
import {
  actSchema, drawSchema, drawingsSchema, offerAnswers, offerSchema, outcomeSchema, type Act, type OfferAnswer, type Outcome, type PictureName,
} from '#shared/cobrowse-hands.ts';
import { actBudget, actTimeout, beatBudget, drawBudget, drawingsBudget, offerBudget, offerTimeout, tabBudget } from '../policy/limits.ts';
import type { Session } from './session.ts';
import { TokenBucket } from './token-bucket.ts';
import type { RelaySocket } from './viewer-link.ts';

/** One thing that was done, or refused, in a customer's page. Never what was typed or chosen. */
export interface HandAudit {
  readonly contactId: string;
  readonly agentId: string;
  readonly action: 'click' | 'scroll' | 'type' | 'key' | 'choose' | 'set' | 'draw' | 'offer' | 'askTab';
  /** The element, in the picture of that moment. */
  readonly nodeId: number | null;
  readonly outcome: Outcome | OfferAnswer;
}

export type OnAudit = (entry: HandAudit) => void;

/** Serves one viewer. `isCurrent`: its session still is the contact's. */
export function serveHands(socket: RelaySocket, session: Session, onAudit: OnAudit): void {
  const acts = new TokenBucket(actBudget, performance.now());
  const draws = new TokenBucket(drawBudget, performance.now());
  const offers = new TokenBucket(offerBudget, performance.now());
  const tabs = new TokenBucket(tabBudget, performance.now());
  const beats = new TokenBucket(beatBudget, performance.now());
  const { agentId, contactId } = socket.data.claims;
  const mayNow = (what: 'annotate' | 'control'): boolean => agentId !== null && session.standing?.agentId === agentId && session.standing[what];
  const audit = (entry: Omit<HandAudit, 'contactId' | 'agentId'>): void => { if (agentId !== null) onAudit({ contactId, agentId, ...entry }); };

  socket.on('act', (raw: unknown, acknowledge: unknown) => {
    const parsed = actSchema.safeParse(raw);
    if (!parsed.success) {
      answering<Outcome>(acknowledge, 'away')(Promise.resolve('unfit'));
      return;
    }
    const { action } = parsed.data;
    const outcome = passed(parsed.data.picture, mayNow('control'), acts, session, (page) => page.timeout(actTimeout).emitWithAck('act', parsed.data));
    answering<Outcome>(acknowledge, 'away')(outcome.then((what) => {
      if (action.kind !== 'move') audit({ action: action.kind, nodeId: nodeOf(parsed.data), outcome: what });
      return what;
    }));
  });

  socket.on('draw', (raw: unknown, acknowledge: unknown) => {
    const parsed = drawSchema.safeParse(raw);
    if (!parsed.success) {
      answering<Outcome>(acknowledge, 'away')(Promise.resolve('unfit'));
      return;
    }
    const { mark } = parsed.data;
    const outcome = passed(parsed.data.picture, mayNow('annotate'), draws, session, (page) => page.timeout(actTimeout).emitWithAck('draw', parsed.data));
    answering<Outcome>(acknowledge, 'away')(outcome.then((what) => {
      if (mark.kind !== 'pointer') audit({ action: 'draw', nodeId: 'nodeId' in mark ? mark.nodeId : null, outcome: what });
      return what;
    }));
  });

  socket.on('offer', (raw: unknown, acknowledge: unknown) => {
    answering<OfferAnswer>(acknowledge, 'away')(offered(raw).then((what) => {
      audit({ action: 'offer', nodeId: null, outcome: what });
      return what;
    }));
  });

  /** The customer is asked by their page, by whoever has them; an address that is not the portal's is not even shown. */
  async function offered(raw: unknown): Promise<OfferAnswer> {
    if (!offers.take(performance.now())) return 'tooMuch';
    const parsed = offerSchema.safeParse(raw);
    const page = session.livePage;
    if (page === null || agentId === null || session.standing?.agentId !== agentId) return 'away';
    if (!parsed.success) return 'notThere';
    const { origin } = new URL(parsed.data.url);
    if (origin !== page.socket.data.claims.origin && !session.standing.origins.includes(origin)) return 'notThere';
    try {
      const answer: unknown = await page.socket.timeout(offerTimeout).emitWithAck('offer', parsed.data);
      return offerAnswers.find((known) => known === answer) ?? 'away';
    } catch {
      return 'unanswered';
    }
  }

  const isAgentOfCall = (): boolean => agentId !== null && session.standing?.agentId === agentId;

  socket.on('showTab', (id: unknown) => {
    if (typeof id === 'string' && isAgentOfCall() && tabs.take(performance.now())) session.handleShowTab(id);
  });

  socket.on('askTab', (acknowledge: unknown) => {
    const outcome = !isAgentOfCall() ? 'notGranted' : !offers.take(performance.now()) ? 'tooMuch' : session.handleAskTab() ? 'done' : 'away';
    audit({ action: 'askTab', nodeId: null, outcome });
    answering<Outcome>(acknowledge, 'away')(Promise.resolve(outcome));
  });

  socket.on('beat', (acknowledge: unknown) => {
    const page = session.livePage;
    const there = page === null || !beats.take(performance.now()) ? Promise.resolve(false)
      : page.socket.timeout(actTimeout).emitWithAck('beat').then(() => true);
    answering(acknowledge, false)(there);
  });
}

/** Serves the sharer: what it says is drawn, for everybody who watches. */
export function serveDrawings(socket: RelaySocket, session: Session): void {
  const budget = new TokenBucket(drawingsBudget, performance.now());
  socket.on('drawings', (raw: unknown) => {
    if (!budget.take(performance.now())) return;
    const parsed = drawingsSchema.safeParse(raw);
    if (parsed.success) session.handleDrawings(socket, parsed.data);
  });
}

async function passed(
  picture: PictureName, isGranted: boolean, budget: TokenBucket, session: Session, pass: (page: RelaySocket) => Promise<unknown>,
): Promise<Outcome> {
  if (!isGranted) return 'notGranted';
  if (!budget.take(performance.now())) return 'tooMuch';
  const page = session.livePage;
  if (page === null) return 'away';
  if (page.pageEpoch !== picture.pageEpoch) return 'stale';
  const outcome = outcomeSchema.safeParse(await pass(page.socket));
  return outcome.success ? outcome.data : 'away';
}

/** Acknowledges with what comes, or with `otherwise` when nothing does: a page that does not answer is one that is away. */
function answering<T>(acknowledge: unknown, otherwise: T): (outcome: Promise<T>) => void {
  return (outcome) => {
    const answer = (value: T): void => { if (typeof acknowledge === 'function') acknowledge(value); };
    outcome.then(answer, () => answer(otherwise));
  };
}

function nodeOf({ action }: Act): number {
  return 'at' in action ? action.at.nodeId : action.nodeId;
}
