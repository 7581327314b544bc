import { describe, expect, it } from 'vitest';
import type { ReceiveTrack } from '#shared/media-protocol.ts';
import { planReceive, planSend } from './track-plan.ts';

const prepare = { mode: 'prepare', codec: 'audio/opus' } as const;
const send = { mode: 'send', codec: 'audio/opus' } as const;
const silent = { codec: 'audio/opus', carries: 'silence' } as const;
const live = { codec: 'audio/opus', carries: 'live' } as const;

describe('what to do about a track that is sent', () => {
  it('WG30 prepares with silence, even when the microphone is live', () => {
    expect(planSend(null, { kind: 'audio', track: prepare, live: true })).toEqual({ action: 'produce', codec: 'audio/opus' });
    expect(planSend(silent, { kind: 'audio', track: prepare, live: true })).toEqual({ action: 'none' });
    expect(planSend(live, { kind: 'audio', track: prepare, live: true })).toEqual({ action: 'carry', what: 'silence' });
  });

  it('WG30 goes live with what stands, without a request', () => {
    expect(planSend(silent, { kind: 'audio', track: send, live: true })).toEqual({ action: 'carry', what: 'live' });
    expect(planSend(live, { kind: 'audio', track: send, live: true })).toEqual({ action: 'none' });
  });

  it('WG32 produces anew for another codec, and compares codecs without case', () => {
    expect(planSend(live, { kind: 'audio', track: { mode: 'send', codec: 'audio/PCMU' }, live: true })).toEqual({ action: 'produce', codec: 'audio/pcmu' });
    expect(planSend(live, { kind: 'audio', track: { mode: 'send', codec: 'AUDIO/OPUS' }, live: true })).toEqual({ action: 'none' });
  });

  it('WG34 builds no camera before it is on, and closes what is wanted no more', () => {
    const video = { mode: 'send', codec: 'video/VP8' } as const;
    expect(planSend(null, { kind: 'video', track: video, live: false })).toEqual({ action: 'none' });
    expect(planSend(null, { kind: 'video', track: video, live: true })).toEqual({ action: 'produce', codec: 'video/vp8' });
    expect(planSend({ codec: 'video/vp8', carries: 'live' }, { kind: 'video', track: video, live: false })).toEqual({ action: 'carry', what: 'silence' });
    expect(planSend({ codec: 'video/vp8', carries: 'live' }, { kind: 'video', track: null, live: true })).toEqual({ action: 'close' });
    expect(planSend(null, { kind: 'video', track: null, live: true })).toEqual({ action: 'none' });
  });
});

describe('what to do about tracks that are received', () => {
  const track = (consumerId: string): ReceiveTrack => ({ consumerId, producerId: 'p', kind: 'audio', rtpParameters: { codecs: [] }, source: 'agent' });

  it('WG31 opens what is new, closes what is gone, and leaves the rest alone', () => {
    const plan = planReceive(new Set(['stays', 'goes']), [track('stays'), track('new')]);
    expect(plan.close).toEqual(['goes']);
    expect(plan.open.map(({ consumerId }) => consumerId)).toEqual(['new']);
  });
});
