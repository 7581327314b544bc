/** Digits in a call: whoever presses them, by keypad or on a telephone, sends them to those they talk to; and everybody who listens to the call is told. */
import type { Talk } from '../contact/call-port.ts';
import type { Line } from './line.ts';

/** The lines as they stand now; the customer's where they are at a telephone. */
export interface DigitLines {
  readonly talk: Talk | null;
  readonly customer: Line | null;
  readonly agent: Line | null;
  readonly aside: Line | null;
  readonly second: Line | null;
}

export class Digits {
  private readonly lines: () => DigitLines;
  private readonly tell: (from: 'customer' | 'agent' | 'second', digit: string) => void;

  constructor(lines: () => DigitLines, tell: (from: 'customer' | 'agent' | 'second', digit: string) => void) {
    this.lines = lines;
    this.tell = tell;
  }

  /** A customer on their page is told by whoever hears the events. */
  ofAgent(digits: string): void {
    const { talk, customer, second } = this.lines();
    if (talk !== 'customer') second?.sendDtmf(digits);
    if (talk !== 'second') customer?.sendDtmf(digits);
    this.told('agent', digits);
  }

  ofCustomer(digits: string): void {
    const { talk, agent, second } = this.lines();
    if (talk !== 'second') agent?.sendDtmf(digits);
    if (talk === 'all') second?.sendDtmf(digits);
    this.told('customer', digits);
  }

  heard(line: Line, digit: string): void {
    const { talk, customer, agent, aside, second } = this.lines();
    if (line === customer) this.ofCustomer(digit);
    else if (line === aside || line === agent) this.ofAgent(digit);
    else if (line === second) {
      if (talk !== 'customer') (aside ?? agent)?.sendDtmf(digit);
      if (talk === 'all') customer?.sendDtmf(digit);
      this.told('second', digit);
    }
  }

  private told(from: 'customer' | 'agent' | 'second', digits: string): void {
    for (const digit of digits) this.tell(from, digit);
  }
}
