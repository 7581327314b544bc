import { describe, expect, it } from 'vitest';
import { viewerHeaders } from './headers.ts';

describe('the viewer’s headers', () => {
  it('CB8 allow the network to our own scripts and the relay alone', () => {
    const policy = viewerHeaders({ cobrowseOrigins: ['https://help.example.com'], parentOrigins: ['https://desk.example.com'] })['Content-Security-Policy'];
    expect(policy).toBe("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data: blob:; connect-src 'self' https://help.example.com wss://help.example.com; frame-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors https://desk.example.com");
  });

  it('CB8 let nobody embed the viewer but the desktops that are named', () => {
    expect(viewerHeaders({ parentOrigins: [] })['Content-Security-Policy']).toContain("frame-ancestors 'self'");
  });
});
