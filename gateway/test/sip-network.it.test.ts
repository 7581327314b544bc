/** SIP over UDP, TCP and TLS between two of our own SIP sides on real sockets; a lossy wire is in between where a test says so. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Heard, ScriptedMedia } from './support/dialog-stand.ts';
import { Station, type StationOptions } from './support/network-stand.ts';

const stations: Station[] = [];
const station = async (options?: StationOptions): Promise<Station> => {
  const started = await Station.start(options);
  stations.push(started);
  return started;
};

afterEach(async () => {
  await Promise.all(stations.splice(0).map((one) => one.stop()));
});

describe('calls between two stations', () => {
  it.each(['UDP', 'TCP'] as const)('SIP14 a call over %s is set up, changed and ended', async (transport) => {
    const [near, far] = [await station(), await station()];
    const answered = new Heard();
    far.answering((call) => { call.ring(); call.answer(new ScriptedMedia(), answered); });
    const { dialog, heard } = await near.call({ transport, host: '127.0.0.1', port: transport === 'UDP' ? far.udpPort : far.tcpPort });
    await vi.waitFor(() => expect([...heard.events, ...answered.events]).toEqual(['ringing', 'established', 'established']), 5000);
    expect(await dialog.reoffer()).toBe(true);
    dialog.end({ cause: 200, text: 'done' });
    await vi.waitFor(() => expect([...heard.ends, ...answered.ends].map(({ type }) => type)).toEqual(['endedHere', 'hungUp']), 5000);
    expect(near.repeated + far.repeated).toBe(0);
  });
});
