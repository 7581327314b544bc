/**
 * What each SIP party of a call plays: the others as they are where it can, their mix where it takes a single stream, the hold sound where it waits. Owns the
 * call's session with the mixer, which begins with the first need of it.
 */
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { CallParty } from './call.ts';
import { sameCodec } from './media-codecs.ts';
import type { Mixer, MixerSession } from './mixer/mixer.ts';
import type { SipRole } from './parties.ts';

export interface Audience {
  readonly party: CallParty | null;
  readonly heard: readonly types.Producer[];
  readonly holdSound: boolean;
}

export class Sounds {
  private readonly router: types.Router;
  private readonly mixer: Mixer;
  private readonly log: Logger;
  private session: MixerSession | null = null;

  constructor(router: types.Router, mixer: Mixer, log: Logger) {
    this.router = router;
    this.mixer = mixer;
    this.log = log;
  }

  /** A mixer that fails costs those who need it their sound, and nobody else anything. */
  async fit(audience: ReadonlyMap<SipRole, Audience>): Promise<ReadonlyMap<SipRole, readonly types.Producer[]>> {
    const plays = new Map<SipRole, readonly types.Producer[]>();
    const mixed = new Map<SipRole, readonly types.Producer[]>();
    const waiting = new Map<SipRole, string>();
    for (const [role, { party, heard, holdSound }] of audience) {
      const codec = party?.leg.codecs.audio ?? null;
      if (!party?.leg.answered || codec === null) continue;
      // In the midst of a change of codecs there is a moment in which it cannot decode the others.
      const fit = heard.filter((producer) => sameCodec(producer.rtpParameters.codecs[0]?.mimeType ?? '', codec));
      if (party.single && fit.length > 1) mixed.set(role, fit);
      else plays.set(role, fit);
      if (holdSound) waiting.set(role, codec);
    }
    try {
      const session = await this.sessionFor(mixed.size + waiting.size);
      if (!session) return plays;
      for (const [role, producer] of await session.mixes(mixed)) plays.set(role, [producer]);
      const sounds = await session.holdSounds(new Set(waiting.values()));
      for (const [role, codec] of waiting) {
        const sound = sounds.get(codec.toLowerCase());
        if (sound) plays.set(role, [sound]);
      }
    } catch (error) {
      // A party that left while the worker was asked: the next change finds it gone.
      if (!this.router.closed) this.log.warn({ err: error }, 'mixer not reached');
    }
    return plays;
  }

  close(): void {
    this.session?.close();
    this.session = null;
  }

  private async sessionFor(listeners: number): Promise<MixerSession | null> {
    if (this.session?.closed === true) this.session = null;
    if (listeners > 0) this.session ??= await this.mixer.session(this.router);
    return this.session;
  }
}
