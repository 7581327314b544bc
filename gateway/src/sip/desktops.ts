/**
 * The desktops that can be rung: which pages each agent has, which of them is the one, and when an agent counts as registered. The newest
 * page wins (a reload is a new page); an older one is told so when it tries to register again, and never gets the agent back by itself.
 */
import type { Core } from 'sip.js';
import type { Logger } from 'pino';
import type { Connection, ConnectionHandler, Identity } from './connection.ts';
import { DesktopFlow } from './desktop-flow.ts';
import { judge, refusal } from './message-filter.ts';
import { PeerIndex } from './peer-index.ts';
import type { Peer } from './peer.ts';
import { readRegister } from './registration.ts';

export interface DesktopLimits {
  /** Milliseconds without any connection after which an agent counts as not registered. */
  readonly endpointGrace: number;
  /** Milliseconds for which dialogs wait for the page's connection to come back; their media may flow meanwhile. */
  readonly dialogGrace: number;
}

export const defaultDesktopLimits: DesktopLimits = { endpointGrace: 2000, dialogGrace: 60_000 };

interface AgentPages {
  /** The page that registered last; calls go there. */
  current: DesktopFlow | null;
  readonly flows: Set<DesktopFlow>;
  /** Pages that lost to a newer one. Bounded; a page that old has long been closed. */
  readonly superseded: string[];
  reported: boolean;
}

const rememberedPages = 50;

export class Desktops {
  private readonly agents = new Map<string, AgentPages>();
  /** Of desktops alone: nothing that comes from the network finds a page's dialog, nor the other way about. */
  private readonly index = new PeerIndex();
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Calls that wait for a page to come back. */
  private readonly awaiting = new Set<() => void>();
  private readonly domain: string;
  private readonly limits: DesktopLimits;
  private readonly log: Logger;
  private listener: (endpoint: { readonly agentId: string; readonly registered: boolean }) => void = () => { /* nobody listens yet */ };

  constructor({ domain, limits, log }: { readonly domain: string; readonly limits: DesktopLimits; readonly log: Logger }) {
    this.domain = domain;
    this.limits = limits;
    this.log = log;
  }

  onEndpoint(listener: (endpoint: { readonly agentId: string; readonly registered: boolean }) => void): void {
    this.listener = listener;
  }

  isRegistered(agentId: string): boolean {
    return this.agents.get(agentId)?.reported ?? false;
  }

  get registeredCount(): number {
    return Array.from(this.agents.values()).filter(({ reported }) => reported).length;
  }

  /**
   * The page to ring. One that is reloading, or has just lost its connection, is waited for, as long as the agent counts as registered.
   * Null when there is none.
   */
  async reachable(agentId: string): Promise<DesktopFlow | null> {
    const now = (): DesktopFlow | null => {
      const flow = this.agents.get(agentId)?.current;
      return flow?.registered === true && flow.connected ? flow : null;
    };
    if (now() || !this.isRegistered(agentId)) return now();
    await new Promise<void>((resolve) => {
      const settle = (): void => { this.awaiting.delete(check); clearTimeout(limit); resolve(); };
      const check = (): void => { if (now()) settle(); };
      const limit = setTimeout(settle, this.limits.endpointGrace);
      this.awaiting.add(check);
    });
    return now();
  }

  /** A new authenticated connection; it belongs to a page from its first message on. */
  adopt(connection: Connection, identity: Identity): ConnectionHandler {
    let flow: DesktopFlow | null = null;
    return {
      onMessage: (text) => { flow = this.handle(text, connection, identity, flow); },
      onClose: () => { if (flow) this.connectionClosed(flow, connection); },
    };
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    for (const { flows } of this.agents.values()) for (const flow of flows) flow.close();
    this.agents.clear();
  }

  /** Answers the flow that the connection belongs to after this message. */
  private handle(text: string, connection: Connection, identity: Identity, bound: DesktopFlow | null): DesktopFlow | null {
    const verdict = judge(text);
    switch (verdict.type) {
      case 'keepAlive': connection.send('\r\n'); return bound;
      case 'drop': this.log.debug({ agentId: identity.agentId, why: verdict.why }, 'SIP message dropped'); return bound;
      case 'refuse': connection.send(verdict.response); return bound;
      case 'response': {
        const flow = bound ?? this.flowOf(identity, this.index.ofResponse(verdict.message));
        flow?.receive(verdict.message, connection);
        return flow;
      }
      case 'request': {
        const { message } = verdict;
        if (message.method === 'REGISTER') return this.register(message, connection, identity) ?? bound;
        const flow = bound ?? this.flowOf(identity, this.index.ofRequest(message, connection));
        if (!flow) {
          answer(message, connection, message.toTag ? { status: 481 } : { status: 403, reason: 'Register first' });
          return null;
        }
        flow.receive(message, connection);
        return flow;
      }
    }
  }

  /** Pages find their own agent's dialogs only. */
  private flowOf(identity: Identity, peer: Peer | null): DesktopFlow | null {
    for (const flow of this.agents.get(identity.agentId)?.flows ?? []) if (flow.peer === peer) return flow;
    return null;
  }

  private register(message: Core.IncomingRequestMessage, connection: Connection, identity: Identity): DesktopFlow | null {
    const found = this.flowForRegister(message, connection, identity);
    if (!(found instanceof DesktopFlow)) {
      const [status, reason] = found ?? [403, 'Register first'];
      answer(message, connection, { status, reason });
      return null;
    }
    const result = found.register(message, connection);
    answer(message, connection, result);
    if (result.type === 'answered') this.registrationChanged(found);
    return found;
  }

  private flowForRegister(message: Core.IncomingRequestMessage, connection: Connection, identity: Identity): DesktopFlow | readonly [status: number, reason: string] | null {
    const registration = readRegister(message, identity);
    if (registration.type === 'refused') return [registration.status, registration.reason];
    const pages = this.pagesOf(identity.agentId);
    if (registration.type !== 'bind') {
      const asked = registration.type === 'unbind' ? registration.instance : null;
      return Array.from(pages.flows).find((flow) => flow.uses(connection) || flow.instance === asked) ?? null;
    }
    const { instance } = registration;
    if (pages.superseded.includes(instance)) return [403, 'Superseded by a newer page'];
    const known = Array.from(pages.flows).find((flow) => flow.instance === instance);
    if (known) return known;
    const flow = new DesktopFlow({
      identity, instance, domain: this.domain, connection, index: this.index, log: this.log.child({ agentId: identity.agentId }),
      listener: { onRegistration: (changed) => this.registrationChanged(changed) },
    });
    pages.flows.add(flow);
    return flow;
  }

  private registrationChanged(flow: DesktopFlow): void {
    const { agentId } = flow.identity;
    const pages = this.pagesOf(agentId);
    if (flow.registered && pages.current !== flow) {
      pages.current = flow;
      this.log.info({ agentId, instance: flow.instance }, 'desktop registered');
      // The new page stands already when the calls of the old one are told lost, so they can be called back there at once.
      pages.reported = true;
      for (const older of Array.from(pages.flows)) if (older !== flow) this.supersede(pages, older);
      this.listener({ agentId, registered: true });
    } else if (pages.current === flow) {
      this.report(agentId);
    }
    for (const check of this.awaiting) check();
  }

  private supersede(pages: AgentPages, flow: DesktopFlow): void {
    pages.superseded.push(flow.instance);
    if (pages.superseded.length > rememberedPages) pages.superseded.shift();
    pages.flows.delete(flow);
    flow.close();
  }

  private connectionClosed(flow: DesktopFlow, connection: Connection): void {
    if (!flow.connectionClosed(connection)) return;
    const { agentId } = flow.identity;
    this.later(this.limits.endpointGrace, () => { if (!flow.connected) this.report(agentId); });
    this.later(flow.busy ? this.limits.dialogGrace : this.limits.endpointGrace, () => {
      if (flow.connected) return;
      const pages = this.agents.get(agentId);
      if (!pages?.flows.delete(flow)) return;
      if (pages.current === flow) pages.current = null;
      flow.close();
      this.report(agentId);
      if (pages.flows.size === 0 && pages.superseded.length === 0) this.agents.delete(agentId);
    });
  }

  private report(agentId: string): void {
    const pages = this.agents.get(agentId);
    if (!pages) return;
    const registered = pages.current?.registered === true && pages.current.connected;
    if (registered === pages.reported) return;
    pages.reported = registered;
    this.log.info({ agentId, registered }, 'endpoint');
    this.listener({ agentId, registered });
  }

  private pagesOf(agentId: string): AgentPages {
    let pages = this.agents.get(agentId);
    if (!pages) this.agents.set(agentId, pages = { current: null, flows: new Set(), superseded: [], reported: false });
    return pages;
  }

  private later(delay: number, action: () => void): void {
    const timer = setTimeout(() => { this.timers.delete(timer); action(); }, delay);
    timer.unref();
    this.timers.add(timer);
  }
}

function answer(message: Core.IncomingRequestMessage, connection: Connection, { status, reason, headers = [] }: { readonly status: number; readonly reason?: string; readonly headers?: readonly string[] }): void {
  const verdict = refusal(message, status, reason, headers);
  if (verdict.type === 'refuse') connection.send(verdict.response);
}
