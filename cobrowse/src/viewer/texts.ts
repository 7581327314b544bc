/** Every text of the viewer, in one catalogue. */
import type { PlaceholderLabel } from '../policy/markers.ts';

export interface Texts {
  readonly title: string;
  readonly picture: string;
  readonly connecting: string;
  readonly waiting: string;
  readonly live: string;
  /** Of a replay: in the place of `live`, and of `picture`. */
  readonly recorded: string;
  readonly recordedPicture: string;
  readonly preview: string;
  readonly busy: string;
  readonly paused: string;
  /** The portal does not share the page that the customer is on. */
  readonly elsewhere: string;
  readonly stopped: string;
  readonly failed: string;
  /** `time`: when the connection went, ready to show. */
  readonly away: (time: string) => string;
  readonly placeholders: Readonly<Record<PlaceholderLabel, string>>;
}

const english: Texts = {
  title: 'Customer’s page',
  picture: 'Live picture of the customer’s page. Texts are masked unless the portal shows them.',
  connecting: 'Connecting…',
  waiting: 'Waiting for the customer’s page…',
  live: 'Live',
  recorded: 'Recording',
  preview: 'Preview',
  recordedPicture: 'Recording of the customer’s page. Texts are masked unless the portal showed them.',
  busy: 'The page is changing quickly. The picture follows in a moment.',
  paused: 'The customer has paused sharing.',
  elsewhere: 'The customer is on a page that is not shared. It goes on by itself.',
  stopped: 'Sharing has ended.',
  failed: 'The page cannot be shown.',
  away: (time) => `The customer is away since ${time}. This is the page as it was then.`,
  placeholders: { image: 'Image', video: 'Video', audio: 'Audio', drawing: 'Drawing', frame: 'Embedded page', closed: 'Component', hidden: 'Hidden', widget: '' },
};

const german: Texts = {
  title: 'Seite des Kunden',
  picture: 'Livebild der Seite des Kunden. Texte sind verdeckt, soweit das Portal sie nicht freigibt.',
  connecting: 'Verbindung wird aufgebaut …',
  waiting: 'Warten auf die Seite des Kunden …',
  live: 'Live',
  recorded: 'Aufzeichnung',
  preview: 'Vorschau',
  recordedPicture: 'Aufzeichnung der Seite des Kunden. Texte sind verdeckt, soweit das Portal sie nicht freigab.',
  busy: 'Die Seite ändert sich gerade schnell. Das Bild folgt gleich.',
  paused: 'Der Kunde hat das Teilen unterbrochen.',
  elsewhere: 'Der Kunde ist auf einer Seite, die nicht geteilt wird. Danach geht es von selbst weiter.',
  stopped: 'Das Teilen ist beendet.',
  failed: 'Die Seite kann nicht gezeigt werden.',
  away: (time) => `Der Kunde ist seit ${time} nicht verbunden. Das Bild zeigt den Stand von da an.`,
  placeholders: { image: 'Bild', video: 'Video', audio: 'Ton', drawing: 'Zeichnung', frame: 'Eingebettete Seite', closed: 'Komponente', hidden: 'Verborgen', widget: '' },
};

export function textsFor(language: string): Texts {
  return language.toLowerCase().startsWith('de') ? german : english;
}
