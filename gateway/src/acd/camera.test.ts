import { expect, it } from 'vitest';
import { mayBeginWithCamera, type CameraFacts } from './camera.ts';

const facts: CameraFacts = { channels: ['voice', 'video', 'chat'], videoSkill: 'camera', agent: { skills: { camera: 1 }, answerWith: 'desktop' } };

it('CH45 begins with the camera where session, queue and agent have it, and nowhere else', () => {
  expect(mayBeginWithCamera(facts)).toBe(true);
  expect(mayBeginWithCamera({ ...facts, channels: undefined, videoSkill: undefined, agent: { skills: {}, answerWith: 'desktop' } })).toBe(true);
  expect(mayBeginWithCamera({ ...facts, channels: ['voice', 'chat'] })).toBe(false);
  expect(mayBeginWithCamera({ ...facts, agent: { skills: { banking: 5 }, answerWith: 'desktop' } })).toBe(false);
  for (const answerWith of ['phone', 'extension'] as const) expect(mayBeginWithCamera({ ...facts, agent: { ...facts.agent, answerWith } })).toBe(false);
});
