/** Asks a peer by OPTIONS whether it lives (RFC 3261, 11). Any answer is a yes: also of one that does not know OPTIONS. */
import { Core, Grammar, type URI } from 'sip.js';

export interface Probe {
  readonly core: Core.UserAgentCore;
  readonly target: URI;
  readonly route?: readonly string[];
  readonly from: string;
  /** Milliseconds for the answer. */
  readonly limit: number;
}

export type Alive = { readonly alive: true; readonly status: number } | { readonly alive: false; readonly error: string };

export function probe({ core, target, route = [], from, limit }: Probe): Promise<Alive> {
  const sender = Grammar.URIParse(from);
  if (!sender) return Promise.resolve({ alive: false, error: `not a SIP address: ${from}` });
  return new Promise((resolve) => {
    const timer = setTimeout(() => { resolve({ alive: false, error: `no answer within ${limit / 1000} s` }); }, limit);
    timer.unref();
    const answered = ({ message }: { readonly message: Core.IncomingResponseMessage }): void => {
      clearTimeout(timer);
      // SIP.js tells a time-out as 408 and a failed connection as 503, in a response without a single header.
      const status = message.statusCode ?? 0;
      resolve(message.hasHeader('via') ? { alive: true, status } : { alive: false, error: status === 503 ? 'no connection' : 'no answer' });
    };
    const request = core.makeOutgoingRequestMessage(Core.C.OPTIONS, target, sender, target, { routeSet: [...route] }, ['Accept: application/sdp']);
    core.request(request, { onAccept: answered, onRedirect: answered, onReject: answered });
  });
}
