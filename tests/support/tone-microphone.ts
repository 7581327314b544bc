/**
 * Gives a page that asks for a microphone two steady tones in its place. A WAV file behind Chromium's fake device goes through noise
 * suppression, which takes a steady tone for noise and removes it within seconds; an oscillator's track goes out as it is. One browser
 * can so play different tones in different pages. Launch Chromium with `--autoplay-policy=no-user-gesture-required`.
 *
 *   await context.addInitScript({ content: toneMicrophoneScript([523, 1319]) });
 */
export function toneMicrophoneScript(frequencies: readonly number[]): string {
  return `(() => {
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const native = devices.getUserMedia.bind(devices);
    function toneTrack() {
      const context = new AudioContext();
      const destination = context.createMediaStreamDestination();
      for (const frequency of ${JSON.stringify(frequencies)}) {
        const oscillator = context.createOscillator();
        const gain = context.createGain();
        gain.gain.value = 0.25;
        oscillator.frequency.value = frequency;
        oscillator.connect(gain).connect(destination);
        oscillator.start();
      }
      return destination.stream.getAudioTracks()[0];
    }
    devices.getUserMedia = async (constraints = {}) => {
      const { audio, ...rest } = constraints;
      if (!audio) return native(constraints);
      // The permission is asked for as the page would ask, so that a refusal stays one.
      const asked = await native(constraints);
      for (const track of asked.getAudioTracks()) { asked.removeTrack(track); track.stop(); }
      asked.addTrack(toneTrack());
      return asked;
    };
  })();`;
}
