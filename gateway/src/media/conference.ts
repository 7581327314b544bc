/**
 * What a third party asks of the codecs: the call runs on what it answered with, and where a party of a conference plays one stream only, the mixer needs
 * everybody in G.711. Afterwards the call goes back to what it ran on before.
 */
import type { Call } from './call.ts';
import { changeAudio, mixable } from './codec-change.ts';
import type { Line } from './line.ts';
import { sameCodec } from './media-codecs.ts';

export class Conference {
  /** What the call ran on before the second party came. */
  private former: string | null = null;
  /** What it ran on before the mixer wanted G.711. */
  private before: string | null = null;

  /** Brings the call to what the second party answered with. False: somebody cannot. */
  async admit(call: Call, codec: string): Promise<boolean> {
    const former = call.codecs.audio;
    if (await changeAudio(call, codec) !== null) return false;
    this.former ??= former;
    return true;
  }

  /** Null: it can be; else why not, for people. */
  async prepare(call: Call, lines: readonly Line[]): Promise<string | null> {
    const codec = mixable(call);
    if (!lines.some(({ single }) => single) || sameCodec(call.codecs.audio ?? '', codec)) return null;
    this.before ??= call.codecs.audio;
    const refused = await changeAudio(call, codec);
    if (refused === null) return null;
    this.before = null;
    const line = lines.find(({ role }) => role === refused);
    return `${line?.endpoint.label ?? 'One of the endpoints'} cannot take part in a conference: it has no G.711.`;
  }

  /** Better sound again; where somebody refuses it stays as it is. Who has `left` takes along what they needed, who was `promoted` keeps it. */
  async over(call: Call, second: 'stays' | 'left' | 'promoted'): Promise<void> {
    const wanted = (second === 'left' ? this.former : null) ?? this.before;
    this.before = null;
    if (second !== 'stays') this.former = null;
    if (wanted !== null && !call.closed) await changeAudio(call, wanted);
  }

  /** The media is gone, and its codecs with it. */
  forget(): void {
    this.former = null;
    this.before = null;
  }
}
