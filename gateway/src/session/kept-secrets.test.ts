import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../environment.ts';
import { recordingKeys } from './kept-secrets.ts';

let dataDir: string;
beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'gethelp-secrets-')); });
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const production = (more: Record<string, string> = {}) => readEnvironment({
  NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(40), PUBLIC_URL: 'https://help.example', MEDIA_LISTEN_IP: '127.0.0.1', CONFIG: 'given.yaml', DATA_DIR: dataDir, ...more,
});

describe('the keys of recordings', () => {
  it('CR8 are never made beside the data in production: without RECORDING_KEY nothing is recorded', async () => {
    expect(await recordingKeys(production())).toBeNull();
    expect(await readdir(dataDir)).toEqual([]);
    expect(await recordingKeys(production({ RECORDING_KEY: `a:${'A'.repeat(43)}=` }))).not.toBeNull();
  });

  it('CR8 are made and kept elsewhere, so that a recording can be read after a restart', async () => {
    const first = await recordingKeys(readEnvironment({ DATA_DIR: dataDir }));
    const { key, stored } = first!.create('r');
    expect((await recordingKeys(readEnvironment({ DATA_DIR: dataDir })))?.unwrap('r', stored)).toEqual(key);
  });
});
