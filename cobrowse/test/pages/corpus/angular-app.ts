/** Angular as portals use it, compiled in the page: emulated encapsulation, signals, control flow in templates, a projected part, fields bound both ways. */
import '@angular/compiler';
import { Component, computed, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';

interface Policy {
  readonly id: number;
  readonly name: string;
  readonly premium: number;
  readonly isDue: boolean;
}

const opened = location.search.includes('masked') ? '' : 'data-gethelp-unmask';

// Decorators are no syntax that Node can erase: they are functions, and are called as such.
class PolicyRow {
  policy: Policy | null = null;
}
const Row = Component({
  selector: 'policy-row',
  inputs: ['policy'],
  template: `<div class="row" [class.due]="policy?.isDue"><span class="name">{{ policy?.name }}</span><ng-content /><span class="premium">{{ policy?.premium }}.00</span></div>`,
  styles: [`
    :host { display: block; }
    .row { display: grid; grid-template-columns: 1fr auto 90px; gap: 10px; padding: 10px 12px; border-bottom: 1px solid #e6e8ec; }
    .due { background: #fff3e0; }
    .premium { text-align: end; font-variant-numeric: tabular-nums; }
    :host-context(.compact) .row { padding: 4px 12px; }
  `],
})(PolicyRow);

class PortalApp {
  readonly policies = signal<readonly Policy[]>([
    { id: 1, name: 'Meridian household', premium: 120, isDue: false }, { id: 2, name: 'Meridian car', premium: 480, isDue: true }, { id: 3, name: 'Meridian travel', premium: 60, isDue: false },
  ]);
  readonly filter = signal('');
  readonly isCompact = signal(false);
  readonly total = computed(() => this.policies().reduce((sum, { premium }) => sum + premium, 0));

  constructor() {
    window.portal = {
      pay: () => { this.policies.update((all) => all.map((one) => ({ ...one, isDue: false }))); },
      add: () => { this.policies.update((all) => [{ id: 9, name: 'Meridian dental', premium: 210, isDue: true }, ...all]); },
      compact: () => { this.isCompact.set(true); },
      empty: () => { this.policies.set([]); },
    };
  }
}
const App = Component({
  selector: 'portal-app',
  imports: [Row],
  template: `
    <h1 data-box>Your policies</h1>
    <div [class.compact]="isCompact()" data-box>
      @for (policy of policies(); track policy.id) {
        <policy-row [policy]="policy">@if (policy.isDue) {<b>due</b>}</policy-row>
      } @empty {
        <p class="none">Meridian has nothing for you.</p>
      }
    </div>
    <p data-box>{{ policies().length }} policies, {{ total() }}.00 a year</p>
    <input ${opened} aria-label="Filter" [value]="filter()" (input)="filter.set($any($event.target).value)">
    <p data-box>{{ filter().length }} characters</p>`,
  styles: [`
    :host { display: block; max-width: 640px; margin: 0 auto; font: 16px/1.5 sans-serif; }
    input { width: 100%; box-sizing: border-box; height: 36px; border: 1px solid #c5ccd6; border-radius: 6px; padding: 0 10px; font: inherit; outline: none; }
    .none { padding: 24px; text-align: center; border: 2px dashed #c5ccd6; }
  `],
})(PortalApp);

declare global {
  interface Window {
    portal: { pay(): void; add(): void; compact(): void; empty(): void };
  }
}

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] }).catch((error: unknown) => { console.error(error); });
