import { describe, expect, it } from 'vitest';
import { chooseCodec } from './codec-choice.ts';
import { routerCodecs } from './media-codecs.ts';

const codec = (mimeType: string) => {
  const found = routerCodecs.find((one) => one.mimeType === mimeType);
  if (!found) throw new Error(mimeType);
  return { ...found, preferredPayloadType: found.preferredPayloadType ?? 0 };
};
const choose = (kind: 'audio' | 'video', mimeTypes: readonly string[], frozen: string | null = null): string | null =>
  chooseCodec({ kind, shared: mimeTypes.map(codec), frozen })?.mimeType ?? null;

describe('MD3 the codec an answer decides on', () => {
  it('MD3 is Opus where the peer has it, else the peer\'s first', () => {
    expect(choose('audio', ['audio/PCMU', 'audio/opus'])).toBe('audio/opus');
    expect(choose('audio', ['audio/PCMA', 'audio/PCMU'])).toBe('audio/PCMA');
    expect(choose('video', ['video/H264', 'video/VP8'])).toBe('video/H264');
  });

  it('MD3 is the frozen one whenever the new answer has it, written in any case', () => {
    expect(choose('audio', ['audio/opus', 'audio/PCMU'], 'audio/pcmu')).toBe('audio/PCMU');
    expect(choose('audio', ['audio/opus'], 'audio/PCMU')).toBe('audio/opus');
  });

  it('MD3 is never telephone-event alone, nor of the other kind', () => {
    expect(choose('audio', ['audio/telephone-event'])).toBeNull();
    expect(choose('video', ['audio/opus'])).toBeNull();
  });
});
