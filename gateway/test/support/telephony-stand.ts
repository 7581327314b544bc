/** The telephone side of a gateway on free ports, without calls, media and web: what a test needs to be a phone, a trunk or a proxy of it. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { vi } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { Dialog } from '../../src/sip/dialog/dialog.ts';
import type { Endpoint, IncomingFromAgent } from '../../src/sip/endpoint.ts';
import { PeerIndex } from '../../src/sip/peer-index.ts';
import type { Binding } from '../../src/sip/registrar/bindings.ts';
import type { BindingStore } from '../../src/sip/registrar/registrar.ts';
import { Switchboard } from '../../src/sip/switchboard.ts';
import { createTelephony, type Telephony, type TelephonyOptions } from '../../src/sip/telephony.ts';
import { startSipTransports, type SipTransports } from '../../src/sip/transport/transports.ts';
import { Heard, ScriptedMedia } from './dialog-stand.ts';

export const domain = 'help.test';
export const callerUri = `sip:${'0a'.repeat(16)}@${domain}`;

const center = `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help }]
`;

export class MemoryStore implements BindingStore {
  readonly bindings = new Map<string, Binding>();
  store(bindings: readonly Binding[]): Promise<void> {
    for (const binding of bindings) this.bindings.set(binding.id, binding);
    return Promise.resolve();
  }
  forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.bindings.delete(id);
    return Promise.resolve();
  }
  standing(now: number): Promise<readonly Binding[]> {
    return Promise.resolve(Array.from(this.bindings.values()).filter(({ expiresAt }) => expiresAt > now));
  }
}

export interface StandOptions extends Partial<Pick<TelephonyOptions, 'store' | 'transports' | 'limits' | 'expiry' | 'dns' | 'now'>> {
  /** The telephone part of a contact-center file. */
  readonly config?: string;
  readonly ports?: { readonly udp: number; readonly tcp: number };
}

export interface PlacedCall {
  readonly dialog: Dialog;
  readonly heard: Heard;
  readonly media: ScriptedMedia;
}

export class TelephonyStand {
  readonly telephony: Telephony;
  readonly transports: SipTransports;
  readonly incoming: IncomingFromAgent[] = [];
  /** Agents of whom something changed, in order. */
  readonly changes: string[] = [];

  private constructor(telephony: Telephony, transports: SipTransports) {
    this.telephony = telephony;
    this.transports = transports;
    telephony.directory.onIncoming((incoming) => { this.incoming.push(incoming); });
    telephony.directory.onChange((agentId) => { this.changes.push(agentId); });
  }

  static async start({ config = '', ports = { udp: 0, tcp: 0 }, store = new MemoryStore(), now = Date.now, ...options }: StandOptions = {}): Promise<TelephonyStand> {
    const log = pino({ level: process.env['SIP_TEST_LOG'] ?? 'silent' });
    const parsed = parseConfig(center + config, 'test.yaml', { production: false });
    const index = new PeerIndex();
    const isOurHost = (host: string): boolean => host === domain || host === '127.0.0.1';
    // Each needs the other: transports hand messages to the switchboard, telephony makes connections.
    let made: SipTransports | null = null;
    const telephony = createTelephony({
      config: parsed, agentIds: new Map(parsed.agents.map(({ username }) => [username, `agent-${username}`])), domain, isOurHost, index, store, now, log,
      desktops: { onEndpoint: () => { /* no desktop here */ }, isRegistered: () => false, reachable: () => Promise.resolve(null) },
      connect: (target) => made?.connect(target) ?? Promise.resolve(null), transports: ['UDP', 'TCP'], ...options,
    });
    const switchboard = new Switchboard({ doorman: telephony.doorman, index, isOurs: isOurHost, isKnown: (address) => telephony.isKnown(address), log });
    made = await startSipTransports({
      addresses: [{ listen: '127.0.0.1', announced: null }], ports: { ...ports, tls: null }, tls: null, ca: null, receiver: switchboard, log,
    });
    const stand = new TelephonyStand(telephony, made);
    await telephony.restore();
    return stand;
  }

  get udpPort(): number {
    return this.transports.local.udp[0]?.port ?? 0;
  }

  get tcpPort(): number {
    return this.transports.local.tcp[0]?.port ?? 0;
  }

  async endpoint(agentId: string): Promise<Endpoint> {
    const [endpoint] = await this.telephony.directory.reachable(agentId, ['phone', 'extension']);
    if (!endpoint) throw new Error(`${agentId} cannot be reached`);
    return endpoint;
  }

  async external(number: string): Promise<Endpoint> {
    const destination = await this.telephony.directory.destination(number);
    if (destination.type !== 'external') throw new Error(`${number} is ${destination.type}`);
    return destination.endpoint;
  }

  call(endpoint: Endpoint, { autoAnswer = false, answerLimit = 20_000, sdp }: { readonly autoAnswer?: boolean; readonly answerLimit?: number; readonly sdp?: string } = {}): PlacedCall {
    const heard = new Heard();
    const media = new ScriptedMedia();
    if (sdp !== undefined) media.offer = () => Promise.resolve(sdp);
    const dialog = endpoint.call({ from: callerUri, displayName: 'Jane', to: `sip:agent@${domain}`, headers: [['X-Reservation', randomUUID()]], autoAnswer, media, answerLimit }, heard);
    if (!dialog) throw new Error('not reachable any more');
    return { dialog, heard, media };
  }

  async stop(): Promise<void> {
    this.telephony.close();
    await this.transports.stop();
  }
}

export const soon = <T>(check: () => T, patience = 5000): Promise<T> => vi.waitFor(check, patience);
