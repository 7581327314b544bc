/** The few facts by which a message is matched to a transaction (RFC 3261, 17.1.3 and 17.2.3), read from its text: well-formed, because judged or our own. */
export interface MessageFacts {
  readonly type: 'request' | 'response';
  /** Of a response: the one in CSeq. */
  readonly method: string;
  /** 0 for a request. */
  readonly status: number;
  readonly branch: string;
  readonly sentBy: string;
  readonly callId: string;
  readonly sequence: string;
  readonly fromTag: string;
  readonly toTag: string;
}

export function factsOf(text: string): MessageFacts {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end + 2);
  const status = /^SIP\/2\.0 (\d{3}) /i.exec(head)?.[1];
  const value = (name: string): string => new RegExp(`^(?:${name})[ \\t]*:[ \\t]*([^\\r\\n]*)`, 'im').exec(head)?.[1] ?? '';
  const via = value('via|v');
  const [sequence = '', method = ''] = value('cseq').trim().split(/\s+/);
  const callId = value('call-id|i').trim();
  const fromTag = tagOf(value('from|f'));
  const branch = /;\s*branch\s*=\s*([^\s;,]+)/i.exec(via)?.[1] ?? '';
  return {
    type: status === undefined ? 'request' : 'response', method: status === undefined ? head.slice(0, head.indexOf(' ')) : method, status: Number(status ?? 0),
    // RFC 3261, 17.2.3: a branch without the cookie names no transaction.
    branch: /^z9hG4bK./i.test(branch) ? branch : `${callId} ${fromTag} ${sequence}`, sentBy: /^\S+\s+([^;,]*)/.exec(via)?.[1]?.trim().toLowerCase() ?? '',
    callId, sequence, fromTag, toTag: tagOf(value('to|t')),
  };
}

function tagOf(header: string): string {
  // After the address, so that a "tag=" within a display name or URI is none.
  return /;\s*tag\s*=\s*([^\s;,]+)/i.exec(header.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/<[^>]*>/g, ''))?.[1] ?? '';
}
