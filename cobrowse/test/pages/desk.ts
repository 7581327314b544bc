/** A desktop reduced to the viewer's frame. */
import { mountViewer, type MountedViewer } from '../../src/viewer/host.ts';

declare global {
  interface Window {
    viewer: MountedViewer | undefined;
    viewerStates: { readonly name: string }[];
  }
}

const { viewerUrl, relay, token } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const frame = document.querySelector('iframe');
window.viewerStates = [];
if (frame !== null && viewerUrl !== undefined && relay !== undefined && token !== undefined) {
  window.viewer = mountViewer(frame, {
    viewerUrl, cobrowseUrl: relay, token, renew: async () => token, onState: (state) => window.viewerStates.push(state),
  });
}
