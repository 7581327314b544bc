/** Real Chromium for the desk's tests: fake microphone and camera, loopback media, and a second page that is the far end of a call. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--disable-gpu', '--disable-quic', '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}

/** Everything a page complained about; a test ends with this being empty. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => { found.push(error.message); });
  page.on('console', (message) => {
    // A refusal of the API is the browser's to log and the desk's to explain.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) found.push(message.text());
  });
  return found;
}

export async function logIn(page: Page, url: string, path = '/agent'): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.getByLabel('User name').fill('anna');
  await page.getByLabel('Password').fill('right');
  await page.keyboard.press('Enter');
  await page.getByRole('banner').waitFor();
}

/** The far end: offers audio and video like the gateway, plays a tone, and measures what arrives. */
export class FarEnd {
  readonly page: Page;
  private constructor(page: Page) { this.page = page; }

  static async open(context: BrowserContext, url: string): Promise<FarEnd> {
    const page = await context.newPage();
    await page.goto(`${url}/viewer/`);
    return new FarEnd(page);
  }

  /**
   * A fresh peer's complete offer, candidates included; `again` restarts ICE on the one there is. `second`: a party in a section of their own joins
   * or leaves, and `codec` is the only one of the voices, in a re-offer without a restart.
   */
  offer({ again = false, picture = true, second = null, codec = null }: { again?: boolean; picture?: boolean; second?: 'joins' | 'leaves' | null; codec?: string | null } = {}): Promise<string> {
    return this.page.evaluate(async ({ again, picture, second, codec }) => {
      const scope = globalThis as unknown as { peer?: RTCPeerConnection; second?: RTCRtpTransceiver };
      if (!again && second === null && codec === null) {
        scope.peer?.close();
        const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
        scope.peer = peer;
        peer.addEventListener('track', ({ track }) => {
          // Chromium decodes a remote track only while something plays it, and measures it after the player's volume.
          const player = new Audio();
          player.srcObject = new MediaStream([track]);
          void player.play();
        });
        const audio = new AudioContext();
        const tone = audio.createOscillator();
        const sink = audio.createMediaStreamDestination();
        tone.frequency.value = 523;
        tone.connect(sink);
        tone.start();
        peer.addTrack(sink.stream.getAudioTracks()[0] as MediaStreamTrack, sink.stream);
        if (!picture) peer.addTransceiver('video', { streams: [sink.stream] });
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d');
        canvas.width = 320; canvas.height = 240;
        setInterval(() => {
          if (context === null) return;
          context.fillStyle = `hsl(${Date.now() / 20 % 360} 60% 55%)`;
          context.fillRect(0, 0, 320, 240);
        }, 60);
        if (picture) peer.addTrack(canvas.captureStream(15).getVideoTracks()[0] as MediaStreamTrack, sink.stream);
      }
      const peer = scope.peer as RTCPeerConnection;
      if (second === 'joins') {
        const audio = new AudioContext();
        const [tone, sink] = [audio.createOscillator(), audio.createMediaStreamDestination()];
        tone.connect(sink);
        tone.start();
        scope.second = peer.addTransceiver(sink.stream.getAudioTracks()[0] as MediaStreamTrack, { direction: 'sendonly', streams: [sink.stream] });
      }
      if (second === 'leaves' && scope.second !== undefined) scope.second.direction = 'inactive';
      if (codec !== null) {
        const wanted = RTCRtpReceiver.getCapabilities('audio')?.codecs.filter(({ mimeType }) => mimeType.toLowerCase() === codec) ?? [];
        for (const transceiver of peer.getTransceivers()) if (transceiver.receiver.track.kind === 'audio') transceiver.setCodecPreferences(wanted);
      }
      if (second !== null || codec !== null) {
        await peer.setLocalDescription();
        return peer.localDescription?.sdp ?? '';
      }
      const gathered = new Promise<void>((resolve) => {
        peer.addEventListener('icecandidate', ({ candidate }) => { if (candidate === null) resolve(); });
      });
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: again }));
      await gathered;
      return peer.localDescription?.sdp ?? '';
    }, { again, picture, second, codec });
  }

  answer(sdp: string): Promise<void> {
    return this.page.evaluate((sdp) => (globalThis as unknown as { peer: RTCPeerConnection }).peer.setRemoteDescription({ type: 'answer', sdp }), sdp);
  }

  /** What has arrived so far: energy of the agent's voice and decoded frames of their camera. */
  received(): Promise<{ energy: number; frames: number; state: string }> {
    return this.page.evaluate(async () => {
      const { peer } = globalThis as unknown as { peer: RTCPeerConnection };
      let energy = 0;
      let frames = 0;
      for (const report of (await peer.getStats()).values() as Iterable<{ type: string; kind?: string; totalAudioEnergy?: number; framesDecoded?: number }>) {
        if (report.type !== 'inbound-rtp') continue;
        energy += report.totalAudioEnergy ?? 0;
        frames += report.framesDecoded ?? 0;
      }
      return { energy, frames, state: peer.connectionState };
    });
  }
}
