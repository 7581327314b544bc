/** The customer's live page with the agent's tools: brings together what the relay sends, what the agent has in hand and what the customer grants. */
import type { FurtherGrant, Grants } from '#shared/cobrowse-grants.ts';
import type { Act, Draw, Outcome } from '#shared/cobrowse-hands.ts';
import { AssetShelf } from './asset-shelf.ts';
import type { HostState } from './handshake.ts';
import { chooseOption } from './option-list.ts';
import { Overlay } from './overlay.ts';
import { StatusLine } from './status-line.ts';
import { textsFor } from './texts.ts';
import { TabStrip } from './tab-strip.ts';
import { Theatre } from './theatre.ts';
import { toolTextsFor } from './tool-texts.ts';
import { Toolbar } from './toolbar.ts';
import { askValue } from './value-field.ts';
import { Watching, type WatchState } from './watching.ts';

export interface LiveOptions {
  readonly cobrowseUrl: string;
  readonly token: string;
  readonly language: string;
  readonly renew: () => Promise<string | null>;
  /** The document's own places. */
  readonly places: { readonly theatre: HTMLElement; readonly overlay: HTMLElement; readonly tools: HTMLElement; readonly tabs: HTMLElement; readonly message: HTMLElement };
  tellHost(state: HostState): void;
  handleAsk(grant: FurtherGrant): void;
  handleGiveBack(grant: FurtherGrant): void;
}

/** Answers what takes the customer's grants, as the host knows them. */
export function showLive(options: LiveOptions): (grants: Grants, mayAsk: boolean) => void {
  const { language, places } = options;
  const texts = textsFor(language);
  const toolTexts = toolTextsFor(language);
  const status = new StatusLine(texts, language);
  const shelf = new AssetShelf((hash) => watching.fetchAsset(hash));
  let seq = 0;

  const theatre = new Theatre({
    parent: places.theatre, title: texts.picture, placeholders: texts.placeholders, shelf,
    handleShown: (stage, isRenewed) => {
      status.handlePicture(true);
      toolbar.setAddress(stage.address);
      if (isRenewed) toolbar.countRenewal();
    },
    handleScale: (scale) => toolbar.setScale(scale),
    handleLost: () => watching.resync(),
  });
  const onPicture = async (ask: (picture: Act['picture']) => Promise<Outcome>): Promise<Outcome> => {
    const { stage } = theatre;
    return stage === null ? 'away' : ask(stage.picture);
  };
  const draw = (mark: Draw['mark']): Promise<Outcome> => onPicture((picture) => watching.draw({ picture, mark }));
  const overlay = new Overlay({
    element: places.overlay, stage: () => theatre.stage, draw,
    act: (action) => onPicture((picture) => {
      seq += 1;
      return watching.act({ picture, seq, action });
    }),
    handleLook: (dx, dy) => {
      toolbar.setFollowing(false);
      theatre.stage?.lookBy(dx, dy);
    },
    handleOutcome: (outcome) => { if (outcome !== 'done') toolbar.say(toolTexts.refused[outcome]); },
    choose: (select, at) => chooseOption(select, { parent: places.overlay, label: toolTexts.choose, at: inside(places.overlay, at) }),
    set: (field, at) => askValue(field, { parent: places.overlay, label: toolTexts.set, send: toolTexts.send, at: inside(places.overlay, at) }),
  });
  const toolbar = new Toolbar({
    element: places.tools, texts: toolTexts, language,
    handleTool: (tool) => overlay.take(tool),
    handleClear: () => void draw({ kind: 'clear' }),
    handleFollow: (isFollowing) => theatre.follow(isFollowing),
    handleTint: (isTinted) => theatre.tint(isTinted),
    handleZoom: (zoom) => theatre.zoom(zoom),
    handleAsk: (grant) => options.handleAsk(grant),
    handleGiveBack: (grant) => options.handleGiveBack(grant),
    handleOffer: (url) => watching.offer(url),
    handleAskTab: () => void watching.askTab().then((outcome) => toolbar.say(outcome === 'done' ? toolTexts.tabAsked : toolTexts.refused[outcome])),
  }, places.message);
  const tabs = new TabStrip({ element: places.tabs, texts: toolTexts, language, handleChosen: (id) => watching.showTab(id) });
  places.overlay.setAttribute('aria-label', toolTexts.overlay);

  const handleState = (state: WatchState): void => {
    // What the customer no longer shares is not left standing.
    if (state.name === 'paused' || state.name === 'stopped' || state.name === 'failed') {
      theatre.clear();
      toolbar.setAddress('');
      shelf.clear();
      tabs.show([]);
      status.handlePicture(false);
    }
    status.handleState(state);
    if (state.name === 'busy') options.tellHost({ name: 'live' });
    else if (state.name !== 'waiting') options.tellHost(state);
  };
  const watching = new Watching({
    cobrowseUrl: options.cobrowseUrl, token: options.token, renew: options.renew, handleState,
    handleFrames: (frames) => theatre.show(frames),
    handleDrawings: (drawings) => theatre.showDrawings(drawings),
    handleTabs: (shared) => tabs.show(shared),
    handleBeat: (roundTrip) => toolbar.setDelay(roundTrip),
  });
  status.handleState({ name: 'connecting' });
  // The connection is under way.
  theatre.prepare();
  return (grants, mayAsk) => {
    toolbar.setGrants(grants, mayAsk);
    tabs.setMayChoose(mayAsk);
  };
}

function inside(element: HTMLElement, { x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  const { left, top } = element.getBoundingClientRect();
  return { x: x - left, y: y - top };
}
