/**
 * The adapter behind `contact/call-port.ts`: one call per contact, its customer leg and media in `call.ts`, its agent leg's SIP in
 * `sip/dialog/`. Told in the order of a call's life. Results come back as events; only `prepare` may throw, when no media worker lives.
 */
import { availableParallelism } from 'node:os';
import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { setLogEventListeners } from 'mediasoup';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { MediaReplies, MediaRequest, Tracks } from '#shared/media-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { IceServer } from '#shared/session-api.ts';
import type { AgentCall, CallEvent, CallPort, EndpointPort } from '../contact/call-port.ts';
import { contactHeader, reservationHeader } from '#shared/sip-headers.ts';
import type { Dialog, DialogEnd } from '../sip/dialog/dialog.ts';
import { defaultDesktopLimits, Desktops } from '../sip/desktops.ts';
import type { DesktopLimits } from '../sip/desktops.ts';
import { headerToken, quotedText } from '../sip/header-text.ts';
import { SipSocketServer } from '../sip/websocket-server.ts';
import type { Authenticate } from '../sip/websocket-server.ts';
import { noCodecs } from './agent-leg.ts';
import type { AgentLeg, ChosenCodecs } from './agent-leg.ts';
import { noMetrics, registerCallMetrics } from './call-metrics.ts';
import { Call } from './call.ts';
import { answerRequest, staleEpoch } from './customer-requests.ts';
import { WorkerPool } from './worker-pool.ts';
import type { MediaListen } from './worker-pool.ts';

export interface CallLimits extends DesktopLimits {
  /** Milliseconds from INVITE to the answer of a desktop that accepted already. */
  readonly answerLimit: number;
}

export interface CallServiceOptions {
  /** Media workers; default one per core. */
  readonly workers?: number;
  readonly workerBin?: string;
  readonly mediaListen: MediaListen;
  /** The host part of agents' addresses of record. */
  readonly sipDomain: string;
  /** Fresh TURN credentials for a contact; see turn.ts. Default none. */
  readonly iceServers?: (contactId: string) => readonly IceServer[];
  readonly log: Logger;
  readonly limits?: Partial<CallLimits>;
}

export interface CallService extends CallPort, EndpointPort {
  /** Serves SIP over WebSocket at `path` (default `/sip`) of this HTTP server. */
  attachSip(server: Server | SecureServer, authenticate: Authenticate, path?: string): void;
  registerMetrics(registry: Registry): void;
  /** Ends every call (BYE with a Reason) and stops the workers. */
  stop(): Promise<void>;
}

/** Everything held for one contact. `dialog` and `leg` are the agent's, from INVITE to the end. */
interface ContactCall {
  call: Call | null;
  /** What the contact's first answer decided, kept when its media is rebuilt. */
  codecs: ChosenCodecs;
  onHold: boolean;
  agent: { readonly dialog: Dialog; readonly leg: AgentLeg } | null;
  /** Rises with every `callAgent` and `endAgentLeg`: a call under way that is no longer wanted stops. */
  attempt: number;
  preparing: Promise<Call> | null;
  readonly log: Logger;
}

/** Milliseconds between the loss of an agent's media and its being taken for the loss of the agent. */
const byeGrace = 500;

export async function createCallService(options: CallServiceOptions): Promise<CallService> {
  const { log, sipDomain, iceServers = () => [] } = options;
  const limits: CallLimits = { ...defaultDesktopLimits, answerLimit: 10_000, ...options.limits };
  const contacts = new Map<string, ContactCall>();
  const desktops = new Desktops({ domain: sipDomain, limits, log });
  const sipServers: SipSocketServer[] = [];
  let metrics = noMetrics;
  let emit: (event: CallEvent) => void = () => { /* nobody listens yet */ };
  let pushTracks: (contactId: string, tracks: Tracks) => void = () => { /* nobody listens yet */ };

  // What a worker or the library complains about: a peer's doing mostly, so it stays out of the way.
  setLogEventListeners({
    onwarn: (namespace, message) => log.debug({ mediasoup: namespace }, message),
    onerror: (namespace, message, error) => log.warn({ mediasoup: namespace, err: error }, message),
  });
  const pool = await WorkerPool.start({
    count: options.workers ?? availableParallelism(), listen: options.mediaListen, log, onDeath: () => metrics.workerDied(),
    ...(options.workerBin === undefined ? {} : { workerBin: options.workerBin }),
  });

  function contactOf(contactId: string): ContactCall {
    let contact = contacts.get(contactId);
    if (!contact) {
      contact = { call: null, codecs: noCodecs, onHold: false, agent: null, attempt: 0, preparing: null, log: log.child({ contactId }) };
      contacts.set(contactId, contact);
    }
    return contact;
  }

  async function build(contactId: string, contact: ContactCall): Promise<Call> {
    const call: Call = new Call(await pool.place(), contact.codecs, {
      onTracks: (tracks) => pushTracks(contactId, tracks),
      onCustomerFlowing: () => { contact.log.info('customer media flowing'); emit({ type: 'customerMediaFlowing', contactId }); },
      onCustomerLost: () => { contact.log.info('customer media lost'); emit({ type: 'customerMediaLost', contactId }); },
      onAgentPathLost: () => agentPathLost(contact),
      onWorkerLost: () => {
        // While it is being built nobody holds anything of it yet; `ready` builds another.
        if (contact.call !== call) return;
        contact.call = null;
        contact.attempt += 1;
        endDialog(contact, { cause: 503, text: 'Media gateway failure' }, { type: 'endedHere' });
        emit({ type: 'mediaLost', contactId });
      },
    }, contact.log);
    if (contacts.get(contactId) !== contact) { call.close(); throw new Error('the contact was closed meanwhile'); }
    if (contact.onHold) await call.setHold(true);
    await call.prepareAgent();
    contact.call = call;
    contact.log.info({ epoch: call.epoch, worker: call.place.workerPid }, 'media prepared');
    return call;
  }

  /** The contact's living call, built when there is none; once more, should a worker die over it. */
  function ready(contactId: string, contact: ContactCall): Promise<Call> {
    if (contact.call && !contact.call.closed) return Promise.resolve(contact.call);
    contact.preparing ??= build(contactId, contact)
      .catch((error: unknown) => {
        if (contacts.get(contactId) !== contact) throw error;
        contact.log.warn({ err: error }, 'media not prepared, trying once more');
        return build(contactId, contact);
      })
      .finally(() => { contact.preparing = null; });
    return contact.preparing;
  }

  /** From the INVITE on, which may wait for a page that is just reloading. */
  async function invite(request: AgentCall, contact: ContactCall, attempt: number): Promise<void> {
    const { contactId } = request;
    const fail = (status: number): void => {
      metrics.inviteOutcome(String(status));
      contact.log.info({ status, reservationId: request.reservationId }, 'agent leg failed');
      emit({ type: 'agentFailed', contactId, status });
    };
    try {
      const call = await ready(contactId, contact);
      const page = await desktops.reachable(request.agentId);
      if (contact.attempt !== attempt) return;
      if (!page) { fail(480); return; }
      const leg = await call.inTurn(() => call.beginAgentLeg());
      if (contact.attempt !== attempt) { leg.close(); return; }
      const dialog = page.call({
        from: request.from, displayName: request.displayName === null ? null : quotedText(request.displayName), to: request.aor,
        headers: [[contactHeader, headerToken(contactId)], [reservationHeader, headerToken(request.reservationId)]],
        autoAnswer: true, answerLimit: limits.answerLimit,
        media: {
          offer: () => call.offer(leg),
          accept: (sdp) => call.inTurn(() => call.answered(leg, sdp)),
          // A browser answers by itself, and with its final answer.
          early: () => Promise.resolve(),
          answer: (sdp) => call.inTurn(() => leg.reoffer(sdp)),
          rollback: () => { /* an ICE restart that was refused leaves the path as it is */ },
        },
      }, {
        onRinging: () => { /* a desktop does not ring, its agent accepted */ },
        onRefer: (referral) => referral.refuse(405),
        onDtmf: () => { /* an agent has no menu to choose from */ },
        onKeyframeRequest: () => { /* browsers ask by RTCP */ },
        onEstablished: () => {
          contact.codecs = call.codecs;
          metrics.inviteOutcome('answered');
          contact.log.info({ reservationId: request.reservationId, ...call.codecs }, 'agent answered');
          emit({ type: 'agentAnswered', contactId });
        },
        onEnd: (end) => dialogEnded(contactId, contact, leg, end, fail),
      });
      if (!dialog) { leg.close(); fail(480); return; }
      contact.agent = { dialog, leg };
      contact.log.info({ reservationId: request.reservationId, agentId: request.agentId }, 'calling agent');
    } catch (error) {
      // Our own side failed (a worker that died in this moment tells so by itself): never silence, the runner waits for an answer.
      if (contact.attempt !== attempt) return;
      contact.log.error({ err: error }, 'agent could not be called');
      fail(500);
    }
  }

  function dialogEnded(contactId: string, contact: ContactCall, leg: AgentLeg, end: DialogEnd, fail: (status: number) => void): void {
    const { call } = contact;
    leg.close();
    call?.dropAgentLeg(leg);
    if (contact.agent?.leg === leg) contact.agent = null;
    switch (end.type) {
      case 'failed': fail(end.status); break;
      case 'hungUp': contact.log.info('agent hung up'); emit({ type: 'agentHungUp', contactId }); break;
      case 'lost': contact.log.info('agent leg lost'); emit({ type: 'agentLegLost', contactId }); break;
      case 'endedHere': contact.log.info('agent leg ended'); break;
    }
    // The agent's tracks leave the customer's client.
    call?.inTurn(() => call.connect()).catch((error: unknown) => { if (!call.closed) contact.log.error({ err: error }, 'media change failed'); });
  }

  /** A client that hangs up closes its media as well, and that news may overtake its BYE: which it was is known a moment later. */
  function agentPathLost(contact: ContactCall): void {
    const { agent } = contact;
    setTimeout(() => { if (contact.agent === agent) endDialog(contact, { cause: 408, text: 'Media lost' }, { type: 'lost' }); }, byeGrace).unref();
  }

  function endDialog(contact: ContactCall, cause: { readonly cause: number; readonly text: string }, end: DialogEnd): void {
    contact.agent?.dialog.end(cause, end);
  }

  function closeContact(contactId: string, reason: string): void {
    const contact = contacts.get(contactId);
    if (!contact) return;
    contacts.delete(contactId);
    contact.attempt += 1;
    endDialog(contact, { cause: 200, text: reason }, { type: 'endedHere' });
    contact.call?.close();
    contact.log.info({ reason }, 'media closed');
  }

  return {
    onEvent(listener) { emit = listener; },
    onTracks(listener) { pushTracks = listener; },

    async prepare(contactId) {
      const contact = contactOf(contactId);
      const call = await ready(contactId, contact);
      await call.inTurn(() => call.prepareAgent());
      return { epoch: call.epoch };
    },

    async customerRequest<Type extends MediaRequest['type']>(contactId: string, request: Extract<MediaRequest, { type: Type }>) {
      const call = contacts.get(contactId)?.call;
      const asked: MediaRequest = request;
      const reply = call && !call.closed && call.epoch === asked.epoch
        ? await call.inTurn(() => answerRequest(call, asked, () => iceServers(contactId)))
        : staleEpoch();
      // Each request has its own kind of reply, which the switch in answerRequest pairs up.
      return reply as Reply<MediaReplies[Type]>;
    },

    callAgent(request) {
      const contact = contactOf(request.contactId);
      contact.attempt += 1;
      endDialog(contact, { cause: 200, text: 'Called again' }, { type: 'endedHere' });
      invite(request, contact, contact.attempt).catch((error: unknown) => contact.log.error({ err: error }, 'calling an agent failed'));
      return Promise.resolve();
    },

    async setHold(contactId, onHold) {
      const contact = contacts.get(contactId);
      if (!contact) return;
      contact.onHold = onHold;
      const { call } = contact;
      if (!call || call.closed) return;
      await call.inTurn(() => call.setHold(onHold)).catch((error: unknown) => { if (!call.closed) throw error; });
      contact.log.info({ onHold }, 'hold');
    },

    async endAgentLeg(contactId, reason) {
      const contact = contacts.get(contactId);
      if (!contact) return;
      contact.attempt += 1;
      contact.onHold = false;
      endDialog(contact, { cause: 200, text: reason }, { type: 'endedHere' });
      const { call } = contact;
      if (!call || call.closed) return;
      await call.inTurn(async () => { call.endAgentLeg('over'); await call.connect(); await call.prepareAgent(); })
        .catch((error: unknown) => { if (!call.closed) throw error; });
    },

    close(contactId, reason) {
      closeContact(contactId, reason);
      return Promise.resolve();
    },

    agentLegAlive(contactId) {
      return contacts.get(contactId)?.agent?.dialog.established ?? false;
    },

    onEndpoint(listener) { desktops.onEndpoint(listener); },
    isRegistered(agentId) { return desktops.isRegistered(agentId); },
    endpoints(agentId) { return [{ id: `desktop:${agentId}`, kind: 'desktop', label: 'Browser', reachable: desktops.isRegistered(agentId), busy: false }]; },

    attachSip(server, authenticate, path = '/sip') {
      sipServers.push(new SipSocketServer({ server, path, authenticate, log, adopt: (connection, identity) => desktops.adopt(connection, identity) }));
    },

    stop() {
      for (const contactId of Array.from(contacts.keys())) closeContact(contactId, 'The gateway is stopping');
      desktops.close();
      for (const server of sipServers) server.close();
      pool.close();
      return Promise.resolve();
    },

    registerMetrics(registry) {
      metrics = registerCallMetrics(registry, {
        activeCalls: () => Array.from(contacts.values()).filter(({ call }) => call && !call.closed).length,
        agentLegs: () => Array.from(contacts.values()).filter(({ agent }) => agent?.dialog.established).length,
        workersAlive: () => pool.alive,
        endpointsRegistered: () => desktops.registeredCount,
      });
    },
  };
}
