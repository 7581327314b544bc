/** The agent's hands on the sharer's connection: what comes over it reaches them, and what they answer goes back. */
import type { Socket } from 'socket.io-client';
import type { OfferAnswer, PictureName, Watcher } from '#shared/cobrowse-hands.ts';
import type { CobrowseClientEvents, CobrowseServerEvents } from '#shared/cobrowse-protocol.ts';
import type { RulesInPage } from '../recorder/rules-in-page.ts';
import { Hands, type NodeIndex } from './hands.ts';

/** What the page's own side of the help does for the agent's hands. */
export interface HandsHost {
  /** Takes the sheet on which agents draw and point: over the whole page, outside of what is recorded. */
  readonly mount: Element;
  /** Whose hands they are, as the customer knows them. */
  agent(): string;
  /** The customer pressed Escape while an agent had control. */
  handleEscape(): void;
  handleWatchers(watchers: readonly Watcher[]): void;
  /** Whether this is the page that the agent sees: of several that are shared they see one. */
  handleShown?(isShown: boolean): void;
  /** The agent would like to see another tab. */
  handleTabWanted?(): void;
  /** Asks the customer whether they want to go there, and takes them once it has answered. */
  handleOffer(url: string): Promise<OfferAnswer>;
}

export interface ServingOptions {
  readonly socket: Socket<CobrowseServerEvents, CobrowseClientEvents>;
  readonly host: HandsHost;
  readonly rules: RulesInPage;
  readonly nodes: NodeIndex;
  readonly picture: () => PictureName;
  /** Only what is shown can be touched: nothing is while the customer pauses, or is elsewhere. */
  readonly isShown: () => boolean;
}

export function serveHands({ socket, host, rules, nodes, picture, isShown }: ServingOptions): Hands {
  const hands = new Hands({
    rules, nodes, picture, mount: host.mount, agent: () => host.agent(), handleEscape: () => host.handleEscape(),
    // Offline nobody watches; whoever comes back is shown a new picture, and what is drawn with it.
    tellDrawings: (drawings) => { if (socket.connected) socket.emit('drawings', drawings); },
  });
  socket.on('act', (act, acknowledge) => acknowledge(isShown() ? hands.act(act) : 'away'));
  socket.on('draw', (draw, acknowledge) => acknowledge(isShown() ? hands.draw(draw) : 'away'));
  socket.on('offer', ({ url }, acknowledge) => { host.handleOffer(url).then(acknowledge, () => acknowledge('unanswered')); });
  socket.on('shown', (isThis) => host.handleShown?.(isThis));
  socket.on('tabWanted', () => host.handleTabWanted?.());
  socket.on('viewers', (watchers) => host.handleWatchers(watchers));
  return hands;
}
