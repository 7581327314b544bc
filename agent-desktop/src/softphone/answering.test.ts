import { describe, expect, it, vi } from 'vitest';
import type { AgentView, AgentContact } from '#shared/agent-protocol.ts';
import { AnswerGate, answerPatienceMilliseconds, decideAnswer } from './answering.ts';

const viewWith = (slot: AgentContact['slot'] | null): AgentView =>
  ({ contacts: slot === null ? [] : [{ contactId: 'c', slot }] }) as unknown as AgentView;
const none: ReadonlySet<string> = new Set();

describe('which INVITE is answered', () => {
  it('AD11 answers what was accepted, by the view or by an accept under way', () => {
    expect(decideAnswer('c', { view: viewWith('engaged'), accepting: none })).toBe('answer');
    expect(decideAnswer('c', { view: viewWith('reserved'), accepting: new Set(['c']) })).toBe('answer');
    expect(decideAnswer('c', { view: null, accepting: new Set(['c']) })).toBe('answer');
  });

  it('AD12 waits while it is not known', () => {
    expect(decideAnswer('c', { view: null, accepting: none })).toBe('wait');
    expect(decideAnswer('c', { view: viewWith('reserved'), accepting: none })).toBe('wait');
    expect(decideAnswer('c', { view: viewWith(null), accepting: new Set(['other']) })).toBe('wait');
  });

  it('AD13 refuses what names no contact', () => {
    expect(decideAnswer(null, { view: viewWith('engaged'), accepting: none })).toBe('refuse');
    expect(decideAnswer('', { view: viewWith('engaged'), accepting: none })).toBe('refuse');
  });

  it('AD12 lets in the INVITE of a call back that is here before the wrap-up is seen to be over', async () => {
    const gate = new AnswerGate();
    gate.update({ view: viewWith('wrapUp'), accepting: none });
    const admitted = gate.admits('c');
    gate.update({ view: viewWith('engaged'), accepting: none });
    expect(await admitted).toBe(true);
  });

  it('AD13 refuses one for a contact that is over, and stays it', async () => {
    vi.useFakeTimers();
    try {
      const gate = new AnswerGate();
      gate.update({ view: viewWith('wrapUp'), accepting: none });
      const admitted = gate.admits('c');
      await vi.advanceTimersByTimeAsync(answerPatienceMilliseconds);
      expect(await admitted).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('AD12 lets a waiting INVITE in as soon as the facts allow it', async () => {
    const gate = new AnswerGate();
    const admitted = gate.admits('c');
    gate.update({ view: viewWith('reserved'), accepting: none });
    gate.update({ view: viewWith('engaged'), accepting: none });
    expect(await admitted).toBe(true);
  });
});
