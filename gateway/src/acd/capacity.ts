/**
 * What an agent may be offered beside what they have. Pure. Each channel has its own number of places; whoever has a contact of one channel is
 * offered another channel only where that may interrupt. A place is taken from the offer to the end of the wrap-up.
 */
import { channels, type Channel } from '#shared/vocabulary.ts';
import type { Workload } from '../config/channels.ts';

/** @param held the channel of each contact that they have */
export function openTo({ capacity, interruptedBy }: Workload, held: readonly Channel[]): Channel[] {
  return channels.filter((channel) => held.filter((one) => one === channel).length < capacity[channel]
    && held.every((one) => one === channel || interruptedBy[one].includes(channel)));
}
