/**
 * Brings everybody in a call to one audio codec: the customer's client produces anew, SIP parties are re-offered with that codec alone. Where one
 * refuses, those who had changed are brought back. Runs beside the call's turns, not in one: each offer and answer takes a turn of its own.
 */
import type { Call, CallParty } from './call.ts';
import type { SipRole } from './parties.ts';
import { sameCodec } from './media-codecs.ts';

/** Answers the role that cannot, or null when all are there. */
export async function changeAudio(call: Call, codec: string): Promise<SipRole | null> {
  const before = call.codecs.audio;
  await call.inTurn(() => call.setAudio(codec));
  const refused = await offerToAll(call);
  if (refused !== null && before !== null && !sameCodec(before, codec)) {
    await call.inTurn(() => call.setAudio(before));
    await offerToAll(call);
  }
  await call.inTurn(() => call.connect());
  return refused;
}

async function offerToAll(call: Call): Promise<SipRole | null> {
  for (const [role, party] of Array.from(call.everybody)) {
    if (party.leg.answered && !runsOn(party, call.codecs.audio)) {
      const taken = await party.reoffer();
      // Gone meanwhile is no refusal.
      if (call.party(role) === party && !(taken && runsOn(party, call.codecs.audio))) return role;
    }
  }
  return null;
}

function runsOn({ leg }: CallParty, codec: string | null): boolean {
  return leg.codecs.audio !== null && codec !== null && sameCodec(leg.codecs.audio, codec);
}

/** Whether an offer in the standing dialog asks for another codec than the one that runs. */
export function wantsChange(call: Call, party: CallParty): boolean {
  return call.codecs.audio !== null && party.leg.answered && !runsOn(party, call.codecs.audio);
}

/** What the mixer decodes, best first for this call: what most of it speaks already. */
export function mixable(call: Call): string {
  const laws = ['audio/PCMU', 'audio/PCMA'];
  const spoken = [call.codecs.audio, ...Array.from(call.everybody.values(), ({ leg }) => leg.codecs.audio)];
  return laws.find((law) => spoken.some((codec) => codec !== null && sameCodec(codec, law))) ?? 'audio/PCMU';
}
