/**
 * Records what a page receives: an init script that wraps RTCPeerConnection before the page's own code runs, so it works on any page, ours
 * or not. It taps every remote audio track with a MediaStreamTrackProcessor, and counts decoded, changing frames of every remote video.
 *
 *   await context.addInitScript({ content: toneRecorderScript });
 *   const recording = await recordRemoteAudio(page, 5);
 *   judgeTones(recording, [523, 1319], [697, 1637]);
 */
import { mix } from './tone.ts';
import type { Recording } from './tone.ts';

/** The part of playwright's Page and Frame that is used here. */
interface Evaluates {
  evaluate<Result>(expression: string): Promise<Result>;
}

export const toneRecorderScript = `(() => {
  const Native = window.RTCPeerConnection;
  if (!Native || window.__toneRecorder) return;
  const taps = [];
  const videos = [];
  let recording = null;

  async function tapAudio(track) {
    // Chromium decodes a remote track only while something plays it.
    const player = new Audio();
    player.muted = true;
    player.srcObject = new MediaStream([track]);
    player.play().catch(() => undefined);
    const tap = { track, player, chunks: [], heardAt: null };
    taps.push(tap);
    const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const plane = new Float32Array(value.numberOfFrames);
      value.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
      if (tap.heardAt === null && plane.some((sample) => Math.abs(sample) > 0.02)) tap.heardAt = Date.now();
      if (recording) tap.chunks.push({ at: value.timestamp, rate: value.sampleRate, plane });
      value.close();
    }
  }

  function watchVideo(track) {
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => undefined);
    const canvas = new OffscreenCanvas(32, 24);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const seen = { track, video, frames: 0, changes: 0, last: '' };
    videos.push(seen);
    const look = () => {
      seen.frames += 1;
      context.drawImage(video, 0, 0, 32, 24);
      const pixels = context.getImageData(0, 0, 32, 24).data;
      let hash = 0;
      for (let index = 0; index < pixels.length; index += 1) hash = (hash * 31 + pixels[index]) | 0;
      const text = String(hash);
      if (seen.last !== '' && seen.last !== text) seen.changes += 1;
      seen.last = text;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  }

  window.RTCPeerConnection = class extends Native {
    constructor(...configuration) {
      super(...configuration);
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'audio') tapAudio(track).catch(() => undefined);
        else watchVideo(track);
      });
    }
  };

  function samplesOf({ chunks }) {
    if (chunks.length === 0) return null;
    // One rate for all: a G.711 track may change from 48 to 8 kHz while it runs.
    const rate = 48000;
    const start = chunks[0].at;
    const last = chunks[chunks.length - 1];
    const length = Math.round(((last.at - start) * rate) / 1e6 + (last.plane.length * rate) / last.rate);
    const samples = new Int16Array(length);
    for (const { at, plane, rate: own } of chunks) {
      const offset = Math.round(((at - start) * rate) / 1e6);
      const count = Math.round((plane.length * rate) / own);
      for (let index = 0; index < count && offset + index < length; index += 1) {
        const position = (index * own) / rate;
        const left = plane[Math.floor(position)];
        const right = plane[Math.min(plane.length - 1, Math.floor(position) + 1)];
        samples[offset + index] = Math.max(-1, Math.min(1, left + (right - left) * (position % 1))) * 32767;
      }
    }
    let binary = '';
    const bytes = new Uint8Array(samples.buffer);
    for (let index = 0; index < bytes.length; index += 0x8000) binary += String.fromCharCode(...bytes.subarray(index, index + 0x8000));
    return { rate, base64: btoa(binary) };
  }

  window.__toneRecorder = {
    record: async (ms) => {
      for (const tap of taps) tap.chunks = [];
      recording = true;
      await new Promise((resolve) => { setTimeout(resolve, ms); });
      recording = null;
      return taps.map(samplesOf).filter((one) => one !== null);
    },
    /** When sound was first heard on any remote track, epoch ms; forget() arms it anew. */
    heardAt: () => taps.map((tap) => tap.heardAt).filter((at) => at !== null).sort((a, b) => a - b)[0] ?? null,
    forget: () => { for (const tap of taps) tap.heardAt = null; },
    video: () => videos.map(({ frames, changes, track }) => ({ frames, changes, live: track.readyState === 'live' })),
  };
})();`;

/** Everything the page hears from remote peers for this long, mixed. Empty samples when nothing was received at all. */
export async function recordRemoteAudio(page: Evaluates, seconds: number): Promise<Recording> {
  const tracks = await page.evaluate<ReadonlyArray<{ readonly rate: number; readonly base64: string }>>(
    `window.__toneRecorder.record(${Math.round(seconds * 1000)})`);
  return mix(tracks.map(({ rate, base64 }) => {
    const bytes = Buffer.from(base64, 'base64');
    const samples = new Float32Array(bytes.length / 2);
    for (let index = 0; index < samples.length; index += 1) samples[index] = bytes.readInt16LE(index * 2) / 32_768;
    return { rate, samples };
  }));
}

/** Epoch ms at which the page first heard anything since `forgetHeard` (or since it loaded); null while it has not. */
export function firstHeardAt(page: Evaluates): Promise<number | null> {
  return page.evaluate<number | null>('window.__toneRecorder.heardAt()');
}

export function forgetHeard(page: Evaluates): Promise<void> {
  return page.evaluate<void>('window.__toneRecorder.forget()');
}

/** Per remote video track: frames decoded, and how many of them differed from the one before. */
export function remoteVideo(page: Evaluates): Promise<ReadonlyArray<{ readonly frames: number; readonly changes: number; readonly live: boolean }>> {
  return page.evaluate('window.__toneRecorder.video()');
}
