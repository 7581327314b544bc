/** What the environment may say (design: docs/operators.md has the table). Pure: main.ts alone hands `process.env` in. */
import { z } from 'zod';
import type { RecordingKey } from './cobrowse/recording-keys.ts';

const port = z.coerce.number().int().min(0).max(65535);
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== ''));

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  PORT: port.default(8080),
  HOST: z.string().optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'expected postgres://user:password@host/database').optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  MEDIA_LISTEN_IP: list.optional(),
  MEDIA_ANNOUNCED_IP: list.optional(),
  MEDIA_PORT: port.default(40000),
  MEDIA_WORKERS: z.coerce.number().int().min(1).max(64).optional(),
  RTP_PORT_RANGE: z.string().regex(/^\d{1,5}-\d{1,5}$/, 'expected two ports, as in 41000-41999').default('41000-41999'),
  SIP_UDP_PORT: port.optional(),
  SIP_TCP_PORT: port.optional(),
  SIP_TLS_PORT: port.optional(),
  TLS_CERT: z.string().min(1).optional(),
  TLS_KEY: z.string().min(1).optional(),
  TLS_CA: z.string().min(1).optional(),
  SIP_TRUNK: z.string().regex(/^sips?:(?:(?:[^:@\s%]|%[0-9a-f]{2})+:(?:[^@\s%]|%[0-9a-f]{2})+@)?[^@\s?]+$/i, 'expected a SIP address such as sip:user:password@pbx.example.com;transport=tls').optional(),
  SIP_TRUNK_ALLOWED: list.optional(),
  SIP_DOMAIN: z.string().regex(/^[A-Za-z0-9.-]+$/, 'expected a host name').default('gethelp.invalid'),
  JWT_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  API_KEY: z.string().min(8).optional(),
  COBROWSE_NODES: list.optional(),
  RECORDING_KEY: list.optional(),
  VIEWER_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  TURN_URI: list.optional(),
  TURN_SECRET: z.string().min(1).optional(),
  TRUST_PROXY: z.string().optional(),
  CONFIG: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Environment {
  readonly production: boolean;
  readonly port: number;
  /** Outside production this machine alone, because the demo's passwords are known to everybody. */
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** Null: derived from what the server listens on. */
  readonly publicUrl: string | null;
  readonly media: {
    /** Pairs of an address to listen on and the one to announce (null: the same). */
    readonly addresses: ReadonlyArray<{ readonly listen: string; readonly announced: string | null }>;
    readonly port: number;
    /** Null: one per core. */
    readonly workers: number | null;
    /** UDP ports of phones' and trunks' media, both ends included. */
    readonly rtpPorts: { readonly min: number; readonly max: number };
  };
  readonly sip: {
    /** Null: that transport is off. 0: any free port. */
    readonly ports: { readonly udp: number | null; readonly tcp: number | null; readonly tls: number | null };
    /** Paths of PEM files. */
    readonly tls: { readonly cert: string; readonly key: string } | null;
    readonly ca: string | null;
  };
  /** Shorthand for one trunk of the contact-center file, which is checked like the others. */
  readonly trunk: { readonly target: string; readonly credentials: { readonly username: string; readonly password: string } | null; readonly allowed: readonly string[] } | null;
  readonly sipDomain: string;
  readonly jwtSecret: string | null;
  readonly apiKey: string | null;
  readonly viewerOrigin: string | null;
  /** Origins of relays that run by themselves; empty: the gateway relays. */
  readonly cobrowseNodes: readonly string[];
  /** Wrap the keys of recordings; the first is for new ones. Empty: outside production one is made and kept, in production nothing is recorded. */
  readonly recordingKeys: readonly RecordingKey[];
  readonly turn: { readonly uris: readonly string[]; readonly secret: string } | null;
  readonly trustProxy: string | null;
  /** Null: the demo's contact center. */
  readonly config: string | null;
  readonly logLevel: z.infer<typeof environmentSchema>['LOG_LEVEL'];
}

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError with one line per mistake; in production also for each missing secret. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  return read(variables, 'gateway');
}

/** For a co-browse relay by itself, which needs less. @throws EnvironmentError as above */
export function readRelayEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  return read(variables, 'relay');
}

function read(variables: Readonly<Record<string, string | undefined>>, what: 'gateway' | 'relay'): Environment {
  // An empty variable is what a compose file writes for one that is not set.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new EnvironmentError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';

  const problems: string[] = [];
  if (production) {
    if (env.JWT_SECRET === undefined) problems.push('JWT_SECRET: needed in production, at least 32 random characters');
    if (env.PUBLIC_URL === undefined && what === 'gateway') problems.push('PUBLIC_URL: needed in production, the https URL under which customers and agents reach this server');
    if (env.MEDIA_LISTEN_IP === undefined && what === 'gateway') problems.push('MEDIA_LISTEN_IP: needed in production, the address that carries the calls\' media (MEDIA_ANNOUNCED_IP too when it is behind NAT)');
    if (env.CONFIG === undefined) problems.push('CONFIG: needed in production, the contact-center file (gateway/config/demo.yaml is a template)');
  }
  if ((env.TURN_URI === undefined) !== (env.TURN_SECRET === undefined)) problems.push('TURN_URI and TURN_SECRET: give both or neither');
  const cobrowseNodes = env.COBROWSE_NODES ?? [];
  if (cobrowseNodes.some((node) => !/^https?:$/.test(URL.parse(node)?.protocol ?? ''))) problems.push('COBROWSE_NODES: give the URL of each relay, comma-separated, as customers and agents reach it: https://relay1.example.com');
  const recordingKeys = (env.RECORDING_KEY ?? []).map(readRecordingKey);
  if (recordingKeys.includes(null) || new Set(recordingKeys.map((key) => key?.id)).size < recordingKeys.length) {
    problems.push('RECORDING_KEY: give each key as a name of its own and 32 bytes in base64, as in 2026:$(openssl rand -base64 32); the first is for new recordings');
  }
  const listen = env.MEDIA_LISTEN_IP ?? ['127.0.0.1'];
  const announced = env.MEDIA_ANNOUNCED_IP ?? [];
  if (announced.length > 0 && announced.length !== listen.length) problems.push('MEDIA_ANNOUNCED_IP: give one address for each in MEDIA_LISTEN_IP, in the same order');
  const [from = 0, to = 0] = env.RTP_PORT_RANGE.split('-').map(Number);
  if (from < 1024 || to > 65_535 || to - from < 3) problems.push('RTP_PORT_RANGE: give a range of at least four ports between 1024 and 65535, the lower one first');
  const mediaPorts = env.MEDIA_WORKERS ?? 64;
  if (env.MEDIA_PORT !== 0 && env.MEDIA_PORT <= to && env.MEDIA_PORT + mediaPorts > from) problems.push('RTP_PORT_RANGE: collides with MEDIA_PORT, from which each worker takes one port');
  if (env.SIP_TRUNK === undefined && env.SIP_TRUNK_ALLOWED !== undefined) problems.push('SIP_TRUNK_ALLOWED: needs SIP_TRUNK, the address of the trunk that may dial these numbers');
  if ((env.TLS_CERT === undefined) !== (env.TLS_KEY === undefined)) problems.push('TLS_CERT and TLS_KEY: give both or neither, as names of PEM files');
  if (env.SIP_TLS_PORT !== undefined && env.TLS_CERT === undefined) problems.push('SIP_TLS_PORT: needs TLS_CERT and TLS_KEY, the PEM files of the certificate that phones and trunks check');
  const anyAddress = listen.find((address, at) => /^(?:0\.0\.0\.0|::)$/.test(address) && announced[at] === undefined);
  if (anyAddress !== undefined && [env.SIP_UDP_PORT, env.SIP_TCP_PORT, env.SIP_TLS_PORT].some((given) => given !== undefined)) {
    problems.push(`MEDIA_ANNOUNCED_IP: needed for SIP on ${anyAddress}, because every SIP message names the address that answers go to`);
  }
  if (problems.length > 0) throw new EnvironmentError(problems.join('\n'));

  return {
    production, port: env.PORT, host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'), dataDir: env.DATA_DIR, databaseUrl: env.DATABASE_URL ?? null,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    media: { addresses: listen.map((address, at) => ({ listen: address, announced: announced[at] ?? null })), port: env.MEDIA_PORT, workers: env.MEDIA_WORKERS ?? null, rtpPorts: { min: from, max: to } },
    sip: {
      ports: { udp: env.SIP_UDP_PORT ?? null, tcp: env.SIP_TCP_PORT ?? null, tls: env.SIP_TLS_PORT ?? null },
      tls: env.TLS_CERT && env.TLS_KEY ? { cert: env.TLS_CERT, key: env.TLS_KEY } : null, ca: env.TLS_CA ?? null,
    },
    trunk: env.SIP_TRUNK === undefined ? null : trunkOf(env.SIP_TRUNK, env.SIP_TRUNK_ALLOWED ?? []),
    sipDomain: env.SIP_DOMAIN, jwtSecret: env.JWT_SECRET ?? null, apiKey: env.API_KEY ?? null, viewerOrigin: env.VIEWER_ORIGIN ?? null,
    cobrowseNodes: cobrowseNodes.flatMap((node) => URL.parse(node)?.origin ?? []),
    recordingKeys: recordingKeys.filter((key) => key !== null),
    turn: env.TURN_URI && env.TURN_SECRET ? { uris: env.TURN_URI, secret: env.TURN_SECRET } : null,
    trustProxy: env.TRUST_PROXY ?? null, config: env.CONFIG ?? null, logLevel: env.LOG_LEVEL,
  };
}

function trunkOf(address: string, allowed: readonly string[]): Environment['trunk'] {
  const [, scheme = '', username, password, rest = ''] = /^(sips?:)(?:([^:@]+):([^@]+)@)?(.*)$/i.exec(address) ?? [];
  return { target: `${scheme}${rest}`, credentials: username === undefined || password === undefined ? null : { username: decodeURIComponent(username), password: decodeURIComponent(password) }, allowed };
}

function readRecordingKey(text: string): RecordingKey | null {
  const [, id, encoded] = /^([a-z0-9][a-z0-9_-]{0,30}):([A-Za-z0-9+/_-]{43}=?)$/i.exec(text) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  return id !== undefined && key.length === 32 ? { id, key } : null;
}
