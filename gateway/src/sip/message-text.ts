/**
 * A SIP message as lines, before any grammar: folded lines joined, compact names written out, each Via on a line of its own (RFC 3261, 7.3).
 * SIP.js reads what comes out of here; what it cannot read can still be answered from here.
 */

export interface HeaderLine {
  /** As RFC 3261 writes it, where it has a compact form; else as it came. */
  readonly name: string;
  readonly value: string;
}

export interface MessageText {
  readonly startLine: string;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** RFC 3261, 7.3.3, and those registered since. */
const compactNames: Readonly<Record<string, string>> = {
  a: 'Accept-Contact', b: 'Referred-By', c: 'Content-Type', d: 'Request-Disposition', e: 'Content-Encoding', f: 'From', i: 'Call-ID', j: 'Reject-Contact',
  k: 'Supported', l: 'Content-Length', m: 'Contact', n: 'Identity-Info', o: 'Event', r: 'Refer-To', s: 'Subject', t: 'To', u: 'Allow-Events', v: 'Via', x: 'Session-Expires',
  y: 'Identity',
};

/** More headers than any peer sends; beyond it reading them is work for nothing. */
const headersAtMost = 200;

/** Null: no start line and headers that could be told apart. */
export function readMessageText(text: string): MessageText | null {
  const end = text.indexOf('\r\n\r\n');
  // RFC 3261, 25.1: CR and LF stand together or not at all. What we copy into a response must not end a line there.
  if (end < 0 || /\r(?!\n)|(?<!\r)\n/.test(text.slice(0, end))) return null;
  const [startLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const unfolded: string[] = [];
  for (const line of lines) {
    // RFC 3261, 7.3.1: a line that begins with white space goes on with the one before.
    if (/^[ \t]/.test(line) && unfolded.length > 0) unfolded.push(`${unfolded.pop() ?? ''} ${line.trim()}`);
    else unfolded.push(line);
  }
  if (unfolded.length > headersAtMost) return null;
  const headers: HeaderLine[] = [];
  for (const line of unfolded) {
    const colon = line.indexOf(':');
    const written = line.slice(0, Math.max(colon, 0)).trimEnd();
    if (!/^[A-Za-z0-9\-.!%*_+`'~]+$/.test(written)) return null;
    const name = compactNames[written.toLowerCase()] ?? written;
    const value = line.slice(colon + 1).trim();
    for (const part of name.toLowerCase() === 'via' ? listed(value) : [value]) headers.push({ name, value: part });
  }
  return { startLine, headers, body: text.slice(end + 4) };
}

export function writeMessageText({ startLine, headers, body }: MessageText): string {
  return `${startLine}\r\n${headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

export function headerValues({ headers }: MessageText, name: string): string[] {
  return headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);
}

/** The parts of a comma-separated list; commas in quotes and angle brackets are none. */
export function listed(value: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let bracketed = false;
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (quoted && character === '\\') { part += character + value.charAt(at += 1); continue; }
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '<') bracketed = true;
    else if (!quoted && character === '>') bracketed = false;
    if (character === ',' && !quoted && !bracketed) { parts.push(part.trim()); part = ''; } else part += character;
  }
  parts.push(part.trim());
  return parts;
}
