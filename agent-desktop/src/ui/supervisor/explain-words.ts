/** What the gateway explains, in sentences. Pure. */
import type { ExplainedStep } from '#shared/flow-api.ts';
import type { FlowReason } from '#shared/flow-words.ts';
import type { TextKey } from '../../i18n/catalogue.ts';
import type { Translate } from '../../i18n/translate.ts';

/** @param say.when puts an ISO time into words; `queue` names a queue */
export function reasonText(why: FlowReason, text: Translate, { when, queue }: { readonly when: (iso: string) => string; readonly queue: (id: string) => string }): string {
  switch (why.code) {
    case 'open': return text('explain.why.open');
    case 'closed': return why.opensAt === null ? text('explain.why.closed') : text('explain.why.closedUntil', { when: when(why.opensAt) });
    case 'mustConfirm': return text('explain.why.mustConfirm', { seconds: why.seconds, key: why.key });
    case 'entitled': return text('explain.why.entitled');
    case 'notEntitled': return text('explain.why.notEntitled');
    case 'attributeMissing': return text(why.allowed ? 'explain.why.attributeMissingAllowed' : 'explain.why.attributeMissing', { attribute: why.attribute });
    case 'lookupFailed': return text(why.allowed ? 'explain.why.lookupFailedAllowed' : 'explain.why.lookupFailed', { failure: text(failures[why.failure] ?? 'explain.failure.unreachable') });
    case 'lookupNotAsked': return text(why.allowed ? 'explain.why.notAskedAllowed' : 'explain.why.notAsked');
    case 'nobodyKnown': return text('explain.why.nobodyKnown');
    case 'ruleFits': return text('explain.why.ruleFits', { rule: why.rule, attribute: why.attribute, result: resultText(why, text, queue) });
    case 'noRuleFits': return text('explain.why.noRuleFits');
    case 'noLastAgent': return text('explain.why.noLastAgent');
    case 'lastAgentFree': return text('explain.why.lastAgentFree', { agent: why.agent, seconds: why.seconds });
    case 'lastAgentNotFree': return text(lastAgentStates[why.state], { agent: why.agent });
    case 'tooLong': return text('explain.why.tooLong', { minutes: Math.round(why.seconds / 60), limit: Math.round(why.limit / 60) });
    case 'tooFull': return text('explain.why.tooFull', { waiting: why.waiting, limit: why.limit });
    case 'nobodyThere': return text('explain.why.nobodyThere');
    case 'bearable': return text(why.seconds === null ? 'explain.why.bearableUnknown' : 'explain.why.bearable', { waiting: why.waiting, loggedIn: why.loggedIn, minutes: Math.round((why.seconds ?? 0) / 60) });
    case 'overflows': return text('explain.why.overflows', { seconds: why.seconds, queue: queue(why.queue) });
    case 'beenThere': return text('explain.why.beenThere', { queue: queue(why.queue) });
  }
}

export const stepLabels: Readonly<Record<ExplainedStep['kind'], TextKey>> = {
  hours: 'explain.step.hours', notice: 'explain.step.notice', entitlement: 'explain.step.entitlement', crm: 'explain.step.crm', lastAgent: 'explain.step.lastAgent',
  dissuasion: 'explain.step.dissuasion', overflow: 'explain.step.overflow',
};

export const outcomeLabels: Readonly<Record<ExplainedStep['outcome'], TextKey>> = {
  passed: 'explain.outcome.passed', asked: 'explain.outcome.asked', offered: 'explain.outcome.offered', queue: 'explain.outcome.queue', ended: 'explain.outcome.ended',
};

const failures: Readonly<Record<string, TextKey>> = {
  timeout: 'explain.failure.timeout', unreachable: 'explain.failure.unreachable', refused: 'explain.failure.refused', redirected: 'explain.failure.redirected', tooLarge: 'explain.failure.tooLarge',
  unreadable: 'explain.failure.unreadable',
};

const lastAgentStates = { busy: 'explain.why.lastAgentBusy', away: 'explain.why.lastAgentAway', skills: 'explain.why.lastAgentSkills' } as const;

function resultText({ priority, queue }: Extract<FlowReason, { code: 'ruleFits' }>, text: Translate, label: (queueId: string) => string): string {
  const parts = [...(priority === null ? [] : [text('explain.priority', { priority })]), ...(queue === null ? [] : [text('explain.queue', { queue: label(queue) })])];
  return parts.join(', ');
}
