/** What the small loader and the panel, loaded on demand, have to do with each other. */
import type { Language } from '../texts.ts';

export interface WidgetSettings {
  readonly sessionUrl: string;
  readonly language: Language;
  readonly topic: string | null;
  /** URL of a video or of music to play while waiting. */
  readonly waitingMedia: string | null;
}

export interface WidgetHost {
  readonly root: ShadowRoot;
  /** The panel's own place in the shadow root. */
  readonly mount: HTMLElement;
  /** Origin of the gateway: the script's own. */
  readonly gateway: string;
  settings(): WidgetSettings;
  /** The panel is there (the button hides) or gone (the button is back and has the focus). */
  handleOpen(open: boolean): void;
}

export interface Panel {
  /** The element was taken out of the page. */
  close(): void;
}

/** `start`: the button was pressed. `resume`: a contact of an earlier page of this tab may be taken up; null when there is none. */
export type OpenPanel = (host: WidgetHost, intent: 'start' | 'resume') => Panel | null;

/** Another tab shares its page: asks whether this one is shared, too, and shares it. From then on it sees by itself when to ask, and when it is over. */
export type OpenBeside = (host: WidgetHost) => Panel;

/** What the integrator's preview exports. */
export type OpenPreview = (host: { readonly root: ShadowRoot; readonly gateway: string; readonly portal: string; readonly language: Language }) => Promise<void>;
