/** The session description that a message carries: alone, or within a multipart body (RFC 5621), beside parts that may be ignored. */

export type SessionBody =
  | { readonly type: 'none' }
  | { readonly type: 'sdp'; readonly sdp: string }
  /** A body that must be understood and is not: 415. */
  | { readonly type: 'unsupported' };

/** Says why an offer was refused with 488 (RFC 3261, 20.43: 304, media type not available). */
export const unusableWarning = 'Warning: 304 gethelp "No media that can be used"';

interface Message {
  readonly body: string;
  getHeader(name: string): string | undefined;
}

/** More parts than any peer sends; a body made of boundaries costs nothing. */
const maxParts = 20;

export function readSessionBody(message: Message): SessionBody {
  if (!message.body) return { type: 'none' };
  const header = (name: string): string => message.getHeader(name) ?? '';
  const encoding = header('content-encoding').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') return { type: 'unsupported' };
  return readPart({ type: header('content-type'), disposition: header('content-disposition'), body: message.body });
}

function readPart({ type, disposition, body }: { readonly type: string; readonly disposition: string; readonly body: string }): SessionBody {
  const mediaType = (type.split(';', 1)[0] ?? '').trim().toLowerCase();
  const purpose = (disposition.split(';', 1)[0] ?? '').trim().toLowerCase();
  // RFC 3261, 13.2.1: SDP is a session description unless its disposition says otherwise.
  if (mediaType === 'application/sdp' && (purpose === '' || purpose === 'session')) return { type: 'sdp', sdp: body };
  if (mediaType.startsWith('multipart/')) return readMultipart(type, body);
  // RFC 3261, 20.11: what is optional may be ignored; without the parameter handling is required.
  return /;\s*handling\s*=\s*optional/i.test(disposition) ? { type: 'none' } : { type: 'unsupported' };
}

function readMultipart(type: string, body: string): SessionBody {
  const found = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return { type: 'unsupported' };
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, maxParts + 1).filter((part) => !part.startsWith('--'));
  const read = parts.map((part) => {
    const end = part.indexOf('\r\n\r\n');
    const headers = end < 0 ? part : part.slice(0, end);
    const header = (name: string): string => new RegExp(`\\r\\n${name}[ \\t]*:[ \\t]*([^\\r\\n]*)`, 'i').exec(headers)?.[1] ?? '';
    // The line break before the boundary belongs to the boundary (RFC 2046, 5.1.1), and an SDP line ends in one.
    const content = end < 0 ? '' : `${part.slice(end + 4).replace(/\r\n$/, '')}\r\n`;
    return readPart({ type: header('Content-Type'), disposition: header('Content-Disposition'), body: content });
  });
  // RFC 5621, 8: of a `multipart/mixed` every required part must be understood, of a `multipart/alternative` one.
  const sdp = read.find((part) => part.type === 'sdp');
  if (sdp) return sdp;
  return read.some((part) => part.type === 'unsupported') || read.length === 0 ? { type: 'unsupported' } : { type: 'none' };
}
