/** The classic script `widget.js`: learns the gateway's origin from its own address and defines `<get-help>`, once. */
import { GetHelpElement } from './element.ts';

const { currentScript } = document;
if (currentScript instanceof HTMLScriptElement && customElements.get('get-help') === undefined) {
  GetHelpElement.gateway = new URL(currentScript.src, location.href).origin;
  customElements.define('get-help', GetHelpElement);
}
