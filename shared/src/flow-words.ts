/** The words in which the flow before the queue speaks to customers, supervisors and programs. */

/** A text of the configuration by language (`en`, `de`, …). */
export type Texts = Readonly<Record<string, string>>;

/** What a customer who is advised against waiting may do. */
export const choices = ['wait', 'callback', 'message'] as const;
export type Choice = (typeof choices)[number];

/** Why a customer is not simply let into the queue, or not again. noMedia: nothing was heard of their page, twice. */
export const dissuadedWhys = ['closed', 'declined', 'notEntitled', 'tooLong', 'tooFull', 'nobodyThere', 'noMedia'] as const;
export type DissuadedWhy = (typeof dissuadedWhys)[number];

export const flowSteps = ['hours', 'notice', 'entitlement', 'crm', 'lastAgent', 'dissuasion', 'overflow'] as const;
export type FlowStepKind = (typeof flowSteps)[number];

/** Why a step came out as it did: a code, and what belongs in its sentence. */
export type FlowReason =
  | { readonly code: 'open' }
  /** `opensAt`: ISO 8601. */
  | { readonly code: 'closed'; readonly opensAt: string | null }
  | { readonly code: 'mustConfirm'; readonly seconds: number; readonly key: string }
  | { readonly code: 'entitled' }
  | { readonly code: 'notEntitled' }
  | { readonly code: 'attributeMissing'; readonly attribute: string; readonly allowed: boolean }
  | { readonly code: 'lookupFailed'; readonly failure: string; readonly allowed: boolean }
  | { readonly code: 'lookupNotAsked'; readonly allowed: boolean }
  | { readonly code: 'nobodyKnown' }
  /** `rule`: its place in the list, 1 is the first. */
  | { readonly code: 'ruleFits'; readonly rule: number; readonly attribute: string; readonly priority: number | null; readonly queue: string | null }
  | { readonly code: 'noRuleFits' }
  | { readonly code: 'noLastAgent' }
  | { readonly code: 'lastAgentFree'; readonly agent: string; readonly seconds: number }
  | { readonly code: 'lastAgentNotFree'; readonly agent: string; readonly state: 'busy' | 'away' | 'skills' }
  | { readonly code: 'tooLong'; readonly seconds: number; readonly limit: number }
  | { readonly code: 'tooFull'; readonly waiting: number; readonly limit: number }
  | { readonly code: 'nobodyThere' }
  | { readonly code: 'bearable'; readonly waiting: number; readonly loggedIn: number; readonly seconds: number | null }
  | { readonly code: 'overflows'; readonly seconds: number; readonly queue: string }
  /** The queue that the step names was gone through before: nobody is sent around in a circle. */
  | { readonly code: 'beenThere'; readonly queue: string };
