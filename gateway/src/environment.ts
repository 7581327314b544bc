/** What the environment may say (design: docs/operators.md has the table). Pure: main.ts alone hands `process.env` in. */
import { z } from 'zod';

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
  SIP_DOMAIN: z.string().regex(/^[A-Za-z0-9.-]+$/, 'expected a host name').default('gethelp.invalid'),
  JWT_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  API_KEY: z.string().min(8).optional(),
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
  };
  readonly sipDomain: string;
  readonly jwtSecret: string | null;
  readonly apiKey: string | null;
  readonly viewerOrigin: string | null;
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
  // An empty variable is what a compose file writes for one that is not set.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new EnvironmentError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';

  const problems: string[] = [];
  if (production) {
    if (env.JWT_SECRET === undefined) problems.push('JWT_SECRET: needed in production, at least 32 random characters');
    if (env.PUBLIC_URL === undefined) problems.push('PUBLIC_URL: needed in production, the https URL under which customers and agents reach this server');
    if (env.MEDIA_LISTEN_IP === undefined) problems.push('MEDIA_LISTEN_IP: needed in production, the address that carries the calls\' media (MEDIA_ANNOUNCED_IP too when it is behind NAT)');
    if (env.CONFIG === undefined) problems.push('CONFIG: needed in production, the contact-center file (gateway/config/demo.yaml is a template)');
  }
  if ((env.TURN_URI === undefined) !== (env.TURN_SECRET === undefined)) problems.push('TURN_URI and TURN_SECRET: give both or neither');
  const listen = env.MEDIA_LISTEN_IP ?? ['127.0.0.1'];
  const announced = env.MEDIA_ANNOUNCED_IP ?? [];
  if (announced.length > 0 && announced.length !== listen.length) problems.push('MEDIA_ANNOUNCED_IP: give one address for each in MEDIA_LISTEN_IP, in the same order');
  if (problems.length > 0) throw new EnvironmentError(problems.join('\n'));

  return {
    production, port: env.PORT, host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'), dataDir: env.DATA_DIR, databaseUrl: env.DATABASE_URL ?? null,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    media: { addresses: listen.map((address, at) => ({ listen: address, announced: announced[at] ?? null })), port: env.MEDIA_PORT, workers: env.MEDIA_WORKERS ?? null },
    sipDomain: env.SIP_DOMAIN, jwtSecret: env.JWT_SECRET ?? null, apiKey: env.API_KEY ?? null, viewerOrigin: env.VIEWER_ORIGIN ?? null,
    turn: env.TURN_URI && env.TURN_SECRET ? { uris: env.TURN_URI, secret: env.TURN_SECRET } : null,
    trustProxy: env.TRUST_PROXY ?? null, config: env.CONFIG ?? null, logLevel: env.LOG_LEVEL,
  };
}
