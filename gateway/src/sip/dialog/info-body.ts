/** What SIP INFO carries between old telephones and us: digits (application/dtmf-relay, application/dtmf) and the wish for a keyframe (RFC 5168). */

export type InfoBody =
  | { readonly type: 'digits'; readonly digits: string }
  | { readonly type: 'keyframe' }
  /** Nothing to do, and nothing wrong: a keep-alive of some peers. */
  | { readonly type: 'empty' }
  | { readonly type: 'unsupported' };

const digitPattern = /^[0-9A-D*#]{1,32}$/;

export function readInfoBody(contentType: string, body: string): InfoBody {
  const mediaType = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (mediaType === '' && body.trim() === '') return { type: 'empty' };
  switch (mediaType) {
    case 'application/dtmf-relay': {
      const digit = namedDigit(/^\s*Signal\s*=\s*([^\r\n]{1,32}?)\s*$/im.exec(body)?.[1] ?? '');
      return digit === null ? { type: 'unsupported' } : { type: 'digits', digits: digit };
    }
    case 'application/dtmf': {
      const digit = namedDigit(body.trim());
      return digit === null ? { type: 'unsupported' } : { type: 'digits', digits: digit };
    }
    case 'application/media_control+xml':
      return /<\s*picture_fast_update\b/i.test(body) ? { type: 'keyframe' } : { type: 'unsupported' };
    default: return { type: 'unsupported' };
  }
}

export interface OutgoingInfo {
  readonly contentType: string;
  readonly content: string;
}

export function dtmfInfo(digit: string, milliseconds: number): OutgoingInfo {
  return { contentType: 'application/dtmf-relay', content: `Signal=${digit}\r\nDuration=${Math.round(milliseconds)}\r\n` };
}

export const keyframeInfo: OutgoingInfo = {
  contentType: 'application/media_control+xml',
  content: '<?xml version="1.0" encoding="utf-8"?>\r\n<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>\r\n',
};

/** 10 and 11 are how some peers write star and hash, by the event codes of RFC 4733. */
function namedDigit(written: string): string | null {
  const named = written === '10' ? '*' : written === '11' ? '#' : written.toUpperCase();
  return digitPattern.test(named) ? named : null;
}
