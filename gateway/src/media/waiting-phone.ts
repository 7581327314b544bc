/**
 * A phone's own call to a customer, on its way to being the agent's line: it hears ringing until the customer's media stands, then it is answered. Also
 * the answer without a wait, for a call that is picked up on another device.
 */
import type { Logger } from 'pino';
import type { EndpointDirectory, IncomingFromAgent } from '../sip/endpoint.ts';
import type { Call } from './call.ts';
import type { LegMaker } from './leg-maker.ts';
import { phoneEndpoint } from './phone-endpoint.ts';
import { Line } from './line.ts';
import type { RingingListener } from './ringing.ts';

export interface WaitingPhoneOptions {
  readonly incoming: IncomingFromAgent;
  readonly call: Call;
  readonly legs: LegMaker;
  readonly directory: EndpointDirectory;
  readonly listener: RingingListener;
  readonly log: Logger;
}

export class WaitingPhone {
  private readonly options: WaitingPhoneOptions;
  private state: 'waiting' | 'answering' | 'over' = 'waiting';

  constructor(options: WaitingPhoneOptions) {
    this.options = options;
    options.incoming.call.onCanceled(() => { if (this.state === 'waiting') this.fail(487); });
  }

  start(): void {
    this.options.incoming.call.ring();
    if (this.options.call.customerLeg?.ready === true) this.customerReady();
  }

  customerReady(): void {
    if (this.state === 'waiting') this.answerNow().catch((error: unknown) => this.options.log.error({ err: error }, 'phone not answered'));
  }

  async answerNow(): Promise<void> {
    const { incoming, call, legs, directory, listener, log } = this.options;
    if (this.state !== 'waiting') return;
    this.state = 'answering';
    const ref: { line: Line | null } = { line: null };
    try {
      ref.line = await Line.called({
        call, role: 'agent', endpoint: phoneEndpoint(incoming, directory), legs, log, incoming: incoming.call,
        listener: {
          onRinging: () => { /* we are the one who rings */ },
          onAnswer: () => true,
          onEstablished: () => { if (ref.line) listener.onAnswered(ref.line); },
          onEnd: (end) => {
            if (end.type === 'failed' || !ref.line) this.fail(end.type === 'failed' ? end.status : 480);
            else listener.onEnd(ref.line, end);
          },
          onReferral: (referral) => { if (ref.line) listener.onReferral(ref.line, referral); },
          onDtmf: (digit) => { if (ref.line) listener.onDtmf(ref.line, digit); },
          onHeld: (held) => { if (ref.line) listener.onHeld(ref.line, held); },
        },
      });
    } catch (error) {
      log.error({ err: error }, 'phone not answered');
      incoming.call.refuse(500);
      this.fail(500);
    }
  }

  /** The customer is not to be had. Once answered the line is its owner's to end. */
  end(): void {
    if (this.state !== 'waiting') return;
    this.state = 'over';
    this.options.incoming.call.refuse(480);
  }

  private fail(status: number): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.options.listener.onFailed(status);
  }
}
