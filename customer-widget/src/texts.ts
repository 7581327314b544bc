/**
 * Every word that a customer reads, in one catalogue. One export for each text, so that the small loader carries only its own. To add a
 * language: add its column to `Text` and `languages`; the compiler then lists what is missing. `{name}` is filled in by `say`.
 */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
export type Text = Readonly<Record<Language, string>>;

/** The text in a language, with its places filled. */
export function say(text: Text, language: Language, values: Readonly<Record<string, string | number>> = {}): string {
  return text[language].replace(/\{(\w+)\}/g, (place, key: string) => String(values[key] ?? place));
}

/** The first of the wishes (BCP 47 tags) that the catalogue has, else English. */
export function languageOf(wishes: readonly (string | null)[]): Language {
  for (const wish of wishes) {
    const found = languages.find((language) => wish?.toLowerCase().split('-')[0] === language);
    if (found !== undefined) return found;
  }
  return 'en';
}

// The button
export const getHelp: Text = { en: 'Get Help', de: 'Hilfe' };
export const talkToUs: Text = { en: 'Talk to us, right here', de: 'Sprechen Sie mit uns' };
export const noWait: Text = { en: 'No wait right now', de: 'Im Moment keine Wartezeit' };
export const waitUnderMinute: Text = { en: 'Wait: under a minute', de: 'Wartezeit: unter 1 Minute' };
export const waitAbout: Text = { en: 'Wait: about {minutes} min', de: 'Wartezeit: etwa {minutes} Min.' };
export const closedNow: Text = { en: 'Closed now', de: 'Zurzeit geschlossen' };
export const opensAt: Text = { en: 'Closed, opens {when}', de: 'Geschlossen bis {when}' };
export const unreachableNow: Text = { en: 'Not reachable. Try again', de: 'Nicht erreichbar. Erneut versuchen' };

// The panel
export const panelLabel: Text = { en: 'Get Help', de: 'Hilfe' };
export const minimise: Text = { en: 'Minimise', de: 'Minimieren' };
export const restore: Text = { en: 'Open Get Help', de: 'Hilfe öffnen' };
export const close: Text = { en: 'Close', de: 'Schließen' };
export const tryAgain: Text = { en: 'Try again', de: 'Erneut versuchen' };
export const startAgain: Text = { en: 'Start again', de: 'Neu beginnen' };

// Opening
export const opening: Text = { en: 'Getting your place…', de: 'Ihr Platz wird reserviert …' };
export const resuming: Text = { en: 'Bringing you back…', de: 'Wir verbinden Sie wieder …' };
export const openingHint: Text = { en: 'This takes a moment.', de: 'Das dauert nur einen Moment.' };

// A call or a chat
export const chooseTitle: Text = { en: 'How can we help?', de: 'Wie möchten Sie uns erreichen?' };
export const chooseCall: Text = { en: 'Call', de: 'Anrufen' };
export const chooseCallHint: Text = { en: 'Talk to us, right here on this page', de: 'Sprechen Sie mit uns, gleich hier auf der Seite' };
export const chooseChat: Text = { en: 'Chat', de: 'Chatten' };
export const chooseChatHint: Text = { en: 'Write, and go on with what you are doing', de: 'Schreiben Sie uns und machen Sie nebenher weiter' };

// Chat
export const chatWith: Text = { en: 'You are chatting with {agent}', de: 'Sie chatten mit {agent}' };
export const conversation: Text = { en: 'Conversation', de: 'Unterhaltung' };
export const chat: Text = { en: 'Chat', de: 'Chat' };
export const chatNew: Text = { en: 'Chat, {count} new', de: 'Chat, {count} neu' };
export const chatYourMessage: Text = { en: 'Your message', de: 'Ihre Nachricht' };
export const chatSend: Text = { en: 'Send', de: 'Senden' };
export const chatWaitingHint: Text = { en: 'Tell us what it is about. Whoever takes over reads it.', de: 'Schreiben Sie schon, worum es geht. Wer übernimmt, liest es.' };
export const chatEmpty: Text = { en: 'Write the first message.', de: 'Schreiben Sie die erste Nachricht.' };
export const chatTyping: Text = { en: '{agent} is writing…', de: '{agent} schreibt …' };
export const chatSending: Text = { en: 'Sending…', de: 'Wird gesendet …' };
export const chatRefused: Text = { en: 'Not sent', de: 'Nicht gesendet' };
export const chatSent: Text = { en: 'Sent', de: 'Gesendet' };
export const chatRead: Text = { en: 'Read', de: 'Gelesen' };
export const chatYou: Text = { en: 'You', de: 'Sie' };
export const chatStillThere: Text = { en: 'Are you still there?', de: 'Sind Sie noch da?' };
export const chatStillThereHint: Text = { en: 'Without an answer the chat ends soon. Just write.', de: 'Ohne Antwort endet der Chat bald. Schreiben Sie einfach.' };
export const chatTalk: Text = { en: 'Talk instead', de: 'Lieber sprechen' };
export const chatCallWanted: Text = { en: 'You asked {agent} for a call', de: 'Sie haben {agent} um einen Anruf gebeten' };
export const chatCallAsked: Text = { en: '{agent} would like to talk to you', de: '{agent} möchte mit Ihnen sprechen' };
export const chatCallAskedHint: Text = { en: 'Right here, by voice. What you wrote stays.', de: 'Gleich hier, mit Ton. Das Geschriebene bleibt.' };
export const chatCallYes: Text = { en: 'Talk now', de: 'Jetzt sprechen' };
export const chatVideo: Text = { en: 'Video', de: 'Video' };
export const chatVideoWanted: Text = { en: 'You asked {agent} for a video call', de: 'Sie haben {agent} um einen Videoanruf gebeten' };
export const chatVideoAsked: Text = { en: '{agent} would like to talk to you by video', de: '{agent} möchte mit Ihnen per Video sprechen' };
export const chatVideoAskedHint: Text = { en: 'Right here. Without your camera you are heard and not seen.', de: 'Gleich hier. Ohne Ihre Kamera sind Sie zu hören und nicht zu sehen.' };
export const chatVoiceYes: Text = { en: 'Voice only', de: 'Nur Ton' };
export const chatVideoYes: Text = { en: 'With camera', de: 'Mit Kamera' };
export const chatCallTakeBack: Text = { en: 'Take back', de: 'Zurücknehmen' };
export const chatCallFailed: Text = { en: 'The call did not come about', de: 'Der Anruf kam nicht zustande' };
export const chatCallFailedHint: Text = { en: 'You can go on writing here.', de: 'Sie können hier weiterschreiben.' };
export const chatEnd: Text = { en: 'End chat', de: 'Chat beenden' };
export const chatHeld: Text = { en: 'What you write is sent when the connection is back.', de: 'Was Sie schreiben, wird gesendet, sobald die Verbindung wieder da ist.' };

// Closed
export const closedTitle: Text = { en: 'We are closed right now', de: 'Wir haben gerade geschlossen' };
export const closedOpens: Text = { en: 'We are back {when}.', de: 'Wir sind {when} wieder da.' };
export const closedHours: Text = { en: 'Opening hours', de: 'Öffnungszeiten' };

// Before the queue
export const preparing: Text = { en: 'One moment, please', de: 'Einen Moment, bitte' };
export const preparingHint: Text = { en: 'We are finding the right team for you.', de: 'Wir suchen das passende Team für Sie.' };
export const noticeTitle: Text = { en: 'Before we begin', de: 'Bevor es losgeht' };
export const noticeConfirm: Text = { en: 'I agree', de: 'Einverstanden' };
export const noticeDecline: Text = { en: 'No, thanks', de: 'Nein, danke' };
export const noticeKey: Text = { en: 'Press {key} on your keyboard to agree.', de: 'Mit der Taste {key} stimmen Sie zu.' };
export const yourAnswer: Text = { en: 'We need your answer', de: 'Wir brauchen Ihre Antwort' };
export const dissuadedTooLong: Text = { en: 'It will take a while', de: 'Es wird länger dauern' };
export const dissuadedTooFull: Text = { en: 'Many people are waiting', de: 'Es warten gerade viele' };
export const dissuadedNoMedia: Text = { en: 'We cannot hear you here', de: 'Wir können Sie hier nicht hören' };
export const dissuadedNobody: Text = { en: 'Nobody is here right now', de: 'Gerade ist niemand da' };
export const dissuadedDeclined: Text = { en: 'We cannot go on like this', de: 'So geht es leider nicht weiter' };
export const dissuadedHint: Text = { en: 'You are welcome to wait. The time you have waited already counts.', de: 'Sie können gern warten. Die Zeit, die Sie schon warten, zählt mit.' };
export const dissuadedOtherwise: Text = { en: 'This is what we can do for you instead.', de: 'Das können wir stattdessen für Sie tun.' };
export const chooseWait: Text = { en: 'Wait all the same', de: 'Trotzdem warten' };
export const chooseLeave: Text = { en: 'Leave', de: 'Verlassen' };

// Waiting
export const youAreNext: Text = { en: 'You are next', de: 'Sie sind als Nächstes dran' };
export const inLine: Text = { en: 'Your place in line', de: 'Ihr Platz in der Reihe' };
export const placeNext: Text = { en: 'Next', de: 'Gleich' };
export const aboutMinutes: Text = { en: 'About {minutes} minutes', de: 'Etwa {minutes} Minuten' };
export const aboutMinute: Text = { en: 'About 1 minute', de: 'Etwa 1 Minute' };
export const underMinute: Text = { en: 'Less than a minute', de: 'Weniger als eine Minute' };
export const waitUnknown: Text = { en: 'We will be with you as soon as we can', de: 'Wir sind so bald wie möglich für Sie da' };
export const waitingHint: Text = {
  en: 'Carry on with what you were doing. We ring when it is your turn.', de: 'Machen Sie ruhig weiter. Wir läuten, wenn Sie an der Reihe sind.',
};
export const leaveQueue: Text = { en: 'Leave the queue', de: 'Warteschlange verlassen' };
export const waitingMedia: Text = { en: 'Something for the wait', de: 'Etwas für die Wartezeit' };
export const requeuedTitle: Text = { en: 'You have kept your place', de: 'Ihr Platz ist Ihnen sicher' };
export const requeuedUnavailable: Text = { en: 'Our colleague could not take over. You are first in line for the next one.', de: 'Unsere Kollegin oder unser Kollege konnte nicht übernehmen. Sie sind die oder der Nächste.' };
export const requeuedLost: Text = { en: 'We lost our colleague’s connection. You are first in line for the next one.', de: 'Die Verbindung auf unserer Seite ging verloren. Sie sind die oder der Nächste.' };
export const requeuedNoMedia: Text = { en: 'No sound reached us from your device. Please check your microphone below.', de: 'Von Ihrem Gerät kam kein Ton an. Bitte prüfen Sie unten Ihr Mikrofon.' };
export const requeuedTransferred: Text = { en: 'You have been handed to the right team. The time you have waited counts.', de: 'Sie wurden an das richtige Team übergeben. Ihre bisherige Wartezeit zählt.' };
export const announcePlace: Text = { en: 'You are number {position} in line. {wait}.', de: 'Sie sind Nummer {position} in der Reihe. {wait}.' };

// Called back
export const callbackOffer: Text = { en: 'Rather not wait?', de: 'Lieber nicht warten?' };
export const callbackOfferHint: Text = { en: 'We call you back, and you keep your place.', de: 'Wir rufen Sie zurück, und Ihr Platz bleibt Ihnen.' };
export const callbackAsk: Text = { en: 'Call me back', de: 'Zurückrufen lassen' };
export const callbackTitle: Text = { en: 'We call you back', de: 'Wir rufen Sie zurück' };
export const callbackFormHint: Text = { en: 'You keep your place in line meanwhile.', de: 'Ihr Platz in der Reihe bleibt Ihnen dabei erhalten.' };
export const callbackWhere: Text = { en: 'Where?', de: 'Wo?' };
export const callbackOnPage: Text = { en: 'On this page', de: 'Auf dieser Seite' };
export const callbackOnPageHint: Text = { en: 'It rings here, as long as the page is open.', de: 'Es klingelt hier, solange die Seite offen ist.' };
export const callbackOnPhone: Text = { en: 'On my telephone', de: 'Auf meinem Telefon' };
export const callbackOnPhoneHint: Text = { en: 'You may close this page.', de: 'Sie können die Seite schließen.' };
export const callbackNumber: Text = { en: 'Your number, with country code', de: 'Ihre Nummer, mit Ländervorwahl' };
export const callbackWhen: Text = { en: 'When?', de: 'Wann?' };
export const callbackAtTurn: Text = { en: 'When it is my turn', de: 'Sobald ich an der Reihe bin' };
export const callbackKeepWaiting: Text = { en: 'Back', de: 'Zurück' };
export const callbackNumberMissing: Text = { en: 'Please enter your number.', de: 'Bitte geben Sie Ihre Nummer ein.' };
export const callbackNumberRefused: Text = { en: 'We cannot call this number', de: 'Diese Nummer können wir nicht anrufen' };
export const callbackNumberRefusedHint: Text = { en: 'Check it, with the country code, or choose another one.', de: 'Prüfen Sie sie, mit Ländervorwahl, oder wählen Sie eine andere.' };
export const callbackTwice: Text = { en: 'We are to call this number already', de: 'Für diese Nummer ist schon ein Rückruf vorgemerkt' };
export const callbackTimeTaken: Text = { en: 'This time has just been taken', de: 'Diese Zeit wurde gerade vergeben' };
export const callbackTimeTakenHint: Text = { en: 'Please choose another one.', de: 'Bitte wählen Sie eine andere.' };
export const callbackAtPlace: Text = { en: 'You keep your place in line: {position}', de: 'Sie behalten Ihren Platz in der Reihe: {position}' };
export const callbackNext: Text = { en: 'You are next in line', de: 'Sie sind als Nächstes dran' };
export const callbackTo: Text = { en: 'We call {number}. You may close this page.', de: 'Wir rufen {number} an. Sie können diese Seite schließen.' };
export const callbackHere: Text = { en: 'Keep this page open: it rings here.', de: 'Lassen Sie diese Seite offen: Es klingelt hier.' };
export const callbackScheduledTitle: Text = { en: 'We call you {when}', de: 'Wir rufen Sie an: {when}' };
export const callbackPaused: Text = { en: 'We call you back from {when} on', de: 'Wir rufen Sie ab {when} zurück' };
export const callbackPausedHint: Text = { en: 'Your place is kept.', de: 'Ihr Platz bleibt erhalten.' };
export const callbackCalling: Text = { en: 'We are calling you now', de: 'Wir rufen Sie gerade an' };
export const callbackCallingHint: Text = { en: 'Please pick up your telephone.', de: 'Bitte nehmen Sie Ihr Telefon ab.' };
export const callbackWithdraw: Text = { en: 'Wait here', de: 'Hier warten' };
export const callbackCancel: Text = { en: 'Cancel callback', de: 'Rückruf absagen' };
export const callbackAnnounce: Text = { en: 'We call you back. {place}', de: 'Wir rufen Sie zurück. {place}' };
export const onYourTelephone: Text = { en: 'on your telephone', de: 'am Telefon' };
export const onTelephoneHint: Text = { en: 'Here you can share this page with us, or hang up.', de: 'Hier können Sie diese Seite mit uns teilen oder auflegen.' };
export const chooseCallback: Text = { en: 'Call me back', de: 'Zurückrufen lassen' };

export const chooseMessage: Text = { en: 'Leave a message', de: 'Nachricht hinterlassen' };

// A message instead
export const messageOffer: Text = { en: 'Rather write?', de: 'Lieber schreiben?' };
export const messageOfferHint: Text = { en: 'We answer later, and you need not wait.', de: 'Wir antworten später, Sie müssen nicht warten.' };
export const messageWrite: Text = { en: 'Write', de: 'Schreiben' };
export const messageTitle: Text = { en: 'Leave a message', de: 'Nachricht hinterlassen' };
export const messageFormHint: Text = { en: 'We answer as soon as we can.', de: 'Wir antworten, sobald wir können.' };
export const messageSubject: Text = { en: 'Subject (if you like)', de: 'Betreff (wenn Sie mögen)' };
export const messageText: Text = { en: 'Your message', de: 'Ihre Nachricht' };
export const messageReplyTo: Text = { en: 'Your e-mail address or telephone number', de: 'Ihre E-Mail-Adresse oder Telefonnummer' };
export const messageReplyToIfYouLike: Text = { en: 'E-mail address or telephone number (if you like)', de: 'E-Mail-Adresse oder Telefonnummer (wenn Sie mögen)' };
export const messageSend: Text = { en: 'Send', de: 'Senden' };
export const messageTextMissing: Text = { en: 'Please write your message.', de: 'Bitte schreiben Sie Ihre Nachricht.' };
export const messageReplyToWrong: Text = { en: 'Please enter an e-mail address or a telephone number where we can answer.', de: 'Bitte geben Sie eine E-Mail-Adresse oder Telefonnummer ein, unter der wir antworten können.' };
export const messageHeld: Text = { en: 'What you wrote is kept.', de: 'Was Sie geschrieben haben, bleibt erhalten.' };
export const messageLeftTitle: Text = { en: 'We have your message', de: 'Wir haben Ihre Nachricht' };
export const messageLeftTo: Text = { en: 'We will answer to {replyTo}. You may close this page.', de: 'Wir antworten an {replyTo}. Sie können diese Seite schließen.' };
export const messageLeftHint: Text = { en: 'We will answer you. You may close this page.', de: 'Wir antworten Ihnen. Sie können diese Seite schließen.' };

// Device check
export const checkTitle: Text = { en: 'Check your sound', de: 'Ton prüfen' };
export const checkHint: Text = { en: 'You keep your place meanwhile.', de: 'Ihr Platz bleibt Ihnen dabei erhalten.' };
export const checkStart: Text = { en: 'Check', de: 'Prüfen' };
export const checkAsking: Text = { en: 'Please allow the microphone in your browser’s question.', de: 'Bitte erlauben Sie das Mikrofon in der Frage Ihres Browsers.' };
export const checkSpeak: Text = { en: 'Say something: the bar should move.', de: 'Sagen Sie etwas: Der Balken sollte sich bewegen.' };
export const checkHeard: Text = { en: 'We can hear you. All set.', de: 'Wir hören Sie. Alles bereit.' };
export const microphone: Text = { en: 'Microphone', de: 'Mikrofon' };
export const speaker: Text = { en: 'Speaker', de: 'Lautsprecher' };
export const defaultDevice: Text = { en: 'Standard device', de: 'Standardgerät' };
export const testSound: Text = { en: 'Play a test sound', de: 'Testton abspielen' };
export const notifyMe: Text = { en: 'Notify me when it is my turn', de: 'Benachrichtigung einschalten' };

// Your turn, connecting
export const yourTurn: Text = { en: 'It is your turn', de: 'Sie sind an der Reihe' };
export const yourTurnHint: Text = { en: 'Stay here, we are connecting you.', de: 'Bleiben Sie hier, wir verbinden Sie.' };
export const yourTurnTitle: Text = { en: '● Your turn', de: '● Sie sind dran' };
export const yourTurnNotice: Text = { en: 'We are ready for you. Please come back to this page.', de: 'Wir sind für Sie da. Bitte kommen Sie zurück auf die Seite.' };
export const connectingTo: Text = { en: 'Connecting you with {agent}', de: 'Wir verbinden Sie mit {agent}' };
export const connectingHint: Text = { en: 'Voice first. Your camera stays off.', de: 'Zuerst nur Ton. Ihre Kamera bleibt aus.' };
export const tapToHear: Text = { en: 'Tap to hear {agent}', de: 'Tippen, um {agent} zu hören' };

export const transferTo: Text = { en: 'Connecting you with {agent}…', de: 'Wir verbinden Sie mit {agent} …' };
export const transferNext: Text = { en: 'Connecting you with a colleague…', de: 'Wir verbinden Sie weiter …' };
export const transferHint: Text = { en: 'Stay on the line, you do not need to do anything.', de: 'Bleiben Sie in der Leitung, Sie müssen nichts tun.' };

// An agent calls
export const rungBy: Text = { en: '{agent} is calling you', de: '{agent} ruft Sie an' };
export const rungHint: Text = { en: 'Answer to talk right here. Your camera stays off.', de: 'Sie sprechen gleich hier, nur mit Ton. Ihre Kamera bleibt aus.' };
export const rungSeconds: Text = { en: '{seconds} s left to answer', de: 'Noch {seconds} s zum Annehmen' };
export const rungTitle: Text = { en: '● {agent} is calling', de: '● {agent} ruft an' };
export const rungNotice: Text = { en: 'Please come back to this page to answer.', de: 'Bitte kommen Sie zum Annehmen zurück auf die Seite.' };
export const rungHeld: Text = { en: 'The call can be answered when the connection is back.', de: 'Sie können annehmen, sobald die Verbindung wieder da ist.' };
export const answer: Text = { en: 'Answer', de: 'Annehmen' };
export const answerFailed: Text = { en: 'That did not reach us. Please try again.', de: 'Das hat uns nicht erreicht. Bitte versuchen Sie es noch einmal.' };

// Call
export const youTalkTo: Text = { en: 'You are talking to', de: 'Sie sprechen mit' };
export const withYou: Text = { en: 'With you in the call', de: 'Mit Ihnen im Gespräch' };
export const twoWithYou: Text = { en: '{agent} and {third}', de: '{agent} und {third}' };
export const oneMoreWithYou: Text = { en: '{agent} and one more person', de: '{agent} und eine weitere Person' };
export const putThrough: Text = { en: 'You are put through', de: 'Sie sind verbunden' };
export const agentChanged: Text = { en: '{agent} is with you now', de: '{agent} ist jetzt für Sie da' };
export const agentChangedHint: Text = { en: 'Your call was handed over.', de: 'Ihr Gespräch wurde übergeben.' };
export const otherSide: Text = { en: 'the other side', de: 'der Gegenseite' };
export const keypad: Text = { en: 'Keypad', de: 'Tasten' };
export const keypadLabel: Text = { en: 'Keypad', de: 'Wähltasten' };
export const keypadHint: Text = { en: 'Press or type digits', de: 'Ziffern drücken oder tippen' };
export const keypadFailed: Text = { en: 'Not sent. Please try again.', de: 'Nicht gesendet. Bitte noch einmal.' };
export const onHold: Text = { en: 'On hold', de: 'Gehalten' };
export const onHoldHint: Text = { en: '{agent} will be back with you in a moment.', de: '{agent} ist gleich wieder bei Ihnen.' };
export const agentAway: Text = { en: '{agent} is coming back', de: '{agent} kommt zurück' };
export const agentAwayHint: Text = { en: 'The line on our side dropped. Please stay, you do not need to do anything.', de: 'Die Leitung ist auf unserer Seite abgebrochen. Bitte bleiben Sie, Sie müssen nichts tun.' };
export const mute: Text = { en: 'Mute', de: 'Stumm' };
export const unmute: Text = { en: 'Unmute', de: 'Laut' };
export const cameraOn: Text = { en: 'Camera', de: 'Kamera' };
export const cameraOff: Text = { en: 'Camera off', de: 'Kamera aus' };
export const sharePage: Text = { en: 'Share page', de: 'Seite teilen' };
export const shareScreen: Text = { en: 'Share screen', de: 'Bildschirm teilen' };
export const stopSharing: Text = { en: 'Stop sharing', de: 'Teilen beenden' };
export const hangUp: Text = { en: 'Hang up', de: 'Auflegen' };
export const youAreMuted: Text = { en: 'You are muted', de: 'Sie sind stumm' };
export const agentPicture: Text = { en: 'Video of {agent}', de: 'Video von {agent}' };
export const selfPicture: Text = { en: 'Your own video', de: 'Ihr eigenes Video' };
export const cameraRefused: Text = { en: 'Your browser does not allow the camera.', de: 'Ihr Browser erlaubt die Kamera nicht.' };
export const cameraNone: Text = { en: 'No camera was found.', de: 'Es wurde keine Kamera gefunden.' };
export const cameraBusy: Text = { en: 'The camera is in use by another program.', de: 'Die Kamera wird von einem anderen Programm benutzt.' };
export const callSettings: Text = { en: 'Sound', de: 'Ton' };

// Co-browse
export const consentAsked: Text = { en: '{agent} would like to see this page', de: '{agent} möchte diese Seite sehen' };
export const consentOffer: Text = { en: 'Show this page to {agent}?', de: 'Diese Seite {agent} zeigen?' };
export const consentSees: Text = { en: 'The pages of this website in this tab, and where you point', de: 'Die Seiten dieser Website in diesem Tab und wohin Sie zeigen' };
export const consentHidden: Text = { en: 'What you type and your private data stay hidden', de: 'Eingaben und private Daten bleiben verborgen' };
export const consentNever: Text = { en: 'Nobody clicks or changes anything unless you allow it', de: 'Niemand klickt oder ändert etwas, ohne dass Sie es erlauben' };
export const consentStop: Text = { en: 'You can stop at any time with one click', de: 'Sie können jederzeit mit einem Klick beenden' };
export const allow: Text = { en: 'Show this page', de: 'Seite zeigen' };
export const decline: Text = { en: 'Not now', de: 'Jetzt nicht' };
export const annotateAsked: Text = { en: '{agent} would like to point and draw on this page', de: '{agent} möchte auf dieser Seite zeigen und zeichnen' };
export const annotateMarks: Text = { en: 'Marks appear on your page, to show you the way', de: 'Markierungen erscheinen auf Ihrer Seite und zeigen Ihnen den Weg' };
export const annotateNever: Text = { en: 'Nothing is clicked or changed', de: 'Nichts wird geklickt oder geändert' };
export const controlAsked: Text = { en: '{agent} would like to click and type on this page', de: '{agent} möchte auf dieser Seite klicken und schreiben' };
export const controlReach: Text = { en: 'Passwords, card data and whatever is hidden stay out of reach', de: 'Passwörter, Kartendaten und alles Verborgene bleiben unerreichbar' };
export const controlFirst: Text = { en: 'Your own mouse and keyboard always go first', de: 'Ihre eigene Maus und Tastatur haben immer Vorrang' };
export const controlStop: Text = { en: 'Esc or one click ends it; so does going to another page', de: 'Esc oder ein Klick beendet es, ebenso ein Seitenwechsel' };
export const recordAsked: Text = { en: '{agent} would like to record what you show', de: '{agent} möchte aufzeichnen, was Sie zeigen' };
export const recordKept: Text = { en: 'The shared page is kept with your request', de: 'Die geteilte Seite wird zu Ihrer Anfrage aufbewahrt' };
export const recordHidden: Text = { en: 'What is hidden from {agent} is not recorded', de: 'Was für {agent} verborgen ist, wird nicht aufgezeichnet' };
export const screenAsked: Text = { en: '{agent} would like to see your screen', de: '{agent} möchte Ihren Bildschirm sehen' };
export const screenOffer: Text = { en: 'Show your screen to {agent}?', de: '{agent} Ihren Bildschirm zeigen?' };
export const screenNext: Text = { en: 'Next, your browser asks which tab, window or screen', de: 'Als Nächstes fragt Ihr Browser, welcher Tab, welches Fenster oder welcher Bildschirm' };
export const screenSees: Text = { en: 'Everything in it is seen as it is: close what is private first', de: 'Alles darin ist zu sehen, wie es ist: Schließen Sie vorher, was privat ist' };
export const screenChoose: Text = { en: 'Choose what to show', de: 'Auswählen' };
export const screenChoosing: Text = { en: 'Choose in your browser’s window…', de: 'Wählen Sie im Fenster Ihres Browsers …' };
export const screenLive: Text = { en: '{agent} sees your screen', de: '{agent} sieht Ihren Bildschirm' };
export const screenFailed: Text = { en: 'Your screen could not be shown', de: 'Ihr Bildschirm konnte nicht gezeigt werden' };
export const allowFurther: Text = { en: 'Allow', de: 'Erlauben' };
export const heldAnnotate: Text = { en: '{agent} can draw here', de: '{agent} darf hier zeichnen' };
export const heldControl: Text = { en: '{agent} can click and type (Esc ends it)', de: '{agent} darf klicken und schreiben (Esc beendet)' };
export const heldRecord: Text = { en: 'This page is being recorded', de: 'Diese Seite wird aufgezeichnet' };
export const endAnnotate: Text = { en: 'End drawing', de: 'Zeichnen beenden' };
export const endControl: Text = { en: 'End control', de: 'Bedienen beenden' };
export const endRecord: Text = { en: 'End recording', de: 'Aufzeichnung beenden' };
export const alsoWatching: Text = { en: 'Also watching: {names}', de: 'Es sieht auch zu: {names}' };
export const asSupervisor: Text = { en: '{name} (supervisor)', de: '{name} (Teamleitung)' };
export const offerTitle: Text = { en: '{agent} suggests another page', de: '{agent} schlägt eine andere Seite vor' };
export const offerHint: Text = { en: 'If you agree, this tab goes there. What you have not saved here may be lost.', de: 'Wenn Sie zustimmen, wechselt dieser Tab dorthin. Nicht Gespeichertes kann verloren gehen.' };
export const offerGo: Text = { en: 'Go there', de: 'Dorthin gehen' };
export const offerStay: Text = { en: 'Stay here', de: 'Hier bleiben' };
export const pauseSharing: Text = { en: 'Pause', de: 'Pause' };
export const resumeSharing: Text = { en: 'Go on', de: 'Weiter' };
export const sharingLive: Text = { en: '{agent} sees this page', de: '{agent} sieht diese Seite' };
export const sharingStarting: Text = { en: 'Starting to share…', de: 'Teilen wird gestartet …' };
export const sharingPaused: Text = { en: 'Sharing is paused', de: 'Teilen ist pausiert' };
export const sharingOtherTab: Text = { en: '{agent} looks at another of your tabs', de: '{agent} sieht einen anderen Ihrer Tabs' };
export const tabQuestion: Text = { en: 'Share this tab', de: 'Diesen Tab teilen' };
export const tabShared: Text = { en: 'You are sharing your page with {agent} in another tab.', de: 'Sie teilen in einem anderen Tab Ihre Seite mit {agent}.' };
export const tabWanted: Text = { en: '{agent} would like to see another of your tabs.', de: '{agent} möchte einen anderen Ihrer Tabs sehen.' };
export const tabOffer: Text = { en: 'Share this tab too?', de: 'Auch diesen Tab teilen?' };
export const tabWantedHere: Text = { en: '{agent} would like to see another tab. Go to it and press “Share this tab”.', de: '{agent} möchte einen anderen Tab sehen. Gehen Sie dorthin und drücken Sie „Diesen Tab teilen“.' };
export const notNow: Text = { en: 'Not now', de: 'Jetzt nicht' };
export const shareTab: Text = { en: 'Share this tab', de: 'Diesen Tab teilen' };
export const previewTitle: Text = { en: 'What an agent would see', de: 'Was ein Agent sehen würde' };
export const previewOff: Text = { en: 'This portal’s configuration does not allow the preview (cobrowse.preview).', de: 'Die Konfiguration dieses Portals erlaubt die Vorschau nicht (cobrowse.preview).' };
export const previewUnshared: Text = { en: 'This page is not shared.', de: 'Diese Seite wird nicht geteilt.' };
export const previewFailed: Text = { en: 'The browser does not understand one of the rules: nothing would be shared.', de: 'Der Browser versteht eine der Regeln nicht: Es würde nichts geteilt.' };
export const showHidden: Text = { en: 'What is hidden', de: 'Was verdeckt ist' };
export const sharingElsewhere: Text = { en: 'Not shared on this page', de: 'Auf dieser Seite nicht geteilt' };
export const sharingFailed: Text = { en: 'The page could not be shared', de: 'Die Seite konnte nicht geteilt werden' };
export const stop: Text = { en: 'Stop', de: 'Beenden' };

// Trouble
export const reconnecting: Text = { en: 'Connection lost. Reconnecting…', de: 'Verbindung verloren. Wir verbinden neu …' };
export const placeHeld: Text = { en: 'Your place is held.', de: 'Ihr Platz bleibt erhalten.' };
export const callHeld: Text = { en: 'Your call is held.', de: 'Ihr Gespräch bleibt erhalten.' };
export const soundRecovering: Text = { en: 'The sound is being reconnected…', de: 'Der Ton wird neu verbunden …' };
export const soundFailed: Text = { en: 'The sound could not be connected from this network.', de: 'Aus diesem Netz ließ sich kein Ton verbinden.' };
export const offlineTitle: Text = { en: 'You are offline', de: 'Sie sind offline' };
export const microphoneRefused: Text = { en: 'Your microphone is blocked', de: 'Ihr Mikrofon ist blockiert' };
export const microphoneNone: Text = { en: 'No microphone was found', de: 'Kein Mikrofon gefunden' };
export const microphoneNoneHint: Text = { en: 'Plug in a headset or switch your microphone on, then try again.', de: 'Schließen Sie ein Headset an oder schalten Sie das Mikrofon ein und versuchen Sie es erneut.' };
export const microphoneBusy: Text = { en: 'Your microphone is in use', de: 'Ihr Mikrofon wird gerade benutzt' };
export const microphoneBusyHint: Text = { en: 'Close the other program that uses it, then try again.', de: 'Schließen Sie das andere Programm, das es benutzt, und versuchen Sie es erneut.' };
export const microphoneFailed: Text = { en: 'Your microphone did not start', de: 'Ihr Mikrofon startet nicht' };
export const refusedChrome: Text = { en: 'Click the icon to the left of the web address, allow the microphone, then try again.', de: 'Klicken Sie auf das Symbol links neben der Webadresse, erlauben Sie das Mikrofon und versuchen Sie es erneut.' };
export const refusedFirefox: Text = { en: 'Click the crossed-out microphone next to the web address, remove the block, then try again.', de: 'Klicken Sie auf das durchgestrichene Mikrofon neben der Webadresse, heben Sie die Blockierung auf und versuchen Sie es erneut.' };
export const refusedSafari: Text = { en: 'Open Safari’s settings for this website (in the address bar), allow the microphone, then try again.', de: 'Öffnen Sie in der Adressleiste die Safari-Einstellungen für diese Website, erlauben Sie das Mikrofon und versuchen Sie es erneut.' };
export const failedSession: Text = { en: 'We could not start', de: 'Der Start ist nicht gelungen' };
export const failedSessionHint: Text = { en: 'This website could not reach the help desk. Please try again in a moment.', de: 'Diese Website konnte die Hilfe nicht erreichen. Bitte versuchen Sie es gleich noch einmal.' };
export const failedRefused: Text = { en: 'Your place could not be found again', de: 'Ihr Platz wurde nicht wiedergefunden' };
export const failedRefusedHint: Text = { en: 'It may have been too long. Start again to get a new place.', de: 'Es ist vermutlich zu viel Zeit vergangen. Beginnen Sie neu, um einen neuen Platz zu erhalten.' };
export const failedUnreachable: Text = { en: 'The help desk cannot be reached', de: 'Die Hilfe ist nicht erreichbar' };
export const failedUnreachableHint: Text = { en: 'Check your internet connection, then try again.', de: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es erneut.' };
export const failedIncompatible: Text = { en: 'This browser cannot make calls', de: 'Dieser Browser kann keine Anrufe führen' };
export const failedIncompatibleHint: Text = { en: 'Please use a current Chrome, Edge, Firefox or Safari.', de: 'Bitte verwenden Sie ein aktuelles Chrome, Edge, Firefox oder Safari.' };
export const supersededTitle: Text = { en: 'You went on in another tab', de: 'Sie haben in einem anderen Tab weitergemacht' };
export const supersededHint: Text = { en: 'Your place and your call are there now.', de: 'Ihr Platz und Ihr Gespräch sind jetzt dort.' };
export const takeBack: Text = { en: 'Continue here', de: 'Hier weitermachen' };

// Ended
export const endedThanks: Text = { en: 'Thank you for talking to us', de: 'Danke für das Gespräch' };
export const endedLeft: Text = { en: 'You have left the queue', de: 'Sie haben die Warteschlange verlassen' };
export const endedOver: Text = { en: 'The call is over', de: 'Das Gespräch ist beendet' };
export const endedSorry: Text = { en: 'We are sorry', de: 'Es tut uns leid' };
export const endByCustomer: Text = { en: 'You hung up.', de: 'Sie haben aufgelegt.' };
export const endByAgent: Text = { en: '{agent} has ended the call.', de: '{agent} hat das Gespräch beendet.' };
export const endBySystem: Text = { en: 'The call was ended.', de: 'Das Gespräch wurde beendet.' };
export const endedThanksChat: Text = { en: 'Thank you for writing to us', de: 'Danke für Ihre Nachricht' };
export const endChat: Text = { en: 'The chat is over.', de: 'Der Chat ist beendet.' };
export const endChatByAgent: Text = { en: '{agent} has ended the chat.', de: '{agent} hat den Chat beendet.' };
export const endCanceled: Text = { en: 'Come back whenever you like.', de: 'Kommen Sie gern jederzeit wieder.' };
export const endAbsent: Text = { en: 'You were away for too long to hold your place.', de: 'Sie waren zu lange weg, um Ihren Platz zu halten.' };
export const endClosed: Text = { en: 'We have closed for now.', de: 'Wir haben inzwischen geschlossen.' };
export const endNoMedia: Text = { en: 'No sound reached us from your device. Check your microphone before the next try.', de: 'Von Ihrem Gerät kam kein Ton an. Prüfen Sie Ihr Mikrofon vor dem nächsten Versuch.' };
export const endAgentLost: Text = { en: 'The line on our side was lost and could not be brought back.', de: 'Die Leitung ging auf unserer Seite verloren und ließ sich nicht wiederherstellen.' };
export const endCustomerLost: Text = { en: 'The line to you was lost for too long.', de: 'Die Verbindung zu Ihnen war zu lange unterbrochen.' };
export const endMaximumWait: Text = { en: 'Nobody became free in time.', de: 'Es wurde leider niemand rechtzeitig frei.' };
export const endNotReached: Text = { en: 'We called you back and could not reach you.', de: 'Wir haben Sie zurückgerufen und nicht erreicht.' };
export const endCallbackExpired: Text = { en: 'Nobody became free to call you back.', de: 'Es wurde leider niemand für Ihren Rückruf frei.' };
export const endInactive: Text = { en: 'We have not heard from you for a while, so the chat was ended.', de: 'Wir haben länger nichts von Ihnen gelesen, deshalb wurde der Chat beendet.' };
export const endCompleted: Text = { en: 'Your message has been answered.', de: 'Ihre Nachricht ist beantwortet.' };
export const endMaximumDuration: Text = { en: 'The call has reached its longest time.', de: 'Das Gespräch hat die längste Dauer erreicht.' };
export const endDeclined: Text = { en: 'Without your agreement we cannot go on. Come back whenever you like.', de: 'Ohne Ihre Zustimmung können wir nicht weitermachen. Kommen Sie gern jederzeit wieder.' };
export const endedNotEntitled: Text = { en: 'This service is not in your contract', de: 'Dieser Service gehört nicht zu Ihrem Vertrag' };
export const endNotEntitled: Text = { en: 'Please get in touch with us in another way.', de: 'Bitte nehmen Sie auf einem anderen Weg Kontakt zu uns auf.' };
export const endDissuaded: Text = { en: 'Too many people are waiting right now. Please try again later.', de: 'Gerade warten zu viele. Bitte versuchen Sie es später noch einmal.' };
export const endFailed: Text = { en: 'Something failed on our side.', de: 'Bei uns ist etwas schiefgegangen.' };
