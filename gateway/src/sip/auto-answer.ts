import type { OutgoingCall } from './dialog/dialog.ts';

/** Asks a phone to answer by itself, where the person accepted at a desktop already: in the two ways that between them most phones understand. */
export function withAutoAnswer(call: OutgoingCall): OutgoingCall {
  if (!call.autoAnswer) return call;
  const headers = [['Call-Info', `<${call.from}>;answer-after=0`], ['Alert-Info', '<http://auto-answer.invalid>;info=alert-autoanswer;delay=0']] as const;
  return { ...call, headers: [...call.headers, ...headers] };
}
