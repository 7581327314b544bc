/**
 * Chooses which view to render. Views arrive whole, from the socket and from `GET /api/agents/me`, and may overtake each other: within
 * one epoch the higher `seq` is the truth; another epoch means a restarted gateway and wins, unless it is one that was left already.
 */
import type { AgentView } from '#shared/agent-protocol.ts';

export interface ViewTrack {
  readonly view: AgentView | null;
  readonly leftEpochs: readonly string[];
}

export const noView: ViewTrack = { view: null, leftEpochs: [] };

export function withView(track: ViewTrack, arrived: AgentView): ViewTrack {
  const { view, leftEpochs } = track;
  if (view === null) return { view: arrived, leftEpochs };
  if (arrived.epoch === view.epoch) return arrived.seq > view.seq ? { view: arrived, leftEpochs } : track;
  if (leftEpochs.includes(arrived.epoch)) return track;
  return { view: arrived, leftEpochs: [...leftEpochs, view.epoch].slice(-20) };
}
