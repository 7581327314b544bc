/** What the screen knows of a chat beforehand; the gateway decides in the end. Pure. */
import type { AgentContact } from '#shared/agent-protocol.ts';

export function mayProposeCall({ channel, channels }: AgentContact): boolean {
  return channel === 'chat' && channels.some((one) => one !== 'chat');
}
