/** Sends a text to a peer by MESSAGE (RFC 3428), outside of any dialog. */
import { Core, Grammar, type URI } from 'sip.js';
import type { TextMessage } from './endpoint.ts';
import { quotedText } from './header-text.ts';

/** Milliseconds for the answer: a phone that lives has been reached by then, also over UDP that loses some. */
const answerLimit = 10_000;

export interface SendingText {
  readonly core: Core.UserAgentCore;
  readonly target: URI;
  readonly route?: readonly string[];
  readonly to: string;
  readonly message: TextMessage;
}

/** Answers the final status: 408 and 503 also where there was no answer in time or no connection. */
export function sendText({ core, target, route = [], to, message: { from, displayName, text } }: SendingText): Promise<number> {
  const [sender, recipient] = [Grammar.URIParse(from), Grammar.URIParse(to)];
  if (!sender || !recipient) return Promise.resolve(400);
  return new Promise((resolve) => {
    const timer = setTimeout(() => { resolve(408); }, answerLimit);
    timer.unref();
    const answered = ({ message }: { readonly message: Core.IncomingResponseMessage }): void => {
      clearTimeout(timer);
      resolve(message.statusCode ?? 408);
    };
    const request = core.makeOutgoingRequestMessage(
      Core.C.MESSAGE, target, sender, recipient, { routeSet: [...route], ...(displayName === null ? {} : { fromDisplayName: quotedText(displayName) }) }, [],
      { contentDisposition: 'render', contentType: 'text/plain;charset=UTF-8', content: text },
    );
    core.request(request, { onAccept: answered, onRedirect: answered, onReject: answered });
  });
}
