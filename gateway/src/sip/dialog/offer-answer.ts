/**
 * Offers and answers of one dialog (RFC 3264), from the answer to the INVITE that began it: the peer's (peer-offers.ts) and ours
 * (own-offers.ts), which take turns (offer-exchange.ts).
 */
import type { Core } from 'sip.js';
import type { Logger } from 'pino';
import type { DialogMedia } from './dialog.ts';
import type { InviteDialog } from './invite-dialog.ts';
import { withinLimit } from './limits.ts';
import type { DialogLimits } from './limits.ts';
import { OfferExchange } from './offer-exchange.ts';
import { OwnOffers } from './own-offers.ts';
import { PeerOffers } from './peer-offers.ts';
import type { SessionTimer } from './session-timer.ts';

export interface OfferContext {
  readonly dialog: InviteDialog;
  readonly media: DialogMedia;
  readonly timer: SessionTimer;
  /** We sent the INVITE that began the dialog, and made its Call-ID. */
  readonly outgoing: boolean;
  readonly limits: DialogLimits;
  readonly log: Logger;
  /** The peer does not know the dialog any more, or did not acknowledge our 200. */
  readonly onLost: () => void;
  readonly exchange: OfferExchange;
}

export class OfferAnswer {
  private readonly context: OfferContext;
  private readonly theirs: PeerOffers;
  private readonly ours: OwnOffers;

  constructor(context: Omit<OfferContext, 'exchange'>) {
    this.context = { ...context, exchange: new OfferExchange() };
    this.theirs = new PeerOffers(this.context);
    this.ours = new OwnOffers(this.context);
  }

  /** A reliable provisional answer carried the peer's answer (RFC 3262, 5): final for its dialog. */
  reliablyAnswered(answer: string): void {
    this.theirs.earlyAnswer ??= answer;
  }

  /** Takes the answer of the 2xx, unless a reliable one came before it. False: there is none. */
  async takeInitialAnswer(answer: string | null): Promise<boolean> {
    const { exchange, media, limits } = this.context;
    // An UPDATE has built upon the reliable answer already.
    if (exchange.state.type !== 'initial') return true;
    const effective = this.theirs.earlyAnswer ?? answer;
    if (effective === null) return false;
    await withinLimit(media.accept(effective), limits.media, 'the answer');
    return true;
  }

  /** The offer of the first INVITE was answered, whichever way it went. `local` is our description. */
  begin(local: string | null): void {
    const { exchange } = this.context;
    if (local !== null) exchange.local = local;
    if (exchange.state.type === 'initial') exchange.settle();
  }

  /** INVITE, UPDATE and ACK within the dialog. */
  receive(message: Core.IncomingRequestMessage): Promise<void> {
    switch (message.method) {
      case 'INVITE': return this.theirs.invite(message);
      case 'UPDATE': return this.theirs.update(message);
      default: return this.theirs.acknowledge(message);
    }
  }

  /** Our own new offer by re-INVITE. False: refused, or the dialog ended over it. */
  reoffer(): Promise<boolean> {
    return this.ours.reoffer();
  }

  /** Keeps the session alive (RFC 4028). */
  refresh(): Promise<void> {
    return this.ours.refresh();
  }

  close(): void {
    this.context.exchange.close();
  }
}
