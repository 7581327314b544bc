/** The examples that operators copy are read by the gateway as they stand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config/load.ts';

const docs = join(import.meta.dirname, '../../docs');
const center = 'portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]\nqueues: [{ id: help, label: Help }]\n';

async function examples(file: string): Promise<string[]> {
  const text = await readFile(join(docs, file), 'utf8');
  return Array.from(text.matchAll(/```yaml\n([\s\S]*?)```/g), ([, example = '']) => example);
}

describe('the pages for operators', () => {
  it('SIP49 show telephone configurations that are valid', async () => {
    const [telephones = ''] = await examples('phones-and-trunks.md');
    const config = parseConfig(center + telephones, 'phones-and-trunks.md', { production: false });
    expect(config.agents.map(({ answerWith }) => answerWith)).toEqual(['phone', 'extension']);
    expect(config.phonebook).toEqual([{ label: 'Fraud desk', number: '+4930123450' }, { label: 'Reception', number: '700' }]);
    const [behindProxy = ''] = await examples('kamailio.md');
    expect(parseConfig(center + behindProxy, 'kamailio.md', { production: false }).edges).toMatchObject([{ identity: 'digest' }]);
  });

  it('SIP49 explain every setting of a trunk and a phone', async () => {
    const text = await readFile(join(docs, 'phones-and-trunks.md'), 'utf8');
    for (const name of ['targets', 'credentials', 'srtp', 'dtmf', 'fromPolicy', 'fixedFrom', 'allowed', 'strip', 'prefix', 'probeSeconds', 'incoming', 'password', 'ha1', 'answerSeconds']) expect(text).toContain(`\`${name}\``);
  });
});
