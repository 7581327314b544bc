/**
 * What a conference asks of the codecs: a party that plays one stream needs the mixer, and the mixer needs everybody in G.711. Afterwards the call goes back to
 * what it ran on before.
 */
import type { Call } from './call.ts';
import { changeAudio, mixable } from './codec-change.ts';
import type { Line } from './line.ts';
import { sameCodec } from './media-codecs.ts';

export class Conference {
  /** What the call ran on before the mixer wanted G.711. */
  private before: string | null = null;

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

  /** Better sound again; where somebody refuses it stays as it is. */
  async over(call: Call): Promise<void> {
    const { before } = this;
    this.before = null;
    if (before !== null && !call.closed) await changeAudio(call, before);
  }

  /** The media is gone, and its codecs with it. */
  forget(): void {
    this.before = null;
  }
}
