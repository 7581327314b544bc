/** What the media tests hold a page to: tones heard, silence, pictures that move; each waits only as long as it must. */
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { judgeTones } from '../../tests/support/tone.ts';
import { recordRemoteAudio, remoteVideo } from '../../tests/support/tone-recorder.ts';
import type { TonePhone } from './support/tone-phone.ts';

type Tones = readonly number[];

/** Hears these, far over their neighbours, not the own ones, and without a gap over 60 ms in this one recording. */
export async function expectTones(page: Page, expected: Tones, absent: Tones, seconds = 5): Promise<void> {
  expect(await expectHeard(page, expected, absent, seconds), 'the longest gap, in ms').toBeLessThanOrEqual(60);
}

/** A machine that runs two browsers on two cores stalls now and then; one of so many recordings in a row has to be without a gap. */
const recordings = 5;

export async function expectTonesWithoutGap(page: Page, expected: Tones, absent: Tones): Promise<void> {
  const gaps: number[] = [];
  while (gaps.length < recordings) {
    const gap = await expectHeard(page, expected, absent, 5);
    if (gap <= 60) return;
    gaps.push(gap);
  }
  expect(gaps, 'the longest gap of each recording, in ms').toEqual('one of 60 or less');
}

/** The tones alone, for where a call comes back: answers the longest gap, in ms. */
export async function expectHeard(page: Page, expected: Tones, absent: Tones, seconds: number): Promise<number> {
  const verdict = judgeTones(await recordRemoteAudio(page, seconds), expected, absent);
  expect(Math.min(...verdict.overNeighbours), `dB over neighbours: ${JSON.stringify(verdict)}`).toBeGreaterThanOrEqual(20);
  expect(Math.max(...verdict.unwanted), `the own tones: ${JSON.stringify(verdict)}`).toBeLessThanOrEqual(-20);
  return verdict.longestGap;
}

/**
 * A proof over a window of time, tried again in a later one: after a change the jitter buffer stretches what it plays for a while, and on
 * two cores something else may take the processor in the midst of it. What is wrong with the product is wrong in every window.
 */
export async function inSomeWindow(proof: () => Promise<unknown>): Promise<void> {
  const windows = 4;
  for (let window = 1; ; window += 1) {
    try {
      await proof();
      return;
    } catch (error) {
      if (window === windows) throw error;
    }
  }
}

/** After a change the jitter buffers need a moment; what counts is what is heard then. */
export async function settled(...pages: readonly Page[]): Promise<void> {
  await Promise.all(pages.map((page) => recordRemoteAudio(page, 1)));
}

/** Nothing but comfort noise, once what was under way has been played out. */
export async function expectSilence(page: Page, seconds = 1): Promise<void> {
  // The jitter buffer plays on, and conceals, for a moment after the last packet.
  await recordRemoteAudio(page, 0.6);
  const { samples } = await recordRemoteAudio(page, seconds);
  expect(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length))).toBeLessThan(0.005);
}

/** At least ten further decoded frames on one remote video track, most of them different from the one before. */
export async function expectVideo(page: Page): Promise<void> {
  const before = (await remoteVideo(page)).map(({ frames, changes }) => ({ frames, changes }));
  await expect.poll(async () => {
    const now = await remoteVideo(page);
    return Math.max(0, ...now.map(({ changes }, index) => changes - (before[index]?.changes ?? 0)));
  }, { timeout: 15_000, interval: 100 }).toBeGreaterThanOrEqual(10);
}

/** Until the expression holds in the page. */
export async function waitFor(page: Page, expression: string, timeout = 15_000): Promise<void> {
  await expect.poll(() => page.evaluate<unknown>(`Boolean(${expression})`), { timeout, interval: 50, message: expression }).toBe(true);
}

/** The phone hears these tones and none of those, in some window of a second. */
export async function expectPhoneHears(phone: TonePhone, heard: Tones, absent: Tones): Promise<void> {
  await inSomeWindow(async () => {
    const verdict = judgeTones(await phone.record(1), heard, absent);
    expect(Math.min(...verdict.overNeighbours), JSON.stringify(verdict)).toBeGreaterThan(15);
    if (absent.length > 0) expect(Math.max(...verdict.unwanted), JSON.stringify(verdict)).toBeLessThan(-15);
  });
}
