/** Every text of the viewer's tools, in one catalogue. */
import type { OfferAnswer, Refusal } from '#shared/cobrowse-hands.ts';
import type { Tool } from './tools.ts';

export interface ToolTexts {
  readonly toolbar: string;
  readonly overlay: string;
  readonly follow: string;
  readonly fit: string;
  readonly actual: string;
  readonly smaller: string;
  readonly larger: string;
  readonly tint: string;
  readonly tintHint: string;
  readonly address: string;
  readonly tool: Readonly<Record<Tool, string>>;
  readonly clear: string;
  readonly ask: Readonly<Record<'annotate' | 'control', string>>;
  readonly asked: Readonly<Record<'annotate' | 'control', string>>;
  readonly giveBack: Readonly<Record<'annotate' | 'control', string>>;
  readonly offer: string;
  readonly offerLabel: string;
  readonly offerSend: string;
  readonly offerWaiting: string;
  readonly offered: Readonly<Record<OfferAnswer, string>>;
  readonly refused: Readonly<Record<Refusal, string>>;
  readonly askTab: string;
  readonly tabAsked: string;
  /** Names the strip of tabs. */
  readonly tabs: string;
  readonly tabInFront: string;
  readonly tabBehind: (time: string) => string;
  readonly choose: string;
  /** Names the field in which a date, a time, a range or a colour is set. */
  readonly set: string;
  readonly send: string;
  readonly delay: (milliseconds: number) => string;
  readonly noAnswer: (time: string) => string;
  readonly renewed: (times: number) => string;
  readonly renewedHint: string;
}

const english: ToolTexts = {
  toolbar: 'Tools for the customer’s page',
  overlay: 'The customer’s page. What you press and type here goes to it, as far as the customer allows.',
  follow: 'Follow', fit: 'Fit', actual: '1:1', smaller: 'Smaller', larger: 'Larger',
  tint: 'Mark hidden', tintHint: 'Marks what you cannot read: masked texts and fields, and parts that are not shared',
  address: 'Address of the page',
  tool: { look: 'Look', pointer: 'Point', pen: 'Pen', arrow: 'Arrow', highlight: 'Highlight', control: 'Control' },
  clear: 'Clear',
  ask: { annotate: 'Ask to draw', control: 'Ask for control' },
  asked: { annotate: 'Asked to draw…', control: 'Asked for control…' },
  giveBack: { annotate: 'End drawing', control: 'End control' },
  offer: 'Suggest a page', offerLabel: 'Address on this website', offerSend: 'Ask the customer', offerWaiting: 'The customer is being asked…',
  offered: {
    accepted: 'The customer goes there.', declined: 'The customer stays here.', unanswered: 'The customer did not answer.', notThere: 'That is no address of this portal.',
    away: 'The customer’s page cannot be reached now.', tooMuch: 'Please wait a moment before the next suggestion.',
  },
  refused: {
    notGranted: 'Refused: the customer does not allow it (any more).', stale: 'The page has just changed. Please try again.', gone: 'Refused: this is no longer on the page.',
    hidden: 'Refused: what you cannot read you cannot use.', secret: 'Refused: passwords, card data and codes are the customer’s own.', readOnly: 'Refused: this part is for reading only.',
    disabled: 'Refused: the page has it switched off.', submit: 'Refused: forms are sent by the customer.', file: 'Refused: files are the customer’s own.',
    elsewhere: 'Refused: this leads away from the website.', covered: 'Refused: something else lies over it.', customerActive: 'The customer is busy on the page. Please wait a moment.',
    unfit: 'This cannot be used that way.', away: 'The customer’s page does not answer.', tooMuch: 'Too much at once. Please go slower.',
  },
  askTab: 'Ask for another tab', tabAsked: 'The customer is being asked. The tab appears here when they share it.',
  tabs: 'Tabs that the customer shares', tabInFront: 'In front of the customer', tabBehind: (time) => `Not in front since ${time}`,
  choose: 'Choose for the customer', set: 'Set for the customer', send: 'Set',
  delay: (milliseconds) => `${milliseconds} ms`,
  noAnswer: (time) => `No answer since ${time}`,
  renewed: (times) => `Renewed ${times}×`,
  renewedHint: 'How often the whole picture was fetched again, as after a gap in the connection',
};

const german: ToolTexts = {
  toolbar: 'Werkzeuge für die Seite des Kunden',
  overlay: 'Die Seite des Kunden. Was Sie hier drücken und schreiben, geht an sie, soweit der Kunde es erlaubt.',
  follow: 'Folgen', fit: 'Einpassen', actual: '1:1', smaller: 'Kleiner', larger: 'Größer',
  tint: 'Verdecktes markieren', tintHint: 'Markiert, was Sie nicht lesen können: verdeckte Texte und Felder und nicht geteilte Teile',
  address: 'Adresse der Seite',
  tool: { look: 'Ansehen', pointer: 'Zeigen', pen: 'Stift', arrow: 'Pfeil', highlight: 'Hervorheben', control: 'Bedienen' },
  clear: 'Löschen',
  ask: { annotate: 'Um Zeichnen bitten', control: 'Um Bedienen bitten' },
  asked: { annotate: 'Um Zeichnen gebeten …', control: 'Um Bedienen gebeten …' },
  giveBack: { annotate: 'Zeichnen beenden', control: 'Bedienen beenden' },
  offer: 'Seite vorschlagen', offerLabel: 'Adresse auf dieser Website', offerSend: 'Kunden fragen', offerWaiting: 'Der Kunde wird gefragt …',
  offered: {
    accepted: 'Der Kunde geht dorthin.', declined: 'Der Kunde bleibt hier.', unanswered: 'Der Kunde hat nicht geantwortet.', notThere: 'Das ist keine Adresse dieses Portals.',
    away: 'Die Seite des Kunden ist gerade nicht erreichbar.', tooMuch: 'Bitte warten Sie kurz vor dem nächsten Vorschlag.',
  },
  refused: {
    notGranted: 'Abgelehnt: Der Kunde erlaubt es nicht (mehr).', stale: 'Die Seite hat sich gerade geändert. Bitte noch einmal.', gone: 'Abgelehnt: Das ist nicht mehr auf der Seite.',
    hidden: 'Abgelehnt: Was Sie nicht lesen können, können Sie nicht bedienen.', secret: 'Abgelehnt: Passwörter, Kartendaten und Codes gehören dem Kunden.', readOnly: 'Abgelehnt: Dieser Teil ist nur zum Lesen.',
    disabled: 'Abgelehnt: Die Seite hat es abgeschaltet.', submit: 'Abgelehnt: Formulare sendet der Kunde.', file: 'Abgelehnt: Dateien gehören dem Kunden.',
    elsewhere: 'Abgelehnt: Das führt von der Website weg.', covered: 'Abgelehnt: Etwas anderes liegt darüber.', customerActive: 'Der Kunde ist selbst auf der Seite tätig. Bitte kurz warten.',
    unfit: 'So lässt sich das nicht bedienen.', away: 'Die Seite des Kunden antwortet nicht.', tooMuch: 'Zu viel auf einmal. Bitte langsamer.',
  },
  askTab: 'Um anderen Tab bitten', tabAsked: 'Der Kunde wird gefragt. Der Tab erscheint hier, sobald er ihn teilt.',
  tabs: 'Tabs, die der Kunde teilt', tabInFront: 'Vor dem Kunden', tabBehind: (time) => `Nicht vorn seit ${time}`,
  choose: 'Für den Kunden wählen', set: 'Für den Kunden einstellen', send: 'Übernehmen',
  delay: (milliseconds) => `${milliseconds} ms`,
  noAnswer: (time) => `Keine Antwort seit ${time}`,
  renewed: (times) => `${times}× erneuert`,
  renewedHint: 'Wie oft das ganze Bild neu geholt wurde, etwa nach einer Lücke in der Verbindung',
};

export function toolTextsFor(language: string): ToolTexts {
  return language.toLowerCase().startsWith('de') ? german : english;
}
