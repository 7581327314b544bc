/**
 * One run of rrweb's recorder, from a full snapshot to `stop`. Masks twice: in rrweb's hooks, by asking the live page, so that masked
 * text never even becomes an event; and with the sanitizer on every event that comes out, which also closes what has no hook.
 */
import { record } from '@rrweb/record';
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import type { NodeIndex } from '../control/hands.ts';
import { markCheckInterval } from '../policy/limits.ts';
import { popoverAttribute } from '../policy/markers.ts';
import { maskText, maskValue } from '../policy/masks.ts';
import { containsSecret } from '../policy/secrets.ts';
import { PageBook } from '../policy/page-book.ts';
import { changeOf, customElementSource, eventTypes, sanitizeEvent, sources } from '../policy/sanitizer.ts';
import { mutationWeight } from '../policy/mutation.ts';
import { AdoptedSheets } from './adopted-sheets.ts';
import type { AssetSender } from './asset-sender.ts';
import { ClosedRoots } from './closed-roots.ts';
import { ForeignSheets } from './foreign-sheets.ts';
import { LostNodes } from './lost-nodes.ts';
import { LivePage } from './live-page.ts';
import { Marking } from './marking.ts';
import { addNotes, pictureOf, popoverState } from './notes.ts';
import { Pictures } from './pictures.ts';
import { RootWatch } from './root-watch.ts';
import { StandInSizes } from './stand-in-sizes.ts';
import { StyleReading } from './style-reading.ts';
import type { RulesInPage } from './rules-in-page.ts';
import { ViewWatch } from './view-watch.ts';
import { WholeSheets } from './whole-sheets.ts';

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
  /** A secret was masked where texts are unmasked. */
  handleRedaction(): void;
  /** Hands pictures and fonts to the relay. */
  readonly assets: AssetSender;
  dropAsset(hash: string): void;
  /** The page has more nodes than are shared, or the sanitizer could make nothing of its snapshot. */
  handleTooLarge(): void;
}

/** Which node has which id in the last snapshot and what followed. */
export const pageNodes: NodeIndex = record.mirror;

/** Recording begins before this returns. */
export function startRecording(port: RecordingPort, rules: RulesInPage): Recording {
  const handleStale = (): void => {
    if (isRunning) port.handleStale();
  };
  const handleOwnEvent = (data: object): void => handleEvent({ type: eventTypes.custom, timestamp: Date.now(), data });
  const pictures = new Pictures({ sender: port.assets, drop: (hash) => port.dropAsset(hash), isShown: (element) => rules.showsPicture(element), handleOwnEvent });
  const page = new LivePage({ handleStale, pictures });
  const closedRoots = new ClosedRoots(handleStale);
  /** As if rrweb had seen these attributes change. */
  const handleAttributes = (element: Element, attributes: Record<string, string> | null): void => {
    const id = record.mirror.getId(element);
    if (attributes === null || id < 1) return;
    handleEvent({ type: eventTypes.incremental, timestamp: Date.now(), data: { source: sources.mutation, texts: [], removes: [], adds: [], attributes: [{ id, attributes }] } });
  };
  const handleImage = (image: HTMLImageElement): void => handleAttributes(image, pictureOf(image, { rules, pictures }));
  const handleSheet = (link: HTMLLinkElement, css: string): void => handleAttributes(link, { _cssText: css });
  const sheets = new ForeignSheets({ handleSheet });
  const wholeSheets = new WholeSheets({ mirror: record.mirror, handleSheet });
  const adoptedSheets = new AdoptedSheets({
    mirror: record.mirror,
    handleAdopted: (id, styleIds) => handleEvent({ type: eventTypes.incremental, timestamp: Date.now(), data: { source: sources.adoptedStyleSheet, id, styleIds: [...styleIds] } }),
  });
  const sizes = new StandInSizes({ handleAttributes });
  const handlePopover = (element: Element): void => handleAttributes(element, { [popoverAttribute]: popoverState(element) });
  const roots = new RootWatch({ handleStale, handleImage, handlePopover, rules });
  const view = new ViewWatch(handleOwnEvent);
  const styles = new StyleReading({ mirror: record.mirror, styled: page.styled, roots: () => roots.all, handleAttributes, handleStale });
  const handleRoot = (root: Document | ShadowRoot): void => {
    roots.add(root);
    styles.readRoot(root);
  };
  const notes = { mirror: record.mirror, closedRoots, rules, pictures, sheets, wholeSheets, styles, sizes, handleRoot };
  const lostNodes = new LostNodes({ numbers: record.mirror, isBlocked: (element) => rules.isBlocked(element), handleLost: handleStale });
  const book = new PageBook(page);
  const marking = new Marking(rules, record.mirror, book);
  let isRunning = true;
  const handleEvent = (recorded: unknown): void => {
    if (!isRunning) return;
    const event = recorded as RecordedEvent;
    const isSnapshot = event.type === eventTypes.fullSnapshot;
    const change = changeOf(event);
    const mutation = change?.['source'] === sources.mutation ? change : null;
    const adoption = change?.['source'] === sources.adoptedStyleSheet ? change : null;
    if (mutation !== null) {
      port.handleWeight(mutationWeight(mutation));
      // The weight may have ended this recording.
      if (!isRunning) return;
    }
    if (isSnapshot) pictures.beginSnapshot();
    let safe: RecordedEvent | null = null;
    try {
      marking.mark(event);
      addNotes(event, notes);
      if (adoption !== null) wholeSheets.completeAdopted(adoption);
      if (change !== null) styles.readChange(change);
      if (isSnapshot) styles.handleSnapshot();
      safe = sanitizeEvent(event, book);
    } catch {
      // Fails closed: what the sanitizer cannot judge is not sent, and what hangs on it is told anew.
      port.handleStale();
      return;
    }
    if (rules.hasSelectors && change !== null) checkSoon();
    if (mutation !== null) lostNodes.handleMutation(mutation);
    if (change?.['source'] === customElementSource) port.handleStale();
    if (safe !== null) port.handleEvent(safe);
    else if (isSnapshot || book.isFull) port.handleTooLarge();
    if (isSnapshot) adoptedSheets.handleSnapshot();
    if (adoption !== null) adoptedSheets.handleAdoption(adoption);
    if (mutation !== null) adoptedSheets.handleMutation(mutation);
    if (isSnapshot && isRunning) view.tell();
    pictures.tellNamed();
    if (isRunning) styles.tellNews();
    if (change !== null) wholeSheets.handleAdded();
  };
  // A class that changes can change what a selector marks. What it closes is closed at once, by the live page; the rest follows.
  let checkTimer: ReturnType<typeof setTimeout> | null = null;
  const checkSoon = (): void => {
    checkTimer ??= setTimeout(() => {
      checkTimer = null;
      if (isRunning && marking.isStale()) port.handleStale();
    }, markCheckInterval);
  };
  /** The sanitizer would do the same; here it can be counted, for whoever unmasked by mistake what holds a card number. */
  const withoutSecret = (text: string, isCss: boolean, mask: (text: string) => string): string => {
    if (isCss || !containsSecret(text)) return text;
    port.handleRedaction();
    return mask(text);
  };
  const stopRecorder = record({
    emit: handleEvent,
    blockSelector: rules.blockSelector,
    blockClass: 'gethelp-block',
    maskTextSelector: '*',
    maskTextFn: (text, element) => rules.isOpen(element) ? withoutSecret(text, element?.localName === 'style', maskText) : maskText(text),
    // All but selects: rrweb would leave out which option is chosen also where the select is unmasked. The sanitizer decides there.
    maskInputOptions: {
      color: true, date: true, 'datetime-local': true, email: true, month: true, number: true, range: true, search: true, tel: true, text: true,
      time: true, url: true, week: true, textarea: true, password: true,
    },
    maskInputFn: (value, element) => rules.isOpenField(element) ? withoutSecret(value, false, maskValue) : maskValue(value),
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
  return {
    takeSnapshot: () => {
      if (isRunning) record.takeFullSnapshot(true);
    },
    stop: () => {
      isRunning = false;
      if (checkTimer !== null) clearTimeout(checkTimer);
      roots.stop();
      view.stop();
      closedRoots.stop();
      pictures.stop();
      sheets.stop();
      wholeSheets.stop();
      sizes.stop();
      lostNodes.stop();
      page.stop();
      stopRecorder?.();
      book.clear();
    },
  };
}
