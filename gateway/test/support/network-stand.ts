/**
 * The gateway's SIP side towards the network on free ports of this machine: real sockets, real transactions and dialogs, and a doorman that
 * lets everybody in whom the test does not turn away. Two of these can call each other.
 */
import { pino } from 'pino';
import { Grammar, URI, type Core } from 'sip.js';
import type { Connection } from '../../src/sip/connection.ts';
import type { Dialog, IncomingCall, OutgoingCall } from '../../src/sip/dialog/dialog.ts';
import { placeCall } from '../../src/sip/dialog/outgoing.ts';
import type { Answered, Doorman, Refused } from '../../src/sip/doorman.ts';
import { PeerIndex } from '../../src/sip/peer-index.ts';
import { Peer } from '../../src/sip/peer.ts';
import { defaultSwitchboardLimits, Switchboard, type MessageVerdict, type SwitchboardLimits } from '../../src/sip/switchboard.ts';
import { startSipTransports, type SipTarget, type SipTransports, type SipTransportsOptions } from '../../src/sip/transport/transports.ts';
import { Heard, ScriptedMedia } from './dialog-stand.ts';

export const stationDomain = 'help.test';

export interface StationOptions extends Partial<Pick<SipTransportsOptions, 'addresses' | 'ports' | 'tls' | 'ca' | 'limits'>> {
  readonly switchboard?: SwitchboardLimits;
  /** Names that are ours beside the domain and this machine's own. */
  readonly hosts?: readonly string[];
}

const log = pino({ level: process.env['SIP_TEST_LOG'] ?? 'silent' });

export class Station {
  readonly index = new PeerIndex();
  readonly calls: IncomingCall[] = [];
  readonly verdicts: MessageVerdict[] = [];
  readonly closed: Connection[] = [];
  readonly peers = new Map<string, Peer>();
  /** Of the REGISTER that came last. */
  registering: Connection | null = null;
  repeated = 0;
  refusedConnections = 0;
  /** What the test's doorman says; null lets in. */
  turnAway: (message: Core.IncomingRequestMessage) => Refused | null = () => null;
  /** How the peers of this station find another connection. */
  reach: (why: 'lost' | 'long') => Promise<Connection | null> = () => Promise.resolve(null);
  transports!: SipTransports;
  private held: Promise<void> = Promise.resolve();
  private letGo: () => void = () => { /* nothing held */ };
  private onCall: (call: IncomingCall) => void = () => { /* kept in `calls` */ };

  static async start(options: StationOptions = {}): Promise<Station> {
    const station = new Station();
    const switchboard = new Switchboard({
      doorman: station.doorman(), index: station.index, isOurs: (host) => host === stationDomain || host.startsWith('127.') || host === '[::1]' || options.hosts?.includes(host) === true, log,
      onVerdict: (verdict) => station.verdicts.push(verdict), limits: options.switchboard ?? defaultSwitchboardLimits,
    });
    station.transports = await startSipTransports({
      addresses: [{ listen: '127.0.0.1', announced: null }], ports: { udp: 0, tcp: 0, tls: null }, tls: null, ca: null, ...options, receiver: switchboard, log,
      onRepeated: (count) => { station.repeated += count; }, onRefusedConnection: () => { station.refusedConnections += 1; },
    });
    return station;
  }

  get udpPort(): number {
    return this.transports.local.udp[0]?.port ?? 0;
  }

  get tcpPort(): number {
    return this.transports.local.tcp[0]?.port ?? 0;
  }

  count(verdict: MessageVerdict): number {
    return this.verdicts.filter((one) => one === verdict).length;
  }

  /** The doorman thinks until `release`. */
  hold(): void {
    this.held = new Promise((resolve) => { this.letGo = resolve; });
  }

  release(): void {
    this.letGo();
  }

  /** Whoever calls hears this. */
  answering(onCall: (call: IncomingCall) => void): void {
    this.onCall = onCall;
  }

  get tlsPort(): number {
    return this.transports.local.tls[0]?.port ?? 0;
  }

  async peerAt(target: SipTarget): Promise<Peer> {
    const connection = await this.transports.connect(target);
    if (!connection) throw new Error('not reachable');
    return this.peerOn(connection, false);
  }

  /** A call of a peer that has no connection yet. */
  callUnreached(target: string): void {
    const peer = this.newPeer('unreached', null, true);
    const uri = Grammar.URIParse(target);
    if (!uri) throw new Error('no URI');
    placeCall({ core: peer.core, target: uri, call: callWith(new ScriptedMedia()), listener: new Heard(), log });
  }

  /** The call and what was heard of it. */
  async call(target: SipTarget, to = `sip:desk@${stationDomain}`, sdp?: string): Promise<{ readonly dialog: Dialog; readonly heard: Heard; readonly peer: Peer }> {
    const peer = await this.peerAt(target);
    const heard = new Heard();
    const media = new ScriptedMedia();
    if (sdp !== undefined) media.offer = () => Promise.resolve(sdp);
    const dialog = placeCall({
      core: peer.core, target: new URI('sip', 'desk', target.host.includes(':') ? `[${target.host}]` : target.host, target.port, target.transport === 'UDP' ? {} : { transport: target.transport.toLowerCase() }),
      call: { ...callWith(media), to }, listener: heard, log,
    });
    return { dialog, heard, peer };
  }

  async stop(): Promise<void> {
    for (const peer of this.peers.values()) peer.close();
    await this.transports.stop();
  }

  private peerOn(connection: Connection, moves: boolean): Peer {
    const key = `${connection.transport} ${connection.remote.address} ${connection.remote.port}`;
    const known = this.peers.get(key);
    if (known) return known;
    return this.newPeer(key, connection, moves);
  }

  private newPeer(key: string, connection: Connection | null, moves: boolean): Peer {
    const peer = new Peer({
      name: key, index: this.index, domain: stationDomain, connection, moves, log, reach: (why) => this.reach(why),
      onInvite: (call) => { this.calls.push(call); this.onCall(call); },
    });
    this.peers.set(key, peer);
    return peer;
  }

  private doorman(): Doorman {
    return {
      connectionClosed: (connection) => { this.closed.push(connection); },
      register: async (message, connection): Promise<Answered | Refused> => {
        this.registering = connection;
        await this.held;
        return this.turnAway(message) ?? { type: 'answered', status: 200, headers: [] };
      },
      admit: (message, connection) => {
        const refused = this.turnAway(message);
        return Promise.resolve(refused ?? { type: 'admitted', peer: this.peerOn(connection, true) });
      },
      authenticate: (message) => Promise.resolve(this.turnAway(message)),
    };
  }
}

function callWith(media: ScriptedMedia): OutgoingCall {
  return { from: `sip:caller@${stationDomain}`, displayName: null, to: `sip:desk@${stationDomain}`, headers: [], autoAnswer: false, media, answerLimit: 20_000 };
}
