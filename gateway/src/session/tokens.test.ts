import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { Tokens } from './tokens.ts';

const secret = 'a secret of more than thirty-two characters';
const tokens = new Tokens(secret);
const claims = { sub: 'sip:x@example.com', jti: 'one' };

describe('tokens', () => {
  it('SE4 are accepted for their audience only, until they expire, and with our algorithm only', () => {
    expect(tokens.verify('customer', tokens.issue('customer', claims, 60))).toMatchObject({ ok: true, claims });
    expect(tokens.verify('agent', tokens.issue('customer', claims, 60))).toMatchObject({ ok: false, problem: { type: '/problems/token-audience' } });
    expect(tokens.verify('customer', tokens.issue('customer', claims, -1))).toMatchObject({ ok: false, problem: { type: '/problems/token-expired' } });
    const foreign = new Tokens('another secret of more than thirty-two characters');
    expect(tokens.verify('customer', foreign.issue('customer', claims, 60))).toMatchObject({ ok: false, problem: { type: '/problems/token-invalid' } });
    const otherAlgorithm = jwt.sign(claims, secret, { algorithm: 'HS512', issuer: 'gethelp', audience: 'customer', expiresIn: 60 });
    expect(tokens.verify('customer', otherAlgorithm)).toMatchObject({ ok: false, problem: { type: '/problems/token-invalid' } });
    expect(tokens.verify('customer', 'nonsense')).toMatchObject({ ok: false, problem: { type: '/problems/token-invalid' } });
  });
});
