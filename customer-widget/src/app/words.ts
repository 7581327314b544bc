/** Which words go with which screen. Pure: from a screen and a language to a title and what is said below it. */
import { dateOf, minutesOf, whenOf } from '../wait-words.ts';
import type { DissuadedWhy, Texts } from '#shared/flow-words.ts';
import type { WaitRange } from '#shared/vocabulary.ts';
import type { CaptureFailure } from '../client/capture.ts';
import type { FailureReason } from '../client/problems.ts';
import * as texts from '../texts.ts';
import type { Language, Text } from '../texts.ts';
import type { Screen } from './screen.ts';

export interface Words {
  readonly title: string;
  readonly hint: string;
}

export function waitWords(ewt: WaitRange | null, language: Language): string {
  if (ewt === null) return texts.say(texts.waitUnknown, language);
  const minutes = minutesOf(ewt);
  if (minutes === null) return texts.say(texts.underMinute, language);
  return minutes === '1' ? texts.say(texts.aboutMinute, language) : texts.say(texts.aboutMinutes, language, { minutes });
}

/** A text of the gateway's configuration: in the reader's language, else in its first. */
export function textIn(text: Texts, language: Language): string {
  const fitting = Object.keys(text).find((tag) => tag.toLowerCase().split('-')[0] === language);
  return (fitting === undefined ? Object.values(text)[0] : text[fitting]) ?? '';
}

/** Why not simply to wait. */
export function dissuadedWords({ why, choices }: Pick<Extract<Screen, { name: 'dissuaded' }>, 'why' | 'choices'>, language: Language): Words {
  const title: Readonly<Record<DissuadedWhy, Text>> = {
    closed: texts.closedTitle, declined: texts.dissuadedDeclined, notEntitled: texts.endedNotEntitled, tooLong: texts.dissuadedTooLong, tooFull: texts.dissuadedTooFull, nobodyThere: texts.dissuadedNobody, noMedia: texts.dissuadedNoMedia,
  };
  return { title: texts.say(title[why], language), hint: texts.say(choices.includes('wait') ? texts.dissuadedHint : texts.dissuadedOtherwise, language) };
}

export function endedWords(screen: Extract<Screen, { name: 'ended' }>, agent: string, language: Language): Words {
  const { title, hint } = wordsOfEnd(screen, agent, language);
  // What the queue itself says of it tells more than we can.
  return { title, hint: screen.message === null ? hint : textIn(screen.message, language) };
}

function wordsOfEnd({ end, chat }: Extract<Screen, { name: 'ended' }>, agent: string, language: Language): Words {
  const words = (title: Text, hint: Text): Words => ({ title: texts.say(title, language), hint: texts.say(hint, language, { agent }) });
  switch (end.reason) {
    case 'hangup':
      if (chat) return words(texts.endedThanksChat, end.party === 'agent' && agent !== '' ? texts.endChatByAgent : texts.endChat);
      if (end.party === 'customer') return words(texts.endedThanks, texts.endByCustomer);
      return words(texts.endedThanks, end.party === 'agent' && agent !== '' ? texts.endByAgent : texts.endBySystem);
    case 'canceled':
      return words(texts.endedLeft, texts.endCanceled);
    case 'absent':
      return words(texts.endedSorry, texts.endAbsent);
    case 'closed':
      return words(texts.endedSorry, texts.endClosed);
    case 'noMedia':
      return words(texts.endedSorry, texts.endNoMedia);
    case 'agentLost':
      return words(texts.endedSorry, texts.endAgentLost);
    case 'customerLost':
      return words(texts.endedOver, texts.endCustomerLost);
    case 'maximumWait':
      return words(texts.endedSorry, texts.endMaximumWait);
    case 'notReached':
      return words(texts.endedSorry, texts.endNotReached);
    case 'callbackExpired':
      return words(texts.endedSorry, texts.endCallbackExpired);
    case 'inactive':
      return words(texts.endedOver, texts.endInactive);
    case 'completed':
      return words(texts.endedThanks, texts.endCompleted);
    case 'maximumDuration':
      return words(texts.endedOver, texts.endMaximumDuration);
    case 'declined':
      return words(texts.endedLeft, texts.endDeclined);
    case 'notEntitled':
      return words(texts.endedNotEntitled, texts.endNotEntitled);
    case 'dissuaded':
      return words(texts.endedSorry, texts.endDissuaded);
    case 'failed':
      return words(texts.endedSorry, texts.endFailed);
  }
}

const failures: Readonly<Record<FailureReason, readonly [Text, Text]>> = {
  session: [texts.failedSession, texts.failedSessionHint],
  refused: [texts.failedRefused, texts.failedRefusedHint],
  unreachable: [texts.failedUnreachable, texts.failedUnreachableHint],
  incompatible: [texts.failedIncompatible, texts.failedIncompatibleHint],
};

export function failureWords(reason: FailureReason, language: Language): Words {
  const [title, hint] = failures[reason];
  return { title: texts.say(title, language), hint: texts.say(hint, language) };
}

/** The way out of a microphone that is not there, in this browser. */
export function microphoneWords(failure: CaptureFailure, userAgent: string, language: Language): Words {
  const words = (title: Text, hint: Text): Words => ({ title: texts.say(title, language), hint: texts.say(hint, language) });
  switch (failure) {
    case 'refused':
      return words(texts.microphoneRefused, allowHint(userAgent));
    case 'none':
      return words(texts.microphoneNone, texts.microphoneNoneHint);
    case 'busy':
      return words(texts.microphoneBusy, texts.microphoneBusyHint);
    case 'failed':
      return words(texts.microphoneFailed, texts.microphoneNoneHint);
  }
}

function allowHint(userAgent: string): Text {
  if (/firefox|fxios/i.test(userAgent)) return texts.refusedFirefox;
  // Chrome's name contains Safari's, not the other way round.
  return /safari/i.test(userAgent) && !/chrom|crios|edg/i.test(userAgent) ? texts.refusedSafari : texts.refusedChrome;
}

/** How a callback stands: what will happen, and what is to be done for it. */
export function callbackWords({ number, at, notBefore, calling, place }: Extract<Screen, { name: 'callback' }>, language: Language): Words {
  const say = (text: Text, values: Record<string, string | number> = {}): string => texts.say(text, language, values);
  if (calling) return { title: say(texts.callbackCalling), hint: say(texts.callbackCallingHint) };
  const hint = number === null ? say(texts.callbackHere) : say(texts.callbackTo, { number });
  if (place === null && at !== null) return { title: say(texts.callbackScheduledTitle, { when: dateOf(at, language) }), hint };
  if (notBefore !== null) return { title: say(texts.callbackPaused, { when: whenOf(notBefore, language) }), hint: `${say(texts.callbackPausedHint)} ${hint}` };
  return { title: say(texts.callbackTitle), hint };
}

export function messageLeftWords({ replyTo }: Extract<Screen, { name: 'messageLeft' }>, language: Language): Words {
  return { title: texts.say(texts.messageLeftTitle, language), hint: replyTo === null ? texts.say(texts.messageLeftHint, language) : texts.say(texts.messageLeftTo, language, { replyTo }) };
}

/** What is told to a screen reader when a screen appears. */
export function announcement(screen: Screen, agent: string, language: Language): string {
  const say = (text: Text, values: Record<string, string | number> = {}): string => texts.say(text, language, { agent, ...values });
  if ('offline' in screen && screen.offline) return `${say(texts.reconnecting)} ${say(isInCall(screen) ? texts.callHeld : texts.placeHeld)}`;
  if ('microphone' in screen && screen.microphone !== null) {
    const { title, hint } = microphoneWords(screen.microphone, navigator.userAgent, language);
    return `${title}. ${hint}`;
  }
  switch (screen.name) {
    case 'opening':
      return say(screen.resuming ? texts.resuming : texts.opening);
    case 'closed':
      return say(texts.closedTitle);
    case 'preparing':
      return `${say(texts.preparing)} ${say(texts.preparingHint)}`;
    case 'confirm':
      return `${say(texts.noticeTitle)}. ${textIn(screen.notice.text, language)} ${say(texts.noticeKey, { key: screen.notice.key })}`;
    case 'dissuaded': {
      const { title, hint } = dissuadedWords(screen, language);
      return `${title}. ${screen.message === null ? hint : textIn(screen.message, language)}`;
    }
    case 'choosing':
      return say(texts.chooseTitle);
    case 'chat': {
      if (screen.proposal?.by === 'agent') return say(screen.proposal.video ? texts.chatVideoAsked : texts.chatCallAsked);
      if (screen.endsAt !== null) return `${say(texts.chatStillThere)} ${say(texts.chatStillThereHint)}`;
      return say(screen.callFailed ? texts.chatCallFailed : texts.chatWith);
    }
    case 'waiting':
      return say(texts.announcePlace, { position: screen.position, wait: waitWords(screen.ewt, language) });
    case 'callback': {
      const { title, hint } = callbackWords(screen, language);
      return `${title}. ${hint}`;
    }
    case 'messageLeft': {
      const { title, hint } = messageLeftWords(screen, language);
      return `${title}. ${hint}`;
    }
    case 'yourTurn':
      return `${say(texts.yourTurn)}. ${say(texts.yourTurnHint)}`;
    case 'connecting':
      return say(texts.connectingTo);
    case 'transferring':
      return `${transferWords(screen.to, language)} ${say(texts.transferHint)}`;
    case 'rung':
      return `${say(texts.rungBy)}. ${say(texts.rungHint)}`;
    case 'call': {
      const { title, hint } = peopleWords(screen, language);
      return lineWords(screen.line, agent, language)?.title ?? `${hint} ${title}`.trim();
    }
    case 'ended': {
      const { title, hint } = endedWords(screen, agent, language);
      return `${title}. ${hint}`;
    }
    case 'superseded':
      return say(texts.supersededTitle);
    case 'failed': {
      const { title, hint } = failureWords(screen.problem.reason, language);
      return `${title}. ${hint}`;
    }
  }
}

function isInCall({ name }: Screen): boolean {
  return name !== 'waiting' && name !== 'callback' && name !== 'preparing' && name !== 'confirm' && name !== 'dissuaded';
}

/** Who is in the call: their names, and what is said above them. */
export function peopleWords({ agent, third }: Pick<Extract<Screen, { name: 'call' }>, 'agent' | 'third'>, language: Language): Words {
  const say = (text: Text, values: Record<string, string> = {}): string => texts.say(text, language, values);
  // A number that nobody has named: neither it nor an empty place is for a customer to read.
  if (agent === '') return { title: say(texts.putThrough), hint: '' };
  if (third === null) return { title: agent, hint: say(texts.youTalkTo) };
  const title = third.name === null ? say(texts.oneMoreWithYou, { agent }) : say(texts.twoWithYou, { agent, third: third.name });
  return { title, hint: say(texts.withYou) };
}

export function transferWords(to: string | null, language: Language): string {
  return to === null || to === '' ? texts.say(texts.transferNext, language) : texts.say(texts.transferTo, language, { agent: to });
}

/** Null while people can simply talk. */
export function lineWords(line: Extract<Screen, { name: 'call' }>['line'], agent: string, language: Language): Words | null {
  const words = (title: Text, hint: Text | null): Words => ({
    title: texts.say(title, language, { agent }), hint: hint === null ? '' : texts.say(hint, language, { agent }),
  });
  switch (line) {
    case 'talking':
      return null;
    case 'hold':
      return words(texts.onHold, texts.onHoldHint);
    case 'agentAway':
      return words(texts.agentAway, texts.agentAwayHint);
    case 'recovering':
      return words(texts.soundRecovering, null);
    case 'failed':
      return words(texts.soundFailed, null);
  }
}
