/** Whether a chat may become a call that begins with the cameras on. Pure. */
import type { AnswerWith } from '#shared/agent-protocol.ts';
import type { CustomerChannel } from '#shared/vocabulary.ts';

export interface CameraFacts {
  /** What the customer's session allows; undefined: calls with and without camera. */
  readonly channels: readonly CustomerChannel[] | undefined;
  /** What the queue needs of whoever has contacts with the camera. */
  readonly videoSkill: string | undefined;
  readonly agent: { readonly skills: Readonly<Record<string, number>>; readonly answerWith: AnswerWith };
}

/** Where session, queue and agent have it. A telephone may have a camera, but nobody knows before it has answered. */
export function mayBeginWithCamera({ channels, videoSkill, agent: { skills, answerWith } }: CameraFacts): boolean {
  return (channels?.includes('video') ?? true) && (videoSkill === undefined || (skills[videoSkill] ?? 0) > 0) && answerWith === 'desktop';
}
