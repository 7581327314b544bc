/**
 * The adapter behind `contact/call-port.ts`: one call per contact (contact-call.ts), and what agents' phones call by themselves (phone-calls.ts). Owns the media
 * workers and the mixer. Results come back as events; only `prepare` may throw, when no media worker lives.
 */
import { availableParallelism } from 'node:os';
import { setLogEventListeners } from 'mediasoup';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { MediaReplies, MediaRequest } from '#shared/media-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { IceServer } from '#shared/session-api.ts';
import type { CallPort, EndpointPort } from '../contact/call-port.ts';
import type { EndpointDirectory } from '../sip/endpoint.ts';
import { noMetrics, registerCallMetrics } from './call-metrics.ts';
import { defaultCallLimits } from './call-services.ts';
import type { CallLimits, CallServices } from './call-services.ts';
import { ContactCall } from './contact-call.ts';
import { answerRequest, staleEpoch } from './customer-requests.ts';
import { LegMaker } from './leg-maker.ts';
import { Mixer } from './mixer/mixer.ts';
import type { SipRole } from './parties.ts';
import { PhoneCalls } from './phone-calls.ts';
import { RtpNetwork } from './rtp/rtp-network.ts';
import type { PortRange } from './rtp/rtp-ports.ts';
import { WorkerPool } from './worker-pool.ts';
import type { MediaListen } from './worker-pool.ts';

export interface CallServiceOptions {
  /** Media workers; default one per core. */
  readonly workers?: number;
  readonly workerBin?: string;
  readonly mediaListen: MediaListen;
  /** UDP ports of phones' and trunks' media. */
  readonly rtpPorts: PortRange;
  readonly directory: EndpointDirectory;
  /** Fresh TURN credentials for a contact; see turn.ts. Default none. */
  readonly iceServers?: (contactId: string) => readonly IceServer[];
  readonly log: Logger;
  readonly limits?: Partial<CallLimits>;
}

export interface CallService extends CallPort, EndpointPort {
  registerMetrics(registry: Registry): void;
  /** Ends every call (BYE with a Reason) and stops the workers. */
  stop(): Promise<void>;
}

export async function createCallService(options: CallServiceOptions): Promise<CallService> {
  const { log, directory, iceServers = () => [] } = options;
  const contacts = new Map<string, ContactCall>();
  let metrics = noMetrics;
  let emit: CallServices['emit'] = () => { /* nobody listens yet */ };
  let pushTracks: CallServices['pushTracks'] = () => { /* nobody listens yet */ };
  let phoneTransfer: CallServices['phoneTransfer'] = ({ report }) => report(503);

  const { ips, announced } = options.mediaListen;
  const network = new RtpNetwork({ ips, announced, ports: options.rtpPorts, log });
  // What a worker or the library complains about: a peer's doing mostly, so it stays out of the way.
  setLogEventListeners({
    onwarn: (namespace, message) => { if (!network.learner.heard(message)) log.debug({ mediasoup: namespace }, message); },
    onerror: (namespace, message, error) => log.warn({ mediasoup: namespace, err: error }, message),
  });
  const pool = await WorkerPool.start({
    count: options.workers ?? availableParallelism(), listen: options.mediaListen, log, onDeath: () => metrics.workerDied(),
    ...(options.workerBin === undefined ? {} : { workerBin: options.workerBin }),
  });
  const mixer = new Mixer(log);
  const services: CallServices = {
    pool, mixer, directory, legs: new LegMaker(network, log), limits: { ...defaultCallLimits, ...options.limits }, log,
    metrics: { workerDied: () => metrics.workerDied(), inviteOutcome: (outcome) => metrics.inviteOutcome(outcome) },
    emit: (event) => emit(event), pushTracks: (contactId, tracks) => pushTracks(contactId, tracks), phoneTransfer: (transfer) => phoneTransfer(transfer),
  };
  const phones = new PhoneCalls(services, contacts, (contactId) => contactOf(contactId));
  directory.onIncoming((incoming) => phones.receive(incoming));

  function contactOf(contactId: string): ContactCall {
    let contact = contacts.get(contactId);
    if (!contact) contacts.set(contactId, contact = new ContactCall(contactId, services));
    return contact;
  }

  function closeContact(contactId: string, reason: string): void {
    const contact = contacts.get(contactId);
    contacts.delete(contactId);
    contact?.close(reason);
  }

  const isRegistered = (agentId: string): boolean => directory.status(agentId).some(({ reachable, busy }) => reachable && !busy);
  const legs = (...roles: readonly SipRole[]): number => Array.from(contacts.values()).flatMap(({ lines }) => lines)
    .filter(({ role, established }) => established && roles.includes(role)).length;
  const registered = new Set<string>();
  directory.onChange((agentId) => { if (isRegistered(agentId)) registered.add(agentId); else registered.delete(agentId); });

  return {
    onEvent(listener) { emit = listener; },
    onTracks(listener) { pushTracks = listener; },
    onPhoneTransfer(listener) { phoneTransfer = listener; },
    onPhoneConsult(listener) { phones.onConsult(listener); },
    onAgentDials(listener) { phones.onDials(listener); },

    async prepare(contactId) {
      const call = await contactOf(contactId).ready();
      await services.legs.prepare(call);
      return { epoch: call.epoch };
    },

    async customerRequest<Type extends MediaRequest['type']>(contactId: string, request: Extract<MediaRequest, { type: Type }>) {
      const call = contacts.get(contactId)?.media;
      const asked: MediaRequest = request;
      const reply = call && call.epoch === asked.epoch
        ? await call.inTurn(() => answerRequest(call, asked, () => iceServers(contactId)))
        : staleEpoch();
      // Each request has its own kind of reply, which the switch in answerRequest pairs up.
      return reply as Reply<MediaReplies[Type]>;
    },

    callAgent(request) {
      contactOf(request.contactId).callAgent(request).catch((error: unknown) => log.error({ err: error }, 'calling an agent failed'));
      return Promise.resolve();
    },

    callCustomer(request) {
      contactOf(request.contactId).customer.call(request).catch((error: unknown) => log.error({ err: error }, 'calling a customer failed'));
      return Promise.resolve();
    },

    callSecond(request) {
      contactOf(request.contactId).second.call(request).catch((error: unknown) => log.error({ err: error }, 'calling a second party failed'));
      return Promise.resolve();
    },

    async setHold(contactId, onHold) { await contacts.get(contactId)?.setHold(onHold); },
    async setTalk(contactId, talk) { return await contacts.get(contactId)?.setTalk(talk) ?? { ok: false, reason: 'There is no call.' }; },
    async promoteSecond(contactId, reason) { await contacts.get(contactId)?.promoteSecond(reason); },
    endSecond(contactId, reason) { contacts.get(contactId)?.second.drop({ cause: 200, text: reason }); return Promise.resolve(); },
    async endAgentLeg(contactId, reason) { await contacts.get(contactId)?.endAgentLeg(reason); },
    sendDtmf(contactId, digits) { contacts.get(contactId)?.digits.ofAgent(digits); return Promise.resolve(); },
    customerDtmf(contactId, digits) { contacts.get(contactId)?.digits.ofCustomer(digits); return Promise.resolve(); },
    close(contactId, reason) { closeContact(contactId, reason); return Promise.resolve(); },
    agentLegAlive(contactId) { return contacts.get(contactId)?.agentLine?.established ?? false; },

    onEndpoint(listener) { directory.onChange((agentId) => listener({ agentId, registered: isRegistered(agentId) })); },
    isRegistered,
    endpoints(agentId) { return directory.status(agentId); },
    destination(named) { return directory.destination(named); },

    async stop() {
      for (const contactId of Array.from(contacts.keys())) closeContact(contactId, 'The gateway is stopping');
      phones.close();
      await mixer.close();
      network.close();
      pool.close();
    },

    registerMetrics(registry) {
      metrics = registerCallMetrics(registry, {
        activeCalls: () => Array.from(contacts.values()).filter(({ media }) => media).length,
        agentLegs: () => legs('agent'), customerLegs: () => legs('customer'), secondLegs: () => legs('second', 'aside'), ownCalls: () => phones.ownCalls, mixerSessions: () => mixer.sessions,
        workersAlive: () => pool.alive, endpointsRegistered: () => registered.size,
      });
    },
  };
}
