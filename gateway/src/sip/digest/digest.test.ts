import fc from 'fast-check';
import { Core } from 'sip.js';
import { describe, expect, it } from 'vitest';
import { Attempts } from './attempts.ts';
import { Authenticator, type Authentication } from './authenticator.ts';
import { authenticationFactory, withOneChallenge } from './credentials.ts';
import { digestParameters, digestResponse, ha1Of, type Algorithm } from './digest.ts';
import { nonceLife, Nonces } from './nonces.ts';
import { OfferedAlgorithms } from './offered-algorithms.ts';

const account = ha1Of('anna', 'help.test', 'secret-of-anna');

class Clock {
  time = 1_800_000_000_000;
  readonly now = (): number => this.time;
}

function start(clock = new Clock()): Authenticator {
  return new Authenticator({ realm: 'help.test', accounts: (name) => name === 'anna' ? account : null, now: clock.now, limits: { perSource: 5, perUser: 8, window: 60_000 } });
}

function challengesOf(authentication: Authentication): readonly string[] {
  if (authentication.type !== 'challenge') throw new Error(`expected a challenge, got ${authentication.type}`);
  return authentication.challenges;
}

/** What a phone would answer. */
function credentials(challenge: string, change: { readonly username?: string; readonly password?: string; readonly count?: number; readonly qop?: string; readonly method?: string } = {}): string {
  const { username = 'anna', password = 'secret-of-anna', count = 1, qop = 'auth', method = 'REGISTER' } = change;
  const parameters = digestParameters(challenge);
  const nonce = parameters?.get('nonce') ?? '';
  const algorithm = (parameters?.get('algorithm') ?? 'MD5') as Algorithm;
  const nc = count.toString(16).padStart(8, '0');
  const response = digestResponse({
    algorithm, ha1: ha1Of(username, 'help.test', password)[algorithm], method, uri: 'sip:help.test', nonce, counted: qop === '' ? null : { count: nc, clientNonce: 'abc' },
  });
  return `Digest username="${username}", realm="help.test", nonce="${nonce}", uri="sip:help.test", response="${response}", algorithm=${algorithm}`
    + (qop === '' ? '' : `, qop=${qop}, nc=${nc}, cnonce="abc"`);
}

const ask = (authenticator: Authenticator, header?: string, source = '192.0.2.1', request = 'call 1'): Authentication =>
  authenticator.authenticate({ method: 'REGISTER', credentials: header === undefined ? [] : [header], source, from: 'anna', request });

describe('digest', () => {
  it('SIP32 computes what RFC 7616 computes', () => {
    // RFC 7616, 3.9.1.
    const example = {
      method: 'GET', uri: '/dir/index.html', nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      counted: { count: '00000001', clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
    };
    const ha1 = ha1Of('Mufasa', 'http-auth@example.org', 'Circle of Life');
    expect(digestResponse({ ...example, algorithm: 'MD5', ha1: ha1.MD5 })).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(digestResponse({ ...example, algorithm: 'SHA-256', ha1: ha1['SHA-256'] })).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1');
  });

  it('SIP32 offers SHA-256 and MD5 together and takes either', () => {
    const authenticator = start();
    const challenges = challengesOf(ask(authenticator));
    expect(challenges.map((challenge) => digestParameters(challenge)?.get('algorithm'))).toEqual(['SHA-256', 'MD5']);
    expect(ask(authenticator, credentials(challenges[0] ?? ''))).toEqual({ type: 'authenticated', username: 'anna' });
    expect(ask(authenticator, credentials(challenges[1] ?? '', { count: 2 }))).toEqual({ type: 'authenticated', username: 'anna' });
  });

  it('SIP32 offers MD5 alone to whoever gave up at both, or answers with it, and to nobody for what they are called', () => {
    const authenticator = start();
    const offered = (authentication: Authentication): unknown => challengesOf(authentication).map((challenge) => digestParameters(challenge)?.get('algorithm'));
    expect(offered(ask(authenticator, undefined, '192.0.2.9', 'call 1'))).toEqual(['SHA-256', 'MD5']);
    // Repeated by UDP: nothing was given up.
    expect(offered(ask(authenticator, undefined, '192.0.2.9', 'call 1'))).toEqual(['SHA-256', 'MD5']);
    const [md5 = ''] = challengesOf(ask(authenticator, undefined, '192.0.2.9', 'call 2'));
    expect(md5).toContain('algorithm=MD5');
    expect(ask(authenticator, credentials(md5), '192.0.2.9', 'call 3')).toMatchObject({ type: 'authenticated' });
    expect(offered(ask(authenticator, undefined, '192.0.2.9', 'call 4'))).toEqual(['MD5']);
    expect(offered(ask(authenticator, credentials(md5), '192.0.2.9', 'call 5'))).toEqual(['MD5']);
    expect(offered(ask(authenticator, undefined, '192.0.2.10', 'call 6'))).toEqual(['SHA-256', 'MD5']);
    // One that can, and answers, is offered both from then on.
    const [sha = ''] = challengesOf(ask(authenticator, undefined, '192.0.2.11', 'call 7'));
    expect(ask(authenticator, credentials(sha), '192.0.2.11', 'call 7')).toMatchObject({ type: 'authenticated' });
    expect(offered(ask(authenticator, undefined, '192.0.2.11', 'call 8'))).toEqual(['SHA-256', 'MD5']);
    const memory = new OfferedAlgorithms();
    for (let client = 0; client < 30_000; client += 1) memory.offer(`client ${client}`, 'call');
    expect(memory.remembered).toBe(10_000);
  });

  it('SIP32 refuses a wrong password, another method, no count, and one that was listened to', () => {
    const authenticator = start();
    const [challenge = ''] = challengesOf(ask(authenticator));
    expect(ask(authenticator, credentials(challenge, { password: 'guess' }))).toMatchObject({ type: 'challenge', wrong: true });
    expect(ask(authenticator, credentials(challenge, { method: 'INVITE' }))).toMatchObject({ type: 'challenge', wrong: true });
    expect(ask(authenticator, credentials(challenge, { qop: '' }))).toMatchObject({ type: 'challenge', wrong: true });
    const good = credentials(challenge);
    expect(ask(authenticator, good)).toMatchObject({ type: 'authenticated' });
    const again = ask(authenticator, good);
    expect(again).toMatchObject({ type: 'challenge', wrong: false });
    expect(challengesOf(again)[0]).toContain('stale=true');
  });

  it('SIP32 says stale where the password is right and the nonce old, and to one of an earlier run', () => {
    const clock = new Clock();
    const authenticator = start(clock);
    const [challenge = ''] = challengesOf(ask(authenticator));
    clock.time += nonceLife + 1;
    const [renewed = ''] = challengesOf(ask(authenticator, credentials(challenge)));
    expect(renewed).toContain('stale=true');
    expect(challengesOf(ask(authenticator, credentials(challenge, { password: 'guess' })))[0]).not.toContain('stale');
    expect(ask(start(clock), credentials(renewed))).toMatchObject({ type: 'challenge', wrong: false });
    expect(ask(authenticator, credentials(renewed))).toMatchObject({ type: 'authenticated' });
  });

  it('SIP32 answers a user who does not exist as one who does', () => {
    const shape = (username: string): unknown => {
      const authenticator = start();
      const [challenge = ''] = challengesOf(ask(authenticator));
      const answers = Array.from({ length: 7 }, () => ask(authenticator, credentials(challenge, { username, password: 'guess' })));
      return answers.map((answer) => answer.type === 'challenge'
        ? { ...answer, challenges: answer.challenges.map((one) => one.replace(/nonce="[^"]*"/, '')) } : answer);
    };
    expect(shape('nobody')).toEqual(shape('anna'));
  });

  it('SIP33 lets a source guess so often, and no more for a while', () => {
    const clock = new Clock();
    const authenticator = start(clock);
    const [challenge = ''] = challengesOf(ask(authenticator));
    for (let attempt = 0; attempt < 5; attempt += 1) expect(ask(authenticator, credentials(challenge, { password: `guess ${attempt}` })).type).toBe('challenge');
    expect(ask(authenticator, credentials(challenge))).toEqual({ type: 'limited', retryAfter: 60 });
    clock.time += 60_000;
    expect(ask(authenticator, credentials(challenge))).toMatchObject({ type: 'authenticated' });
  });

  it('SIP33 lets a name be guessed so often from everywhere, but keeps nobody out who gave its password from the same place', () => {
    const authenticator = start();
    const [challenge = ''] = challengesOf(ask(authenticator));
    expect(ask(authenticator, credentials(challenge), '192.0.2.77').type).toBe('authenticated');
    for (let source = 0; source < 8; source += 1) ask(authenticator, credentials(challenge, { password: 'guess' }), `198.51.100.${source}`);
    expect(ask(authenticator, credentials(challenge, { count: 2 }), '198.51.100.99').type).toBe('limited');
    expect(ask(authenticator, credentials(challenge, { count: 3 }), '192.0.2.77').type).toBe('authenticated');
    // Behind the same NAT somebody mistypes, also her name.
    for (let guess = 0; guess < 5; guess += 1) ask(authenticator, credentials(challenge, { username: 'ben', password: 'typo' }), '192.0.2.77');
    expect(ask(authenticator, credentials(challenge, { username: 'ben' }), '192.0.2.77').type).toBe('limited');
    expect(ask(authenticator, credentials(challenge, { count: 4 }), '192.0.2.77').type).toBe('authenticated');
    for (let guess = 0; guess < 5; guess += 1) ask(authenticator, credentials(challenge, { password: 'guess' }), '192.0.2.77');
    expect(ask(authenticator, credentials(challenge, { count: 5 }), '192.0.2.77').type).toBe('limited');
  });

  it('SIP33 remembers no more than it must, however many guess', () => {
    const attempts = new Attempts({ perSource: 5, perUser: 8, window: 60_000 });
    for (let guess = 0; guess < 30_000; guess += 1) attempts.failed(`source ${guess}`, `user ${guess}`, guess);
    expect(attempts.remembered).toBeLessThanOrEqual(20_000);
    const nonces = new Nonces();
    const early = nonces.issue(1000);
    expect(nonces.use(early, 1)).toBe(true);
    for (let used = 0; used < 20_001; used += 1) nonces.use(nonces.issue(2000), 1);
    expect(nonces.remembered).toBe(20_000);
    // What was forgotten may not come back as if it were new.
    expect(nonces.state(early, 3000)).toBe('stale');
  });

  it('SIP32 takes each count once, in any order within the window', () => {
    const count = fc.integer({ min: 1, max: 60 });
    fc.assert(fc.property(fc.array(count, { maxLength: 80 }), (counts) => {
      const nonces = new Nonces();
      const nonce = nonces.issue(1);
      const taken = counts.filter((one) => nonces.use(nonce, one));
      expect(new Set(taken).size).toBe(taken.length);
      let highest = 0;
      for (const [at, one] of counts.entries()) {
        if (one > highest - 32 && !counts.slice(0, at).includes(one)) expect(taken).toContain(one);
        highest = Math.max(highest, one);
      }
    }));
  });

  it('SIP32 never throws at what calls itself credentials', () => {
    const authenticator = start();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((text) => `Digest ${text}`), fc.string().map((text) => `Digest realm="help.test", ${text}`)), (text) => {
      expect(['challenge', 'limited']).toContain(authenticator.authenticate({ method: 'REGISTER', credentials: [text], source: text, from: text, request: text }).type);
    }), { seed: 20_261_121, numRuns: 2000 });
  });
});

describe('our own credentials', () => {
  const response = (challenges: readonly string[], status = 401): string =>
    [`SIP/2.0 ${status} Unauthorized`, 'Via: SIP/2.0/UDP x;branch=z9hG4bK1', 'To: <sip:a@b>', ...challenges, 'Content-Length: 0', '', ''].join('\r\n');

  it('SIP42 answers the best of several challenges, however they are written', () => {
    const text = withOneChallenge(response([
      'WWW-Authenticate: Digest realm="pbx",nonce="n3",algorithm=SHA-512-256,qop="auth"', 'www-authenticate:  Digest realm="pbx", nonce="n1", algorithm=MD5, qop="auth"',
      'WWW-Authenticate: Digest realm="pbx",\r\n nonce="n2", algorithm="SHA-256", qop="auth,auth-int", opaque="o"', 'WWW-Authenticate: Basic realm="pbx"',
    ]));
    expect(text.match(/authenticate/gi)).toHaveLength(1);
    expect(text).toContain('WWW-Authenticate: Digest realm="pbx", nonce="n2", algorithm=SHA-256, opaque="o", qop="auth"\r\n');
    expect(text.endsWith('\r\n\r\n')).toBe(true);
    const unusable = response(['WWW-Authenticate: Digest realm="pbx", nonce="n", algorithm=SHA-512-256', 'WWW-Authenticate: Digest realm="pbx", nonce="n", qop="auth-int"']);
    expect(withOneChallenge(unusable)).toBe(response([]));
    expect(withOneChallenge(response(['WWW-Authenticate: Digest realm="pbx", nonce="n"'], 200))).toContain('WWW-Auth');
    expect(withOneChallenge(response(['Proxy-Authenticate: Digest realm="pbx", nonce="n", stale=TRUE'], 407))).toContain('Proxy-Authenticate: Digest realm="pbx", nonce="n", algorithm=MD5, stale=true\r\n');
  });

  it('SIP42 is taken by whoever computes the same', () => {
    const authenticator = new Authenticator({ realm: 'pbx', accounts: (name) => name === 'trunk' ? ha1Of('trunk', 'pbx', 'pw "quoted"') : null, now: () => 1 });
    const offered = authenticator.authenticate({ method: 'INVITE', credentials: [], source: 'x', from: '', request: '' });
    const log = new Core.LoggerFactory();
    log.builtinEnabled = false;
    const read = Core.Parser.parseMessage(
      withOneChallenge(response(challengesOf(offered).map((one) => `Proxy-Authenticate: ${one}`), 407)).replace('To:', 'From: <sip:c@d>;tag=1\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nTo:'),
      log.getLogger('test'),
    );
    const session = authenticationFactory({ username: 'trunk', password: 'pw "quoted"' })();
    const request = { method: 'INVITE', ruri: 'sip:732@pbx' };
    expect(session.authenticate(request as never, read?.parseHeader('proxy-authenticate'))).toBe(true);
    expect(authenticator.authenticate({ method: 'INVITE', credentials: [session.toString()], source: 'x', from: '', request: '' })).toEqual({ type: 'authenticated', username: 'trunk' });
  });

  it('SIP42 never throws at what calls itself a challenge', () => {
    fc.assert(fc.property(fc.array(fc.string()), (lines) => {
      const text = response(lines.map((line) => `WWW-Authenticate: Digest ${line}`));
      expect(typeof withOneChallenge(text)).toBe('string');
    }), { seed: 20_261_121 });
  });
});
