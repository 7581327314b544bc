/** Names that come as identifiers, told in words. */
import type { AgentView } from '#shared/agent-protocol.ts';
import type { TextKey } from '../i18n/catalogue.ts';
import type { Translate } from '../i18n/translate.ts';

/** `customerSince`, `customer_since` → `Customer since`. Portals name their attributes as programmers do. */
export function attributeLabel(key: string): string {
  const words = key.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replaceAll(/[_\s]+/g, ' ').trim();
  const lower = words.replaceAll(/(?<=\s)\p{Lu}(?=\p{Ll})/gu, (letter) => letter.toLowerCase());
  return lower === '' ? key : lower.charAt(0).toLocaleUpperCase() + lower.slice(1);
}

/** The reasons that the gateway gives when it sets an agent aside; those of people are the deployment's own words. */
const asideReasons: Readonly<Record<string, TextKey>> = { 'Missed contact': 'status.missed', 'Softphone not reachable': 'status.unreachable' };

export function reasonLabel(reason: string, text: Translate): string {
  const known = asideReasons[reason];
  return known === undefined ? reason : text(known);
}

/** The queue's label where the agent serves it, else its id. */
export function queueLabel(view: AgentView | null, id: string): string {
  return view?.queues.find((queue) => queue.id === id)?.label ?? id;
}
