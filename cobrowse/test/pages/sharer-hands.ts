/** The page's side of the agent's hands, as the widget has it, reduced to what the tests ask for. */
import type { HandsHost } from '../../src/control/serving.ts';
import { drawingStyles } from '../../src/drawing/layer.ts';
import { pageNodes } from '../../src/recorder/recording.ts';

declare global {
  interface Window {
    /** The id that an element has in the last snapshot. */
    nodeId: (selector: string) => number;
    watchers: readonly { readonly name: string; readonly as: string }[];
    escapes: number;
    offers: string[];
    /** The drawings' paths in the customer's page. */
    drawn: () => string[];
    pointerShown: () => string | null;
  }
}

export function handsHost(): HandsHost {
  const element = document.createElement('get-help');
  const root = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${drawingStyles} .gethelp-drawings { position: fixed; z-index: 9 }`);
  root.adoptedStyleSheets = [sheet];
  const mount = document.createElement('div');
  root.append(mount);
  document.body.append(element);
  window.watchers = [];
  window.escapes = 0;
  window.offers = [];
  window.nodeId = (selector) => {
    const [outer = '', inner] = selector.split(' >>> ');
    const found = document.querySelector(outer);
    return pageNodes.getId(inner === undefined ? found : found?.shadowRoot?.querySelector(inner));
  };
  window.drawn = () => Array.from(mount.querySelectorAll('.line'), (path) => path.getAttribute('d') ?? '');
  window.pointerShown = () => {
    const pointer = mount.querySelector<SVGElement>('.pointer')?.parentElement;
    return pointer === undefined || pointer === null || pointer.style.display === 'none' ? null : `${pointer.textContent} ${pointer.getAttribute('transform')}`;
  };
  return {
    mount, agent: () => 'Anna Berger',
    handleEscape: () => { window.escapes += 1; },
    handleWatchers: (watchers) => { window.watchers = watchers; },
    handleOffer: async (url) => {
      window.offers.push(url);
      return 'declined';
    },
  };
}
