/** Lit as portals use it: components in components, one style sheet adopted by many roots, slots, keyed lists, fields bound both ways, parts for the page's own style sheet. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';

interface Claim {
  readonly id: number;
  readonly what: string;
  readonly paid: number;
}

const isMasked = location.search.includes('masked');
const shared = css`
  :host { display: block; font: 16px/1.5 sans-serif; color: #1d2530; }
  .card { border: 1px solid #d9dee6; border-radius: 10px; padding: 12px 16px; margin: 10px 0; background: #fff; }
`;

class ClaimCard extends LitElement {
  static override properties = { claim: { attribute: false }, open: { type: Boolean, reflect: true } };
  static override styles = [shared, css`
    :host([open]) .card { border-color: #7b1fa2; box-shadow: 0 0 0 2px rgb(123 31 162 / 20%); }
    .bar { height: 8px; border-radius: 4px; background: #eceff3; overflow: hidden; }
    .bar i { display: block; height: 100%; background: #7b1fa2; }
    .full i { background: #1b5e20; }
    ::slotted(small) { color: #566072; }
  `];
  declare claim: Claim;
  declare open: boolean;

  override render(): TemplateResult {
    const { what, paid } = this.claim;
    return html`<div class="card" part="card" data-box><b>${what}</b>
      <div class=${classMap({ bar: true, full: paid === 1 })}><i style=${styleMap({ width: `${paid * 100}%` })}></i></div>
      <slot></slot>${this.open ? html`<p>Meridian asks for nothing more.</p>` : null}</div>`;
  }
}

class ClaimList extends LitElement {
  static override properties = { claims: { state: true }, note: { state: true } };
  static override styles = [shared, css`input { width: 100%; box-sizing: border-box; height: 36px; border: 1px solid #c5ccd6; border-radius: 6px; padding: 0 10px; font: inherit; outline: none; }`];
  declare claims: readonly Claim[];
  declare note: string;

  constructor() {
    super();
    this.claims = [{ id: 1, what: 'Meridian window', paid: 1 }, { id: 2, what: 'Meridian bicycle', paid: 0.4 }, { id: 3, what: 'Meridian journey', paid: 0 }];
    this.note = 'Meridian';
  }

  override render(): TemplateResult {
    return html`<h1 data-box>Your claims</h1>
      ${repeat(this.claims, ({ id }) => id, (claim) => html`<claim-card .claim=${claim} exportparts="card"><small>No. ${claim.id}</small></claim-card>`)}
      <input aria-label="Note" ?data-gethelp-unmask=${!isMasked} .value=${live(this.note)} @input=${(event: InputEvent) => { this.note = (event.target as HTMLInputElement).value; }}>
      <p data-box>${this.note.length} characters</p>`;
  }
}

customElements.define('claim-card', ClaimCard);
customElements.define('claim-list', ClaimList);

declare global {
  interface Window {
    claims: { settle(): void; reorder(): void; open(): void; note(text: string): void };
  }
}

const list = document.querySelector<ClaimList>('claim-list');
if (list !== null) {
  window.claims = {
    settle: () => { list.claims = list.claims.map((claim) => ({ ...claim, paid: 1 })); },
    reorder: () => { list.claims = [...list.claims.toReversed(), { id: 4, what: 'Meridian roof', paid: 0.2 }]; },
    open: () => { list.shadowRoot?.querySelector<ClaimCard>('claim-card')?.toggleAttribute('open', true); },
    note: (text) => { list.note = text; },
  };
}
