/** What an agent reads when the gateway refused: our words for what everybody meets, the gateway's own for the rest. */
import type { Problem } from '#shared/problem.ts';
import type { Translate } from '../i18n/translate.ts';
import { unreachable } from '../session/desk-api.ts';

export function problemText(problem: Problem | null, text: Translate): string {
  if (problem === null || problem.type === unreachable.type) return text('problem.unreachable');
  if (problem.status === 429) return text('problem.tooMany');
  if (problem.status >= 500) return text('problem.server');
  return problem.detail ?? problem.title;
}
