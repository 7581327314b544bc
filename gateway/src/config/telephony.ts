/** The telephone side of the contact-center file: trunks, agents' phones and extensions, proxies in front, the phone book. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { matchesNumber, normalizedNumber, numberPattern } from '../sip/trunks/numbers.ts';
import { id } from './identifiers.ts';

const label = z.string().min(1).max(100);
const srtp = z.enum(['off', 'required', 'dtls']).default('off').describe('off: plain RTP. required: SRTP with keys in SDP (SDES), which wants TLS beneath. dtls: DTLS-SRTP, for what does ICE and rtcp-mux; audio alone. Whoever offers otherwise gets 488. There is no fallback.');
const dtmf = z.enum(['rfc4733', 'info']).default('rfc4733').describe('How digits go out: events in RTP, or SIP INFO.');
const answerSeconds = z.int().min(1).max(120).default(20).describe('How long a phone that does not answer by itself may ring after the agent accepted at the desktop.');
const number = z.string().transform((written, context) => {
  const normalized = normalizedNumber(written);
  if (normalized !== null) return normalized;
  context.addIssue({ code: 'custom', message: 'expected a number such as "+493012345" or "732"' });
  return z.NEVER;
});
const fixedText = z.string().regex(/^\+?\d{0,20}$/, 'expected digits, with an optional + in front');

/** `sip:host[:port][;transport=udp|tcp|tls]`; a literal IPv6 address stands in brackets. */
const target = z.string().regex(
  /^sips?:(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?(?:;transport=(?:udp|tcp|tls))?$/i,
  'expected a SIP address without a user, such as "sip:pbx.example.com;transport=tls" or "sip:192.0.2.7:5060;transport=udp"',
);

export const trunkSchema = z.strictObject({
  id,
  label: label.optional().describe('For people; default: the id.'),
  targets: z.array(target).nonempty().describe('Tried in order. A host without a port is looked up as RFC 3263 says (SRV); one that does not answer is set aside and probed.'),
  credentials: z.strictObject({ username: z.string().min(1).max(200), password: z.string().min(1).max(200) }).optional().describe('For 401 and 407 of the trunk.'),
  srtp,
  dtmf,
  fromPolicy: z.enum(['uri', 'pai', 'fixed']).default('uri').describe('uri: From is the caller URI. pai: From is `fixedFrom`, the caller URI goes into P-Asserted-Identity. fixed: From is `fixedFrom`. The caller URI always travels in User-to-User and X-GetHelp-From.'),
  fixedFrom: z.string().regex(/^sips?:[^\s@<>"]+@[^\s@<>"]+$/, 'expected a SIP address such as "sip:+493012345@pbx.example.com"').optional(),
  allowed: z.array(z.string().regex(numberPattern, 'expected digits with ? for one digit and * at the end for any, such as "+49*" or "7??"')).default([])
    .describe('Numbers that may be dialled. None: only the agents\' own extensions.'),
  strip: fixedText.default('').describe('Taken away where a number begins with it, before `prefix` is put in front.'),
  prefix: fixedText.default(''),
  probeSeconds: z.int().min(0).max(3600).default(30).describe('How often OPTIONS asks whether a target lives. 0: never; only calls tell.'),
  incoming: z.boolean().default(true).describe('Whether calls from this trunk\'s targets are taken at all.'),
}).refine(({ fromPolicy, fixedFrom }) => (fromPolicy === 'uri') || fixedFrom !== undefined, { path: ['fixedFrom'], message: 'expected a SIP address, because fromPolicy is not uri' })
  // Keys that travel in SDP are as secret as the signalling.
  .refine(({ srtp: policy, targets }) => policy === 'off' || targets.every((one) => /^sips:|;transport=tls/i.test(one)), { path: ['srtp'], message: 'expected targets with transport=tls, because srtp sends its keys in SDP' });

const ha1 = (length: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`), `expected ${length} hexadecimal digits`);

/** An agent's phone that registers here as `sip:<username>@<SIP_DOMAIN>`. */
export const phoneSchema = z.strictObject({
  password: z.string().min(8).max(200).optional().describe('In clear: refused in production, where `ha1` is needed.'),
  ha1: z.strictObject({ md5: ha1(32), sha256: ha1(64) }).optional().describe('Printed by `npm run -s hash-password -- --sip <username>@<SIP_DOMAIN>`.'),
  srtp,
  dtmf,
  answerSeconds,
}).refine(({ password, ha1: hashes }) => (password === undefined) !== (hashes === undefined), 'expected either password or ha1');

/** An agent's telephone behind a PBX or a carrier. */
export const extensionSchema = z.strictObject({ trunk: id, number, answerSeconds });

export const answerWithSchema = z.enum(['desktop', 'phone', 'extension']);

/** A proxy in front that has authenticated the phones behind it. */
export const edgeSchema = z.strictObject({
  id,
  addresses: z.array(z.string().refine(isSource, 'expected an IP address, also with a port, such as "192.0.2.5" or "192.0.2.5:5060"')).nonempty()
    .describe('Where its requests come from; with a port where phones register directly from the same address. Whoever can send from there is believed: keep the network between closed.'),
  identity: z.enum(['p-asserted-identity', 'digest']).default('p-asserted-identity')
    .describe('p-asserted-identity: the proxy has checked the password and says who it is. digest: it passes the challenge on, and phones answer it here.'),
});

export const phonebookSchema = z.array(z.strictObject({ label, number }));

/** A telephone configuration whose parts do not fit together is complained about here, path by path. */
export function checkTelephony(
  { trunks, agents, phonebook, edges }: Telephony, complain: (path: Array<string | number>, message: string) => void,
): void {
  const ids = trunks.map((trunk) => trunk.id);
  const extensions = new Set<string>();
  for (const [index, { username, extension, answerWith, sip }] of agents.entries()) {
    if (extension !== undefined) {
      const named = `${extension.trunk} ${extension.number}`;
      if (!ids.includes(extension.trunk)) complain(['agents', index, 'extension', 'trunk'], `no trunk "${extension.trunk}" in this file; there are: ${ids.join(', ') || 'none'}`);
      if (extensions.has(named)) complain(['agents', index, 'extension', 'number'], `another agent has "${extension.number}" on this trunk`);
      extensions.add(named);
    }
    if (answerWith === 'phone' && sip === undefined) complain(['agents', index, 'answerWith'], `expected \`sip\` for ${username}, because they answer with a phone`);
    if (answerWith === 'extension' && extension === undefined) complain(['agents', index, 'answerWith'], `expected \`extension\` for ${username}, because they answer with one`);
  }
  for (const [index, entry] of phonebook.entries()) {
    if (!trunks.some(({ allowed }) => allowed.some((pattern) => matchesNumber(pattern, entry.number)))) {
      complain(['phonebook', index, 'number'], `no trunk allows "${entry.number}"`);
    }
  }
  const addresses = edges.flatMap((edge) => edge.addresses);
  for (const [index, edge] of edges.entries()) {
    const twice = edge.addresses.findIndex((address) => addresses.indexOf(address) !== addresses.lastIndexOf(address));
    if (twice >= 0) complain(['edges', index, 'addresses', twice], `"${edge.addresses[twice] ?? ''}" stands twice`);
  }
}

export type TrunkConfig = z.infer<typeof trunkSchema>;
export type PhoneConfig = z.infer<typeof phoneSchema>;
export type ExtensionConfig = z.infer<typeof extensionSchema>;
export type EdgeConfig = z.infer<typeof edgeSchema>;
export type AnswerWithConfig = z.infer<typeof answerWithSchema>;

interface Telephony {
  readonly trunks: readonly TrunkConfig[];
  readonly edges: readonly EdgeConfig[];
  readonly phonebook: z.infer<typeof phonebookSchema>;
  readonly agents: ReadonlyArray<{
    readonly username: string; readonly sip?: PhoneConfig | undefined; readonly extension?: ExtensionConfig | undefined; readonly answerWith: AnswerWithConfig;
  }>;
}

function isSource(address: string): boolean {
  const [, bracketed, plain] = /^(?:\[(.+)\]|([^:]+)):\d{1,5}$/.exec(address) ?? [];
  return isIP(bracketed ?? plain ?? address) !== 0;
}
