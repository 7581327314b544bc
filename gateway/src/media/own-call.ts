/**
 * A call that an agent's phone makes for itself, to a colleague or a number: two lines on media of their own, none of a contact's. The endpoint counts as busy while
 * it lasts; it ends when either side ends, or at its limit.
 */
import type { Logger } from 'pino';
import type { EndCause } from '../sip/end-cause.ts';
import type { Endpoint, IncomingFromAgent } from '../sip/endpoint.ts';
import { quotedText } from '../sip/header-text.ts';
import { Call } from './call.ts';
import type { CallServices } from './call-services.ts';
import { changeAudio, wantsChange } from './codec-change.ts';
import { noCodecs } from './leg.ts';
import { Line } from './line.ts';
import { phoneEndpoint } from './phone-endpoint.ts';
import { Ringing } from './ringing.ts';

export class OwnCall {
  private readonly incoming: IncomingFromAgent;
  private readonly services: CallServices;
  private readonly log: Logger;
  private readonly onOver: () => void;
  private readonly limit: NodeJS.Timeout;
  private call: Call | null = null;
  private ringing: Ringing | null = null;
  private caller: Line | null = null;
  private answering = false;
  private over = false;

  constructor(incoming: IncomingFromAgent, services: CallServices, onOver: () => void) {
    this.incoming = incoming;
    this.services = services;
    this.onOver = onOver;
    this.log = services.log.child({ agentId: incoming.agentId, endpointId: incoming.endpointId });
    this.limit = setTimeout(() => this.end('Maximum duration'), services.limits.ownCallLimit);
    this.limit.unref();
    services.directory.setBusy(incoming.endpointId, true);
    incoming.call.onCanceled(() => this.end('Canceled'));
  }

  async start(endpoints: readonly Endpoint[], to: string): Promise<void> {
    const { pool, mixer, legs, limits } = this.services;
    const call: Call = new Call({
      place: await pool.place(), frozen: noCodecs, mixer, log: this.log,
      listener: {
        onTracks: () => { /* no page hears this call */ }, onCustomerReady: () => { /* nor speaks in it */ }, onCustomerFlowing: () => { /* the same */ },
        onCustomerLost: () => { /* the same */ }, onWorkerLost: () => this.end('Media gateway failure', 503),
      },
    });
    if (this.over) { call.close(); return; }
    this.call = call;
    await call.setTalk('second');
    const { displayName, from } = this.incoming.call;
    this.ringing = new Ringing({
      call, role: 'second', legs, log: this.log, request: { from, displayName: displayName === null ? null : quotedText(displayName), to, headers: [], autoAnswer: false },
      answerLimit: () => limits.ringLimit,
      // Somebody else's redirections are not followed for a private call.
      redirected: () => Promise.resolve(null),
      listener: {
        onRinging: () => this.incoming.call.ring(),
        onAnswered: () => { this.answer(call).catch((error: unknown) => { this.log.error({ err: error }, 'phone not answered'); this.end('Media gateway failure', 500); }); },
        onFailed: (status) => { this.incoming.call.refuse(status); this.end('Not reached', status); },
        onEnd: () => this.end('The other side hung up'),
        onReferral: (_line, referral) => referral.refuse(403),
        onDtmf: (_line, digit) => this.caller?.sendDtmf(digit),
        onHeld: () => { /* the other side hears the hold sound */ },
      },
    });
    await this.ringing.start(endpoints);
  }

  end(text: string, status = 200): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.limit);
    const cause: EndCause = { cause: status, text };
    if (!this.answering) this.incoming.call.refuse(status >= 400 ? status : 480);
    this.ringing?.end(cause);
    this.caller?.end(cause);
    this.call?.close();
    this.services.directory.setBusy(this.incoming.endpointId, false);
    this.log.info({ text }, 'phone call over');
    this.onOver();
  }

  private async answer(call: Call): Promise<void> {
    if (this.over) return;
    this.answering = true;
    const ref: { line: Line | null } = { line: null };
    ref.line = await Line.called({
      call, role: 'agent', endpoint: phoneEndpoint(this.incoming, this.services.directory), legs: this.services.legs, log: this.log, incoming: this.incoming.call,
      listener: {
        onRinging: () => { /* we are the one who rings */ },
        onAnswer: () => true,
        onEstablished: () => {
          // What the caller's phone decided on, the other side follows.
          if (ref.line && wantsChange(call, ref.line)) {
            changeAudio(call, ref.line.leg.codecs.audio ?? '').then((refused) => { if (refused !== null) this.end('No codec in common', 488); }, () => this.end('Media gateway failure', 500));
          }
        },
        onEnd: () => this.end('The other side hung up'),
        onReferral: (referral) => referral.refuse(403),
        onDtmf: (digit) => this.ringing?.answered?.sendDtmf(digit),
        onHeld: () => { /* the other side hears the hold sound */ },
      },
    });
    this.caller = ref.line;
    if (this.over) ref.line.end({ cause: 200, text: 'Call ended' });
  }
}
