/** What the client is given, and all that it shows: one snapshot that changes as a whole. */
import type { CreatedSession } from '#shared/session-api.ts';
import type { CaptureState } from './capture.ts';
import type { MediaConnection } from './media.ts';
import type { ResumeStore } from './resume-store.ts';
import type { ScreenShareState } from './screen-share.ts';
import type { ClientState } from './state.ts';
import { emptyThread, type ThreadSnapshot } from './thread.ts';

export interface ClientOptions {
  /** A session that the app's server created, or how to get one: called at every start, also when a token turned out to be too old. */
  readonly session: CreatedSession | (() => Promise<CreatedSession>);
  readonly store: ResumeStore;
}

export interface ClientSnapshot {
  readonly state: ClientState;
  readonly microphone: CaptureState;
  readonly camera: CaptureState;
  readonly screen: ScreenShareState;
  /** Whether somebody at the other end can see pictures: a camera, a screen. */
  readonly pictures: boolean;
  readonly muted: boolean;
  /** What is written in the contact. */
  readonly thread: ThreadSnapshot;
  readonly connection: MediaConnection;
  /** What there is to hear and see. Playing it is the app's part: every audio track, because in a conference each party has its own. */
  readonly remoteAudio: MediaStream | null;
  readonly remoteVideo: MediaStream | null;
}

export const initialSnapshot: ClientSnapshot = {
  state: { name: 'idle' }, microphone: { name: 'off' }, camera: { name: 'off' }, screen: { name: 'off' }, pictures: false, muted: false, thread: emptyThread, connection: 'none', remoteAudio: null, remoteVideo: null,
};
