import { describe, expect, it } from 'vitest';
import type { DialogMedia, OutgoingCall } from '../dialog/dialog.ts';
import { asTrunkWants } from './caller-identity.ts';

const media: DialogMedia = {
  offer: () => Promise.resolve(''), early: () => Promise.resolve(), accept: () => Promise.resolve(), answer: () => Promise.resolve(''), rollback: () => { /* nothing agreed */ },
};
const call: OutgoingCall = { from: 'sip:3f2a@help.test', displayName: 'Jane', to: 'sip:732@pbx.test', headers: [['X-One', '1']], autoAnswer: false, media, answerLimit: 1000 };
const uui = '7369703a336632614068656c702e74657374;encoding=hex';

describe('the caller towards a trunk', () => {
  it('SIP43 is From, or asserted beside a fixed From, and the URI travels in any case', () => {
    const always = [['User-to-User', uui], ['X-GetHelp-From', call.from]];
    expect(asTrunkWants(call, { fromPolicy: 'uri', fixedFrom: undefined })).toMatchObject({ from: call.from, headers: [['X-One', '1'], ...always] });
    const fixedFrom = 'sip:+4930@pbx.test';
    expect(asTrunkWants(call, { fromPolicy: 'pai', fixedFrom })).toMatchObject({ from: fixedFrom, headers: [['X-One', '1'], ['P-Asserted-Identity', `<${call.from}>`], ...always] });
    expect(asTrunkWants(call, { fromPolicy: 'fixed', fixedFrom })).toMatchObject({ from: fixedFrom, headers: [['X-One', '1'], ...always] });
    expect(Buffer.from(uui.split(';')[0] ?? '', 'hex').toString()).toBe(call.from);
  });
});
