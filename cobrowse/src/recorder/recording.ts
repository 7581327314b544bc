/**
 * One run of rrweb's recorder, from a full snapshot to `stop`. Masks twice: in rrweb's hooks, by asking the live page, so that masked
 * text never even becomes an event; and with the sanitizer on every event that comes out, which also closes what has no hook.
 */
import { record } from '@rrweb/record';
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { blockAttribute, blockSelector, maskAttribute, unmaskAttribute } from '../policy/markers.ts';
import { maskText, maskValue } from '../policy/masks.ts';
import { PageBook } from '../policy/page-book.ts';
import { eventTypes, sanitizeEvent, sources } from '../policy/sanitizer.ts';
import { mutationWeight } from '../policy/mutation.ts';
import { isObject } from '../policy/json.ts';

export interface Recording {
  takeSnapshot(): void;
  stop(): void;
}

export interface RecordingPort {
  /** A sanitized event, in order. */
  handleEvent(event: RecordedEvent): void;
  /** How many nodes the page has just changed, before anything is built from it. */
  handleWeight(weight: number): void;
  /** What may be seen has changed: a snapshot is needed. */
  handleStale(): void;
  /** The page has more nodes than are shared, or the sanitizer could make nothing of its snapshot. */
  handleTooLarge(): void;
}

/** Recording begins before this returns. */
export function startRecording(port: RecordingPort): Recording {
  const book = new PageBook();
  let isRunning = true;
  const handleEvent = (recorded: unknown): void => {
    if (!isRunning) return;
    const event = recorded as RecordedEvent;
    if (event.type === eventTypes.incremental && isObject(event.data) && event.data['source'] === sources.mutation) {
      port.handleWeight(mutationWeight(event.data));
      // The weight may have ended this recording.
      if (!isRunning) return;
    }
    let safe: RecordedEvent | null = null;
    try {
      safe = sanitizeEvent(event, book);
    } catch {
      // Fails closed: what the sanitizer cannot judge is not sent, and what hangs on it is told anew.
      port.handleStale();
      return;
    }
    if (safe !== null) port.handleEvent(safe);
    else if (event.type === eventTypes.fullSnapshot || book.isFull) port.handleTooLarge();
  };
  const stopRecorder = record({
    emit: handleEvent,
    blockSelector,
    blockClass: /^gethelp-block$/,
    maskTextSelector: '*',
    maskTextFn: (text, element) => isOpenInPage(element) ? text : maskText(text),
    // All but selects: rrweb would leave out which option is chosen also where the select is unmasked. The sanitizer decides there.
    maskInputOptions: {
      color: true, date: true, 'datetime-local': true, email: true, month: true, number: true, range: true, search: true, tel: true, text: true,
      time: true, url: true, week: true, textarea: true, password: true,
    },
    maskInputFn: (value, element) => isOpenField(element) ? value : maskValue(value),
    slimDOMOptions: { script: true, comment: true, headFavicon: true, headMetaDescKeywords: true, headMetaSocial: true, headMetaRobots: true, headMetaHttpEquiv: true, headMetaAuthorship: true, headMetaVerification: true },
    inlineStylesheet: true,
    inlineImages: false,
    collectFonts: false,
    recordCanvas: false,
    recordCrossOriginIframes: false,
    recordAfter: 'DOMContentLoaded',
    sampling: { mousemove: 50, mousemoveCallback: 100, scroll: 100, input: 'all', media: 800 },
    // rrweb's own trouble is not the page's and must not reach its error handlers; but something has been missed.
    errorHandler: () => {
      port.handleStale();
      return true;
    },
  });
  const markers = watchMarkers(() => port.handleStale());
  return {
    takeSnapshot: () => {
      if (isRunning) record.takeFullSnapshot(true);
    },
    stop: () => {
      isRunning = false;
      markers.disconnect();
      stopRecorder?.();
      book.clear();
    },
  };
}

/** The page's own truth at this moment. Blocked counts as masked: rrweb still reports texts deep below an element blocked later. */
function isOpenInPage(element: Element | null): boolean {
  // A style sheet's text is CSS, which the sanitizer judges.
  if (element?.localName === 'style') return true;
  for (let next: Element | null = element, isOpen = false; ; ) {
    if (next === null) return isOpen;
    if (next.closest(`[${maskAttribute}],[${blockAttribute}]`) !== null) return false;
    isOpen ||= next.closest(`[${unmaskAttribute}]`) !== null;
    const root = next.getRootNode();
    next = root instanceof ShadowRoot ? root.host : null;
  }
}

function isOpenField(element: Element): boolean {
  return element.hasAttribute(unmaskAttribute) && isOpenInPage(element);
}

/** rrweb does not report that an element is blocked from now on, and an opened part has to be told anew as a whole. */
function watchMarkers(handleChange: () => void): MutationObserver {
  const observer = new MutationObserver(handleChange);
  observer.observe(document, { subtree: true, attributes: true, attributeFilter: [maskAttribute, unmaskAttribute, blockAttribute] });
  return observer;
}
