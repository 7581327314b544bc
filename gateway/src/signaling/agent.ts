/** The namespace `/agent`: carries the agent's views, to supervisors the floor, and by being connected renews the agent's lease. Actions go through REST. */
import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { z } from 'zod';
import type { AgentServerEvents } from '#shared/agent-protocol.ts';
import { leaseMilliseconds, type Agents } from '../acd/agents.ts';
import type { Changes } from '../contact/changes.ts';
import type { LoggedInAgent, Logins } from '../session/logins.ts';
import { admit } from './admission.ts';
import type { AgentStream } from './agent-stream.ts';
import type { FloorBoard } from './floor.ts';

interface AgentSocketData {
  who?: Pick<LoggedInAgent, 'agentId' | 'loginId'> & { readonly supervises: boolean };
}
type Nothing = Record<string, never>;
export type AgentNamespace = Namespace<Nothing, AgentServerEvents, Nothing, AgentSocketData>;
type AgentSocket = Socket<Nothing, AgentServerEvents, Nothing, AgentSocketData>;

const authSchema = z.strictObject({ token: z.string().min(1).max(4000) });

export interface AgentSignalingOptions {
  readonly namespace: AgentNamespace;
  readonly logins: Logins;
  readonly agents: Agents;
  readonly stream: AgentStream;
  readonly floor: FloorBoard;
  readonly changes: Changes;
  readonly log: Logger;
}

export function serveAgents({ namespace, logins, agents, stream, floor, changes, log }: AgentSignalingOptions): void {
  const sockets = new Map<string, AgentSocket>();

  admit(namespace, {
    auth: authSchema, verify: ({ token }) => logins.verify('agent', token),
    admitted: (socket: AgentSocket, { agentId, loginId, agent }) => { socket.data.who = { agentId, loginId, supervises: agent.role !== 'agent' }; }, log,
  });
  changes.on('loggedOut', (loginId) => {
    for (const socket of sockets.values()) if (socket.data.who?.loginId === loginId) socket.disconnect(true);
  });
  namespace.on('connection', (socket) => {
    const { who } = socket.data;
    if (who === undefined) {
      socket.disconnect(true);
      return;
    }
    const { agentId } = who;
    const earlier = sockets.get(agentId);
    sockets.set(agentId, socket);
    if (earlier !== undefined) {
      earlier.emit('superseded');
      earlier.disconnect(true);
    }
    // What was admitted once is admitted only for as long as its login stands.
    const renewal = async (): Promise<void> => {
      if (await logins.stands(who)) await agents.renewLease(agentId, { atDesk: true });
      else socket.disconnect(true);
    };
    const renew = (): void => { renewal().catch((error: unknown) => log.error({ err: error, agentId }, 'lease not renewed')); };
    renew();
    const timer = setInterval(renew, leaseMilliseconds / 3);
    const unsubscribe = stream.subscribe(agentId, (view) => socket.emit('view', view));
    const unwatch = who.supervises ? floor.watch(agentId, (picture) => socket.emit('floor', picture)) : null;
    socket.on('disconnect', () => {
      clearInterval(timer);
      unsubscribe();
      unwatch?.();
      if (sockets.get(agentId) === socket) sockets.delete(agentId);
    });
  });
}
