/** The directory where desktops are all there is to ring. */
import type { Desktops } from '../../src/sip/desktops.ts';
import type { EndpointDirectory } from '../../src/sip/endpoint.ts';

/** @param answerLimit milliseconds for a page that accepted already. */
export function directoryOfDesktops(desktops: Desktops, answerLimit = 10_000): EndpointDirectory {
  const id = (agentId: string): string => `desktop:${agentId}`;
  const listeners = new Set<(agentId: string) => void>();
  desktops.onEndpoint(({ agentId }) => { for (const listener of listeners) listener(agentId); });
  return {
    onChange: (listener) => { listeners.add(listener); },
    status: (agentId) => [{ id: id(agentId), kind: 'desktop', label: 'Browser', reachable: desktops.isRegistered(agentId), busy: false }],
    async reachable(agentId, kinds) {
      const page = kinds.includes('desktop') ? await desktops.reachable(agentId) : null;
      return page === null ? [] : [{
        id: id(agentId), kind: 'desktop', label: 'Browser', agentId, media: 'ice', dtmf: 'rfc4733', source: null, answerLimit, call: (call, listener) => page.call(call, listener),
      }];
    },
    destination: () => Promise.resolve({ type: 'refused', status: 403, detail: 'There is no trunk.' }),
    onIncoming: () => { /* desktops call through the API */ },
    message: () => Promise.resolve([]),
    setBusy: () => { /* nor on their own */ },
  };
}
