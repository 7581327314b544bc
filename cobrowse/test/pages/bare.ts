/** For the bench: rrweb's recorder alone, with the same sampling as ours and nobody who listens. */
import { record } from '@rrweb/record';

declare global {
  interface Window {
    bareEvents: number;
  }
}

window.bareEvents = 0;
record({
  emit: () => { window.bareEvents += 1; },
  recordAfter: 'DOMContentLoaded', inlineStylesheet: true, maskAllInputs: true,
  sampling: { mousemove: 50, mousemoveCallback: 100, scroll: 100, input: 'all', media: 800 },
});
