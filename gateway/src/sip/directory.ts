/**
 * Everything that can be called, in one place: an agent's desktop, phones and extension, and the numbers that a trunk may dial. Also the
 * allow-list: whatever a person, a REFER or a redirection names becomes one of these, or is refused.
 */
import { Grammar } from 'sip.js';
import type { Logger } from 'pino';
import type { ExtensionConfig, PhoneConfig } from '../config/telephony.ts';
import type { Dialog, DialogListener, IncomingCall, OutgoingCall } from './dialog/dialog.ts';
import { mediaProfiles } from './endpoint.ts';
import type { Destination, Endpoint, EndpointDirectory, EndpointKind, EndpointStatus, IncomingFromAgent, TextMessage } from './endpoint.ts';
import type { Phone } from './registrar/phone.ts';
import { normalizedNumber } from './trunks/numbers.ts';
import type { Trunk } from './trunks/trunk.ts';
import type { Trunks } from './trunks/trunks.ts';

export interface DirectoryAgent {
  readonly id: string;
  readonly username: string;
  readonly phone: PhoneConfig | null;
  readonly extension: ExtensionConfig | null;
}

/** What the directory needs of the desktops' registrar. */
export interface DesktopPages {
  onEndpoint(listener: (endpoint: { readonly agentId: string }) => void): void;
  isRegistered(agentId: string): boolean;
  reachable(agentId: string): Promise<{ call(call: OutgoingCall, listener: DialogListener): Dialog | null } | null>;
}

export interface DirectoryOptions {
  readonly agents: () => readonly DirectoryAgent[];
  readonly desktops: DesktopPages;
  readonly phones: (username: string) => readonly Phone[];
  readonly trunks: Trunks;
  readonly phonebook: () => ReadonlyArray<{ readonly label: string; readonly number: string }>;
  /** The domain, and every other name or address under which peers reach us. */
  readonly isOurHost: (host: string) => boolean;
  readonly domain: string;
  readonly log: Logger;
}

/** Milliseconds for a desktop that accepted already: its answer is a matter of the page, not of a person. */
const desktopAnswerLimit = 10_000;
/** Milliseconds for which a number outside may ring. */
const externalAnswerLimit = 60_000;

export class Directory implements EndpointDirectory {
  private readonly options: DirectoryOptions;
  private agents: readonly DirectoryAgent[] = [];
  private byId: ReadonlyMap<string, DirectoryAgent> = new Map();
  private byName: ReadonlyMap<string, DirectoryAgent> = new Map();
  private readonly busy = new Set<string>();
  private readonly changeListeners = new Set<(agentId: string) => void>();
  private incoming: (incoming: IncomingFromAgent) => void = ({ call }) => call.refuse(480);

  constructor(options: DirectoryOptions) {
    this.options = options;
    this.configured();
    options.desktops.onEndpoint(({ agentId }) => this.changed(agentId));
  }

  /** Reads anew who the agents are and what they have. Calls that stand are not touched by it. */
  configured(): void {
    const before = this.byId;
    this.agents = this.options.agents();
    this.byId = new Map(this.agents.map((agent) => [agent.id, agent]));
    this.byName = new Map(this.agents.map((agent) => [agent.username, agent]));
    for (const agentId of new Set([...before.keys(), ...this.byId.keys()])) {
      if (JSON.stringify(before.get(agentId)) !== JSON.stringify(this.byId.get(agentId))) this.changed(agentId);
    }
  }

  onChange(listener: (agentId: string) => void): void {
    this.changeListeners.add(listener);
  }

  onIncoming(listener: (incoming: IncomingFromAgent) => void): void {
    this.incoming = listener;
  }

  status(agentId: string): readonly EndpointStatus[] {
    const agent = this.byId.get(agentId);
    if (!agent) return [];
    const { desktops } = this.options;
    const trunk = this.trunkOf(agent);
    return [
      { id: desktopId(agentId), kind: 'desktop' as const, label: 'Browser', reachable: desktops.isRegistered(agentId) },
      ...this.phonesOf(agent).map((phone) => ({ id: phone.binding.id, kind: 'phone' as const, label: phone.label, reachable: phone.reachable })),
      ...trunk && agent.extension ? [{ id: extensionId(agentId), kind: 'extension' as const, label: `Extension ${agent.extension.number}`, reachable: trunk.reachable }] : [],
    ].map((endpoint) => Object.assign(endpoint, { busy: this.busy.has(endpoint.id) }));
  }

  async reachable(agentId: string, kinds: readonly EndpointKind[]): Promise<readonly Endpoint[]> {
    const agent = this.byId.get(agentId);
    if (!agent) return [];
    // The desktop may have to be waited for; what else there is is asked when it is there.
    const desktop = kinds.includes('desktop') ? await this.desktopOf(agent) : null;
    const trunk = this.trunkOf(agent);
    return [
      ...desktop ? [desktop] : [],
      ...kinds.includes('phone') ? this.phonesOf(agent).filter((phone) => phone.reachable).map((phone) => this.phoneEndpoint(agent, phone)) : [],
      ...kinds.includes('extension') && trunk?.reachable === true && agent.extension ? [this.extensionEndpoint(agent, agent.extension, trunk)] : [],
    ].filter(({ id }) => !this.busy.has(id));
  }

  message(agentId: string, message: TextMessage): Promise<readonly number[]> {
    const agent = this.byId.get(agentId);
    return Promise.all(agent ? this.phonesOf(agent).filter((phone) => phone.reachable).map((phone) => phone.message(message)) : []);
  }

  setBusy(endpointId: string, busy: boolean): void {
    if (this.busy.has(endpointId) === busy) return;
    if (busy) this.busy.add(endpointId);
    else this.busy.delete(endpointId);
    for (const { id } of this.agents) if (this.status(id).some((endpoint) => endpoint.id === endpointId)) this.changed(id);
  }

  destination(named: string): Promise<Destination> {
    return Promise.resolve(this.judge(named.trim()));
  }

  /** Something of this user's phones changed. */
  phonesChanged(username: string): void {
    const agent = this.byName.get(username);
    if (agent) this.changed(agent.id);
  }

  /** Some trunk came or went: extensions behind it with it. */
  trunksChanged(): void {
    for (const { id, extension } of this.agents) if (extension) this.changed(id);
  }

  phoneCalls(phone: Phone, call: IncomingCall): void {
    const agent = this.byName.get(phone.binding.username);
    if (!agent) call.refuse(403);
    else this.incoming({ agentId: agent.id, endpointId: phone.binding.id, call, media: mediaOf(agent), source: phone.binding.address });
  }

  /** So far a trunk may call for one of our agents' extensions only, and nobody but a customer who is with us. */
  trunkCalls(trunk: Trunk, call: IncomingCall, source: string): void {
    const number = trunk.callerNumber(call.from);
    const agent = this.agents.find(({ extension }) => extension !== null && extension.trunk === trunk.id && extension.number === number);
    if (!agent) {
      this.options.log.info({ trunk: trunk.id }, 'call of nobody\'s extension refused');
      call.refuse(403, 'No extension of an agent');
    } else {
      this.incoming({ agentId: agent.id, endpointId: extensionId(agent.id), call, media: trunk.media, source });
    }
  }

  private judge(named: string): Destination {
    const uri = /^(?:[^<]*<)?\s*sips?:/i.test(named) ? (Grammar.nameAddrHeaderParse(named)?.uri ?? Grammar.URIParse(named)) : undefined;
    if (uri === undefined && /^(?:[^<]*<)?\s*sips?:/i.test(named)) return { type: 'refused', status: 404, detail: 'That is no SIP address.' };
    const name = uri === undefined ? named : decoded(uri.user ?? '');
    const number = normalizedNumber(name);
    const foreign = uri !== undefined && !this.options.isOurHost(uri.host.replace(/^\[|\]$/g, '').toLowerCase());
    // An address elsewhere counts only as a number of the trunk that lives there.
    if (foreign && (number === null || !this.options.trunks.lives(uri.host))) return { type: 'refused', status: 403, detail: 'Addresses outside are not called from here.' };
    const agent = this.byName.get(name.toLowerCase()) ?? this.agents.find(({ extension }) => extension !== null && extension.number === number);
    if (agent) return { type: 'agent', agentId: agent.id };
    // A caller URI is 32 hexadecimal digits; one without letters among them is no number.
    if (/^[0-9a-f]{32}$/.test(name)) return { type: 'caller', uri: `sip:${name}@${this.options.domain}` };
    if (number === null) return { type: 'refused', status: 404, detail: `Nobody here is called "${name.slice(0, 50)}".` };
    const trunk = this.options.trunks.dialling(number);
    if (!trunk) return { type: 'refused', status: 403, detail: `${number} may not be dialled from here.` };
    return {
      type: 'external', number, label: this.options.phonebook().find((entry) => entry.number === number)?.label ?? null,
      endpoint: {
        id: `external:${trunk.id}:${number}`, kind: 'external', label: number, agentId: null, media: trunk.media, dtmf: trunk.config.dtmf, source: null,
        answerLimit: externalAnswerLimit, call: (call, listener) => trunk.call(number, call, listener),
      },
    };
  }

  private async desktopOf({ id }: DirectoryAgent): Promise<Endpoint | null> {
    const page = await this.options.desktops.reachable(id);
    return page && {
      id: desktopId(id), kind: 'desktop', label: 'Browser', agentId: id, media: 'ice', dtmf: 'rfc4733', source: null, answerLimit: desktopAnswerLimit,
      call: (call, listener) => page.call(call, listener),
    };
  }

  private phoneEndpoint(agent: DirectoryAgent, phone: Phone): Endpoint {
    return {
      id: phone.binding.id, kind: 'phone', label: phone.label, agentId: agent.id, media: mediaOf(agent), dtmf: agent.phone?.dtmf ?? 'rfc4733', source: phone.binding.address,
      answerLimit: (agent.phone?.answerSeconds ?? 20) * 1000, call: (call, listener) => phone.call(call, listener),
    };
  }

  private extensionEndpoint(agent: DirectoryAgent, { number, answerSeconds }: ExtensionConfig, trunk: Trunk): Endpoint {
    return {
      id: extensionId(agent.id), kind: 'extension', label: `Extension ${number}`, agentId: agent.id, media: trunk.media, dtmf: trunk.config.dtmf, source: null,
      answerLimit: answerSeconds * 1000, call: (call, listener) => trunk.call(number, call, listener),
    };
  }

  private phonesOf({ username, phone }: DirectoryAgent): readonly Phone[] {
    return phone ? this.options.phones(username) : [];
  }

  private trunkOf({ extension }: DirectoryAgent): Trunk | null {
    return extension && this.options.trunks.named(extension.trunk);
  }

  private changed(agentId: string): void {
    for (const listener of this.changeListeners) listener(agentId);
  }
}

function mediaOf({ phone }: DirectoryAgent): Endpoint['media'] {
  return mediaProfiles[phone?.srtp ?? 'off'];
}

function desktopId(agentId: string): string {
  return `desktop:${agentId}`;
}

function extensionId(agentId: string): string {
  return `extension:${agentId}`;
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
