/** Which relay a contact's page is shared over, where relays run by themselves. Everybody comes to the same answer without asking anybody. */
import { createHash } from 'node:crypto';

/**
 * Rendezvous hashing: the node whose hash together with the caller URI is the highest. When a node is added or taken away, only the contacts
 * go elsewhere that are its own. Answers null where there are none, and the gateway relays itself.
 */
export function relayFor(from: string, nodes: readonly string[]): string | null {
  const [best] = nodes.map((node) => ({ node, weight: createHash('sha256').update(`${node} ${from}`).digest('hex') })).sort((one, other) => (one.weight < other.weight ? 1 : -1));
  return best?.node ?? null;
}
