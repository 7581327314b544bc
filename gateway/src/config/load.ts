/** Reads and validates the contact-center file; every complaint names the file, the path in it and what was expected. */
import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { configSchema, type Config } from './schema.ts';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError with one line per mistake. */
export async function loadConfig(file: string, options: { readonly production: boolean }): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`${file}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}). Set CONFIG to a readable file.`);
  });
  return parseConfig(text, file, options);
}

export function parseConfig(text: string, file: string, { production }: { readonly production: boolean }): Config {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    const where = cause instanceof YAMLParseError ? cause.message : String(cause);
    throw new ConfigError(`${file}: not valid YAML: ${where}`, { cause });
  }
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${file}: ${formatPath(issue.path)}: ${issue.message}`);
    throw new ConfigError(lines.join('\n'));
  }
  if (production) refuseInProduction(parsed.data, file);
  return parsed.data;
}

function refuseInProduction(config: Config, file: string): void {
  const lines = config.agents.flatMap((agent, index) => agent.password === undefined ? [] : [
    `${file}: agents[${index}].password: expected passwordHash in production (npm run hash-password prints one)`,
  ]);
  config.agents.forEach(({ sip }, index) => {
    if (sip?.password !== undefined) lines.push(`${file}: agents[${index}].sip.password: expected ha1 in production (npm run -s hash-password -- --sip prints it)`);
  });
  config.portals.forEach((portal, index) => portal.keys.forEach((key, at) => {
    if (key.secret.length < 24) lines.push(`${file}: portals[${index}].keys[${at}].secret: expected at least 24 characters in production`);
  }));
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`, '') || '(whole file)';
}
