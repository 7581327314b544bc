/**
 * Whose offer is open in a dialog: at most one at any time (RFC 3264, 4; RFC 6337, 2.2). Both sides' offers take it from here, ours wait for
 * it, and the peer's are refused as RFC 3261, 14.2 says.
 *
 *   initial ──answered──▶ stable ──our re-INVITE──▶ ours ──answered, refused──▶ stable
 *                          ▲ ▲└──INVITE, UPDATE──▶ theirs ──refused, 200 to UPDATE──▶ stable
 *                          │ └─────────────────────────────────ACK─── awaitingAck ◀──200 to INVITE── theirs
 */
import type { InviteServer } from './invite-server.ts';

export type Exchange =
  /** The offer of the INVITE that began the dialog has no final answer. */
  | { readonly type: 'initial' }
  | { readonly type: 'stable' }
  | { readonly type: 'ours' }
  /** `server`: of their INVITE; an UPDATE has its own. */
  | { readonly type: 'theirs'; readonly server: InviteServer | null }
  /** `answerExpected`: our 200 carried an offer, its ACK brings the answer. */
  | { readonly type: 'awaitingAck'; readonly server: InviteServer; readonly answerExpected: boolean };

export class OfferExchange {
  /** What we described last and the peer agreed to, or answered: said again by a refresh that must carry a description. */
  local: string | null = null;
  private current: Exchange = { type: 'initial' };
  private over = false;
  /** What waits for its turn or for a time; told false when the dialog ends. */
  private readonly waiting = new Set<(proceed: boolean) => void>();
  private readonly turns = new Set<() => void>();

  get state(): Exchange {
    return this.current;
  }

  get closed(): boolean {
    return this.over;
  }

  enter(state: Exchange): void {
    this.current = state;
  }

  settle(): void {
    if (this.over) return;
    this.current = { type: 'stable' };
    for (const tell of Array.from(this.turns)) tell();
  }

  /** True when no offer is open any more, and ours is now. */
  async turn(limit: number): Promise<boolean> {
    while (!this.over && this.current.type !== 'stable') if (!await this.settled(limit)) return false;
    if (this.over) return false;
    this.current = { type: 'ours' };
    return true;
  }

  /** False: the dialog ended meanwhile. */
  pause(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const conclude = (proceed: boolean): void => { clearTimeout(timer); this.waiting.delete(conclude); resolve(proceed); };
      const timer = setTimeout(() => conclude(true), milliseconds);
      this.waiting.add(conclude);
    });
  }

  /** Told once, if the dialog ends before this is forgotten. */
  whenClosed(tell: () => void): { forget(): void } {
    const told = (): void => { this.waiting.delete(told); tell(); };
    this.waiting.add(told);
    return { forget: () => { this.waiting.delete(told); } };
  }

  close(): void {
    this.over = true;
    for (const tell of Array.from(this.waiting)) tell(false);
    // RFC 3261, 15.1.2: what is pending when the dialog ends gets 487.
    if (this.current.type === 'theirs') this.current.server?.refuse(487);
    if (this.current.type === 'awaitingAck') this.current.server.acknowledged();
  }

  /** The next time that the exchange is stable. False at the limit or the dialog's end. */
  private settled(limit: number): Promise<boolean> {
    return new Promise((resolve) => {
      const conclude = (proceed: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(conclude);
        this.turns.delete(turned);
        resolve(proceed);
      };
      const turned = (): void => conclude(true);
      const timer = setTimeout(() => conclude(false), limit);
      this.waiting.add(conclude);
      this.turns.add(turned);
    });
  }
}
