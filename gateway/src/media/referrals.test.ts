import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PhoneTransfer } from '../contact/call-port.ts';
import type { Referral } from '../sip/dialog/dialog.ts';
import { Referrals } from './referrals.ts';

type Replaces = NonNullable<Referral['replaces']>;
const consultation: Replaces = { callId: 'aside', localTag: 'ours', remoteTag: 'theirs', earlyOnly: false };

/** As a phone hears it: one line for each answer and NOTIFY. */
class AskedFor implements Referral {
  readonly target: string;
  readonly replaces: Replaces | null;
  readonly told: string[] = [];

  constructor(target: string, replaces: Replaces | null = null) {
    this.target = target;
    this.replaces = replaces;
  }

  accept(): void { this.told.push('202'); }
  refuse(status: number): void { this.told.push(`refused ${status}`); }
  progress(status: number): void { this.told.push(String(status)); }
}

let agent: string | null;
let transfers: PhoneTransfer[];
let gone: string[];
let referrals: Referrals<string>;

beforeEach(() => {
  vi.useFakeTimers();
  [agent, transfers, gone] = ['phone', [], []];
  referrals = new Referrals<string>({
    contactId: 'c', log: pino({ level: 'silent' }),
    directory: {
      destination: (named) => {
        if (named === 'broken') return Promise.reject(new Error('the store is away'));
        return Promise.resolve(named === 'bob' ? { type: 'agent', agentId: 'agent-bob' } : { type: 'refused', status: 404, detail: 'Nobody' });
      },
    },
    isAgent: (line) => line === agent, isConsultation: ({ callId }) => callId === consultation.callId,
    transfer: (transfer) => { transfers.push(transfer); }, onGone: (how) => { gone.push(how); },
  });
});
afterEach(() => { vi.useRealTimers(); });

async function asked(target = 'bob', replaces: Replaces | null = null): Promise<AskedFor> {
  const referral = new AskedFor(target, replaces);
  await referrals.receive('phone', referral);
  return referral;
}

describe('a REFER of an agent\'s phone', () => {
  it('MD60 is told the outcome once, whatever is reported after it', async () => {
    const referral = await asked();
    expect(transfers).toMatchObject([{ contactId: 'c', to: { kind: 'agent', agentId: 'agent-bob' } }]);
    for (const status of [100, 180, 200, 486, 100]) transfers[0]?.report(status);
    expect(referral.told).toEqual(['202', '100', '180', '200']);
    expect((await asked('bob', consultation)).told).toEqual(['202']);
  });

  it('MD60 that cannot be judged, or whose phone is gone by then, is refused', async () => {
    expect((await asked('broken')).told).toEqual(['refused 500']);
    expect((await asked('nobody')).told).toEqual(['refused 404']);
    expect((await asked('bob', { ...consultation, callId: 'another' })).told).toEqual(['refused 481']);
    const late = new AskedFor('bob');
    const judged = referrals.receive('phone', late);
    agent = null;
    await judged;
    expect(late.told).toEqual(['refused 481']);
    expect((await asked()).told).toEqual(['refused 403']);
    expect(transfers).toEqual([]);
  });

  it('MD60 has its outcome when the call ends, and when nobody decides', async () => {
    const ended = await asked();
    referrals.end();
    transfers[0]?.report(200);
    expect(ended.told).toEqual(['202', '487']);
    const forgotten = await asked();
    expect((await asked()).told).toEqual(['refused 491']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(forgotten.told).toEqual(['202', '503']);
    expect((await asked()).told).toEqual(['202']);
  });

  it('MD60 excuses its phone\'s hang-up until it is decided, and no other\'s; one that came to nothing tells of it then', async () => {
    await asked('bob', consultation);
    expect(referrals.excuses('another', 'agentHungUp')).toBe(false);
    expect(referrals.excuses('phone', 'agentHungUp')).toBe(true);
    transfers[0]?.report(200);
    expect(gone).toEqual([]);
    expect(referrals.excuses('phone', 'agentHungUp')).toBe(false);

    await asked('bob', consultation);
    expect(referrals.excuses('phone', 'agentLegLost')).toBe(true);
    transfers[1]?.report(486);
    expect(gone).toEqual(['agentLegLost']);
    await asked('bob', consultation);
    referrals.excuses('phone', 'agentHungUp');
    referrals.end();
    expect(gone).toEqual(['agentLegLost']);
  });
});
