/** The limits of a contact's life: what its queue configures, and what is fixed with the reason beside it. Milliseconds. */
import type { Config, QueueConfig } from '../config/schema.ts';
import type { ContactLimits } from './state.ts';

const second = 1000;

export function queueOf(config: Pick<Config, 'queues'>, queueId: string): QueueConfig {
  const queue = config.queues.find(({ id }) => id === queueId) ?? config.queues[0];
  // The configuration has at least one queue; a contact of a queue that was removed since goes on under the first one's rules.
  if (queue === undefined) throw new Error('the configuration has no queue');
  return queue;
}

/** How long somebody who is offered a contact of this queue may think about it. Milliseconds. */
export function offerTime({ hunt, offerSeconds }: QueueConfig): number {
  return (hunt?.ringSeconds ?? offerSeconds) * second;
}

/** Whether missing an offer of this queue sets an agent aside. A hunt lives from coming round to them again. */
export function setsAside({ setAside, strategy }: QueueConfig): boolean {
  return setAside ?? strategy !== 'hunt';
}

export function limitsOf(config: Config, queueId: string): ContactLimits {
  const queue = queueOf(config, queueId);
  return {
    holdPlace: queue.holdPlace * second,
    offerAbsence: 5 * second,
    maximumWait: queue.maximumWait * second,
    maximumDuration: queue.maximumDuration * second,
    chat: { quiet: queue.chat.quietSeconds * second, warning: queue.chat.warningSeconds * second, afterCall: queue.chat.afterCall },
    workWait: queue.messages.maximumWait * second,
    workHold: queue.messages.maximumHold * second,
    // An agent who accepted must not sit in front of silence for longer.
    customerMedia: 20 * second,
    // A desktop answers by itself; one that has not in this time will not.
    agentAnswer: 10 * second,
    // One that ignores auto-answer has to be picked up by hand; a little longer than its endpoint's own limit, whose status says more.
    phoneAnswer: 35 * second,
    // As long as a phone outside rings before its network gives up.
    externalAnswer: 60 * second,
    // Time to find the tab that rings; longer, and the agent listens to nothing.
    ringCustomer: 30 * second,
    callbackPause: queue.callback.pauseSeconds * second,
    callbackTries: queue.callback.tries,
    callbackByPhone: queue.callback.phone,
    // A reload takes about this long.
    agentRetry: 1 * second,
    // Long enough for a train's tunnel or a restart of the phone's network, short enough that the other side still holds.
    customerReturn: 60 * second,
    // A reload takes one second, a restart of the browser about twenty.
    agentReturn: 45 * second,
    // In a hunt, as long as the next one is rung; else long enough that somebody who is alone gets some peace.
    notAgain: (queue.hunt?.ringSeconds ?? 60) * second,
  };
}
