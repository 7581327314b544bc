/** The ACD of this gateway, as the port asks for one: it reads from the store who waits and has to be told nothing but that something changed. */
import type { AcdPort } from './acd-port.ts';
import type { Matcher } from './matcher.ts';
import type { Waits } from './waits.ts';

export function builtInAcd({ matcher, waits }: { readonly matcher: Pick<Matcher, 'soon'>; readonly waits: Pick<Waits, 'figures'> }): AcdPort {
  const look = (): Promise<void> => {
    matcher.soon();
    return Promise.resolve();
  };
  return { submit: look, update: look, cancel: look, expectedWait: (queueId) => waits.figures(queueId) };
}
