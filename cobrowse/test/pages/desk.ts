/** A desktop reduced to the viewer's frame. */
import type { RecordedItem } from '#shared/cobrowse-recording.ts';
import { mountViewer, type MountedViewer } from '../../src/viewer/host.ts';
import { mountReplay } from '../../src/viewer/replay-host.ts';

declare global {
  interface Window {
    viewer: MountedViewer | undefined;
    /** Shows these items in the viewer, unchecked, as fast as it goes. */
    playRecording(items: readonly RecordedItem[]): void;
    /** All of them were shown. */
    replayed: boolean;
    viewerStates: { readonly name: string }[];
    asked: string[];
    givenBack: string[];
  }
}

const { viewerUrl, relay, token } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const frame = document.querySelector('iframe');
window.viewerStates = [];
window.asked = [];
window.givenBack = [];
if (frame !== null && viewerUrl !== undefined && relay !== undefined && token !== undefined) {
  window.viewer = mountViewer(frame, {
    viewerUrl, cobrowseUrl: relay, token, renew: async () => token, onState: (state) => window.viewerStates.push(state),
    onAsk: (grant) => window.asked.push(grant), onGiveBack: (grant) => window.givenBack.push(grant),
  });
}

window.replayed = false;
window.playRecording = (items) => {
  if (frame === null || viewerUrl === undefined) throw new Error('there is no viewer to show it in');
  mountReplay(frame, {
    viewerUrl, parts: 1, part: async () => items, onFailed: () => { throw new Error('it cannot be shown'); },
    onState: ({ isPlaying, isWhole }) => { window.replayed = isWhole && !isPlaying; },
  });
};
