/** Which dialog is to be replaced (RFC 3891), in a Replaces header or within the URI of a Refer-To. */
export interface Replaces {
  readonly callId: string;
  /** The tag of whoever receives the request: ours, in a dialog with us, as `Dialog.id` has it. */
  readonly localTag: string;
  readonly remoteTag: string;
  /** Only if that dialog was not answered yet (486 otherwise). */
  readonly earlyOnly: boolean;
}

export function readReplaces(value: string): Replaces | null {
  const [callId = '', ...parameters] = value.split(';').map((part) => part.trim());
  const parameter = (name: string): string | undefined => {
    const found = parameters.find((one) => one.toLowerCase().startsWith(`${name}=`));
    return found?.slice(name.length + 1).trim();
  };
  const localTag = parameter('to-tag');
  const remoteTag = parameter('from-tag');
  if (callId === '' || !localTag || !remoteTag) return null;
  return { callId, localTag, remoteTag, earlyOnly: parameters.some((one) => one.toLowerCase() === 'early-only') };
}

/** `<sip:732@host?Replaces=…>`: the URI that is meant, without its headers, and what the INVITE to it would replace. */
export function readReferTo(value: string): { readonly target: string; readonly replaces: Replaces | null } | null {
  const uri = (/<([^<>]{1,2000})>/.exec(value)?.[1] ?? /^\s*([^\s<>;,"]{1,2000})/.exec(value)?.[1])?.trim();
  if (!uri || !/^(?:sips?|tel):./i.test(uri)) return null;
  const [target = '', headers = ''] = uri.split('?', 2);
  const replaces = headers.split('&').find((header) => /^replaces=/i.test(header));
  if (replaces === undefined) return { target, replaces: null };
  const read = readReplaces(decoded(replaces.slice('replaces='.length)));
  return read ? { target, replaces: read } : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: not escaped at all.
    return text;
  }
}
