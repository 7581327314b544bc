/**
 * The second call of an agent's phone that holds a contact: what it dialled is called by us as the contact's second party, and this call is what the agent
 * talks to it through. It hears ringing while the party rings and is answered when the party answers.
 */
import type { Logger } from 'pino';
import type { EndCause } from '../sip/end-cause.ts';
import type { EndpointDirectory, IncomingFromAgent } from '../sip/endpoint.ts';
import type { Call } from './call.ts';
import type { LegMaker } from './leg-maker.ts';
import { Line } from './line.ts';
import { phoneEndpoint } from './phone-endpoint.ts';
import type { RingingListener } from './ringing.ts';

export interface AsideListener extends Pick<RingingListener, 'onReferral' | 'onDtmf'> {
  /** The agent gave the consultation up, before or after its answer. */
  onOver(): void;
}

export class PhoneAside {
  readonly secondId: string;
  private readonly incoming: IncomingFromAgent;
  private readonly legs: LegMaker;
  private readonly log: Logger;
  private readonly directory: EndpointDirectory;
  private readonly listener: AsideListener;
  private state: 'waiting' | 'answered' | 'over' = 'waiting';
  private answered: Line | null = null;

  constructor({ incoming, secondId, legs, directory, log, listener }: {
    readonly incoming: IncomingFromAgent; readonly secondId: string; readonly legs: LegMaker; readonly directory: EndpointDirectory; readonly log: Logger;
    readonly listener: AsideListener;
  }) {
    this.incoming = incoming;
    this.secondId = secondId;
    this.legs = legs;
    this.directory = directory;
    this.log = log;
    this.listener = listener;
    incoming.call.onCanceled(() => { if (this.state === 'waiting') { this.state = 'over'; listener.onOver(); } });
  }

  get line(): Line | null {
    return this.answered;
  }

  ring(): void {
    if (this.state === 'waiting') this.incoming.call.ring();
  }

  async answer(call: Call): Promise<void> {
    if (this.state !== 'waiting') return;
    this.state = 'answered';
    const { listener } = this;
    const ref: { line: Line | null } = { line: null };
    ref.line = await Line.called({
      call, role: 'aside', endpoint: phoneEndpoint(this.incoming, this.directory), legs: this.legs, log: this.log, incoming: this.incoming.call,
      listener: {
        onRinging: () => { /* we are the one who rings */ },
        onAnswer: () => true,
        onEstablished: () => { /* the second party's answer told it */ },
        onEnd: () => { this.state = 'over'; listener.onOver(); },
        onReferral: (referral) => { if (ref.line) listener.onReferral(ref.line, referral); },
        onDtmf: (digit) => { if (ref.line) listener.onDtmf(ref.line, digit); },
        onHeld: () => { /* whom they hold here is the second party, who hears it */ },
      },
    });
    this.answered = ref.line;
  }

  refuse(status: number): void {
    if (this.state !== 'waiting') return;
    this.state = 'over';
    this.incoming.call.refuse(status);
  }

  end(cause: EndCause): void {
    this.refuse(480);
    this.answered?.end(cause);
  }
}
