/** The examples that operators copy are read by the gateway as they stand, and what can be set is explained. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig, parseConfig } from '../src/config/load.ts';
import { configSchema } from '../src/config/schema.ts';

const docs = join(import.meta.dirname, '../../docs');
const center = 'portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]\nqueues: [{ id: help, label: Help }]\n';

async function examples(file: string): Promise<string[]> {
  const text = await readFile(join(docs, file), 'utf8');
  return Array.from(text.matchAll(/```yaml\n([\s\S]*?)```/g), ([, example = '']) => example);
}

/** The names that a map in the file may have, at any depth. */
function settings(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null ? Object.keys(schema.properties) : [];
  return [...own, ...Object.values(schema).flatMap(settings)];
}

describe('the pages for operators', () => {
  it('OP33 explain every variable of the environment, and no other', async () => {
    const table = (await readFile(join(docs, 'operators.md'), 'utf8')).matchAll(/^\| (`[A-Z].*?) \|/gm);
    const explained = Array.from(table, ([, cell = '']) => Array.from(cell.matchAll(/`([A-Z_]+)`/g), ([, name = '']) => name)).flat();
    const source = await readFile(join(docs, '../gateway/src/environment.ts'), 'utf8');
    const read = Array.from(source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm), ([, name = '']) => name);
    expect(explained.toSorted()).toEqual(read.toSorted());
  });

  it('OP34 explain every setting of the contact-center file', async () => {
    const pages = await Promise.all(['contact-center.md', 'routing.md', 'flow.md', 'channels.md', 'callbacks.md', 'phones-and-trunks.md', 'kamailio.md'].map((page) => readFile(join(docs, page), 'utf8')));
    // In code, that is: a word such as `start` is found anywhere.
    const code = Array.from(pages.join('\n').matchAll(/```[\s\S]*?```|`[^`\n]+`/g), ([span]) => span).join(' ');
    const words = new Set(code.match(/[A-Za-z][A-Za-z0-9]*/g));
    const names = new Set(settings(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })));
    expect(names.size).toBeGreaterThan(50);
    expect(Array.from(names).filter((name) => !words.has(name))).toEqual([]);
  });

  it('OP34 start from a file that is valid, with the logins and phones that the README names', async () => {
    const { agents } = await loadConfig(join(docs, '../gateway/config/demo.yaml'), { production: false });
    const readme = await readFile(join(docs, '../README.md'), 'utf8');
    for (const { username, password, sip } of agents) {
      expect(readme).toContain(`\`${username}\` / \`${password}\``);
      if (sip) expect(readme).toContain(`\`${sip.password}\``);
    }
  });

  it('SIP49 show telephone configurations that are valid', async () => {
    const [telephones = ''] = await examples('phones-and-trunks.md');
    const config = parseConfig(center + telephones, 'phones-and-trunks.md', { production: false });
    expect(config.agents.map(({ answerWith }) => answerWith)).toEqual(['phone', 'extension']);
    expect(config.phonebook).toEqual([{ label: 'Fraud desk', number: '+4930123450' }, { label: 'Reception', number: '700' }]);
    const [behindProxy = ''] = await examples('kamailio.md');
    expect(parseConfig(center + behindProxy, 'kamailio.md', { production: false }).edges).toMatchObject([{ identity: 'digest' }]);
  });

  it('CK20 show a queue that calls back, and a configuration that is valid', async () => {
    const [queue = ''] = await examples('callbacks.md');
    const around = `portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [service] }]
hours: [{ id: office, timeZone: Europe/Berlin, weekly: [{ days: [mon], from: "08:00", to: "18:00" }] }]
`;
    expect(parseConfig(around + queue, 'callbacks.md', { production: false }).queues).toMatchObject([{ callback: { page: true, phone: true, scheduled: true, numbers: ['+49*'], tries: 3 } }]);
  });

  it('SIP49 explain every setting of a trunk and a phone', async () => {
    const text = await readFile(join(docs, 'phones-and-trunks.md'), 'utf8');
    for (const name of ['targets', 'credentials', 'srtp', 'dtmf', 'fromPolicy', 'fixedFrom', 'allowed', 'strip', 'prefix', 'probeSeconds', 'incoming', 'password', 'ha1', 'answerSeconds']) expect(text).toContain(`\`${name}\``);
  });
});
