/** Secrets that the environment did not give. Outside production they are made once and kept in the data directory, so that a restart changes nothing. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordingKeys } from '../cobrowse/recording-keys.ts';
import type { Environment } from '../environment.ts';

/** What signs tokens. */
export async function signingSecret({ jwtSecret, dataDir }: Environment): Promise<string> {
  return jwtSecret ?? await kept(dataDir, 'jwt-secret');
}

/** What wraps recordings' keys. Null in production where none is given: nothing is recorded then, rather than under a key beside the data. */
export async function recordingKeys({ recordingKeys: given, production, dataDir }: Environment): Promise<RecordingKeys | null> {
  if (given.length > 0) return new RecordingKeys(given);
  return production ? null : new RecordingKeys([{ id: 'kept', key: Buffer.from(await kept(dataDir, 'recording-key'), 'base64url') }]);
}

async function kept(dataDir: string, name: string): Promise<string> {
  const file = join(dataDir, name);
  const earlier = await readFile(file, 'utf8').catch(() => null);
  if (earlier !== null && earlier.length >= 32) return earlier;
  const secret = randomBytes(32).toString('base64url');
  await writeFile(file, secret, { mode: 0o600 });
  await chmod(file, 0o600);
  return secret;
}
