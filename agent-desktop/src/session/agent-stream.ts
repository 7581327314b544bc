/** Owns the `/agent` socket: whole views come in, nothing goes out. Reconnects by itself until closed, superseded or refused. */
import { io, type Socket } from 'socket.io-client';
import type { AgentServerEvents, AgentView } from '#shared/agent-protocol.ts';
import type { Floor } from '#shared/floor.ts';
import type { Problem } from '#shared/problem.ts';

export interface AgentStreamHandlers {
  view(view: AgentView): void;
  /** To supervisors alone. */
  floor(floor: Floor): void;
  connection(online: boolean): void;
  superseded(): void;
  /** The token is no longer good: somebody has to log in. */
  unauthorized(): void;
}

const retryMilliseconds = 2000;

/** Connects and returns what closes it again. */
export function openAgentStream(token: string, handlers: AgentStreamHandlers): () => void {
  const socket: Socket<AgentServerEvents, Record<string, never>> = io(`${location.origin}/agent`, {
    auth: { token },
    // The WebSocket first saves the polling round trips after a reload in mid-call; polling is for proxies that refuse it.
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 300,
    reconnectionDelayMax: 4000,
    timeout: 6000,
  });
  let retry: ReturnType<typeof setTimeout> | null = null;
  const close = (): void => {
    if (retry !== null) clearTimeout(retry);
    socket.removeAllListeners();
    socket.disconnect();
  };
  socket.on('view', (view) => { handlers.view(view); });
  socket.on('floor', (floor) => { handlers.floor(floor); });
  socket.on('superseded', () => { close(); handlers.superseded(); });
  socket.on('connect', () => { handlers.connection(true); });
  socket.on('disconnect', (reason) => {
    handlers.connection(false);
    if (reason === 'io server disconnect') retry = setTimeout(() => { socket.connect(); }, retryMilliseconds);
  });
  socket.on('connect_error', (error: Error & { data?: { problem?: Problem } & Partial<Problem> }) => {
    handlers.connection(false);
    const status = error.data?.problem?.status ?? error.data?.status;
    if (status === 401 || status === 403) { close(); handlers.unauthorized(); return; }
    // A refusal by the namespace ends socket.io's own retries.
    if (!socket.active) retry = setTimeout(() => { socket.connect(); }, retryMilliseconds);
  });
  return close;
}
