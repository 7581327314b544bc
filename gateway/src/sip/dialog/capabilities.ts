/** What our dialogs can do, told truthfully in every Allow, Supported and Accept. */
export const allowedMethods = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'PRACK', 'UPDATE', 'INFO', 'REFER'] as const;

/** Reliable provisional answers (RFC 3262), session timers (RFC 4028), Replaces (RFC 3891), REFER without subscription (RFC 4488). */
export const supportedOptions = ['100rel', 'timer', 'replaces', 'norefersub'] as const;

export const acceptedTypes = ['application/sdp', 'multipart/mixed', 'application/dtmf-relay', 'application/dtmf', 'application/media_control+xml'] as const;

export const allowHeader = `Allow: ${allowedMethods.join(', ')}`;
export const acceptHeader = `Accept: ${acceptedTypes.join(', ')}`;

/** The option tags that a header (Supported, Require) of this message names. */
export function optionTags(message: { getHeaders(name: string): string[] }, header: 'supported' | 'require'): ReadonlySet<string> {
  return new Set(message.getHeaders(header).flatMap((value) => value.split(',')).map((tag) => tag.trim().toLowerCase()));
}
