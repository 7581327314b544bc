/** Reads and validates the contact-center file; every complaint names the file, the path in it and what was expected. */
import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import type { Environment } from '../environment.ts';
import { configSchema, type Config } from './schema.ts';

/** What is wrong where in the file; the path is empty where it is about the whole of it. */
export interface Complaint {
  readonly path: string;
  readonly message: string;
}

/** One line for each complaint, with the file in front. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly complaints: readonly Complaint[];

  constructor(file: string, complaints: readonly Complaint[], options?: ErrorOptions) {
    super(complaints.map(({ path, message }) => [file, ...path === '' ? [] : [path], message].join(': ')).join('\n'), options);
    this.complaints = complaints;
  }
}

export interface LoadOptions {
  readonly production: boolean;
  /** SIP_TRUNK: one more trunk, checked with the others, so that extensions and the phone book may use it. */
  readonly trunk?: Environment['trunk'];
}

/** @throws ConfigError with one line per mistake. */
export async function loadConfig(file: string, options: LoadOptions): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(file, [{ path: '', message: `cannot be read (${cause instanceof Error ? cause.message : String(cause)}). Set CONFIG to a readable file.` }]);
  });
  return parseConfig(text, file, options);
}

export function parseConfig(text: string, file: string, { production, trunk = null }: LoadOptions): Config {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    const where = cause instanceof YAMLParseError ? cause.message : String(cause);
    throw new ConfigError(file, [{ path: '', message: `not valid YAML: ${where}` }], { cause });
  }
  const parsed = configSchema.safeParse(trunk === null ? raw : withTrunk(raw, trunk));
  if (!parsed.success) {
    throw new ConfigError(file, parsed.error.issues.map(({ path, message }) => ({ path: formatPath(path), message })));
  }
  if (production) refuseInProduction(parsed.data, file);
  return parsed.data;
}

/** The environment's trunk is the first one, as what is set there wins. A file that is not even a map is complained about as it is. */
function withTrunk(raw: unknown, { target, credentials, allowed }: NonNullable<Environment['trunk']>): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const trunks: unknown = 'trunks' in raw ? raw.trunks : [];
  const trunk = { id: 'trunk', label: 'SIP_TRUNK', targets: [target], allowed, ...credentials === null ? {} : { credentials } };
  return { ...raw, trunks: Array.isArray(trunks) ? [trunk, ...trunks as unknown[]] : trunks };
}

function refuseInProduction(config: Config, file: string): void {
  const complaints = config.agents.flatMap((agent, index): Complaint[] => agent.password === undefined ? [] : [
    { path: `agents[${index}].password`, message: 'expected passwordHash in production (npm run hash-password prints one)' },
  ]);
  config.agents.forEach(({ sip }, index) => {
    if (sip?.password !== undefined) complaints.push({ path: `agents[${index}].sip.password`, message: 'expected ha1 in production (npm run -s hash-password -- --sip prints it)' });
  });
  config.portals.forEach((portal, index) => portal.keys.forEach((key, at) => {
    if (key.secret.length < 24) complaints.push({ path: `portals[${index}].keys[${at}].secret`, message: 'expected at least 24 characters in production' });
  }));
  config.portals.forEach(({ replies }, index) => {
    if (replies === undefined) return;
    if (replies.secret.length < 24) complaints.push({ path: `portals[${index}].replies.secret`, message: 'expected at least 24 characters in production' });
    if (!replies.url.startsWith('https:')) complaints.push({ path: `portals[${index}].replies.url`, message: 'expected https in production' });
  });
  config.queues.forEach(({ acd }, index) => {
    if (acd === undefined) return;
    if (acd.secret.length < 24) complaints.push({ path: `queues[${index}].acd.secret`, message: 'expected at least 24 characters in production' });
    if (!acd.url.startsWith('https:')) complaints.push({ path: `queues[${index}].acd.url`, message: 'expected https in production' });
  });
  if (complaints.length > 0) throw new ConfigError(file, complaints);
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`, '') || '(whole file)';
}
