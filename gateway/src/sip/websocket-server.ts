/**
 * SIP over WebSocket, the server's side (RFC 7118): the upgrade on one path of the gateway's HTTP server, who may connect (told by
 * `authenticate`), and the limits of a connection: subprotocol, message size, rate, life signs. What a message means is not its business.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type { Logger } from 'pino';
import type { Connection, ConnectionHandler, Identity } from './connection.ts';
import { maxMessageBytes } from './message-filter.ts';

export type Authenticate = (request: IncomingMessage) => Promise<Identity | { readonly refuse: number; readonly detail: string }>;

export interface SipSocketOptions {
  readonly server: Server | SecureServer;
  readonly path: string;
  readonly authenticate: Authenticate;
  readonly adopt: (connection: Connection, identity: Identity) => ConnectionHandler;
  readonly log: Logger;
}

const pingInterval = 15_000;
/** Messages a connection may send within `rateWindow`; a desktop needs a handful. */
const rateLimit = 200;
const rateWindow = 10_000;
const connectionsPerAgent = 8;
/** Milliseconds for a peer to answer our close before its socket is cut. */
const closingGrace = 500;

export class SipSocketServer {
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, handleProtocols: () => 'sip', perMessageDeflate: false });
  private readonly options: SipSocketOptions;
  private readonly perAgent = new Map<string, number>();
  private serial = 0;

  constructor(options: SipSocketOptions) {
    this.options = options;
    options.server.on('upgrade', this.handleUpgrade);
  }

  close(): void {
    this.options.server.off('upgrade', this.handleUpgrade);
    for (const socket of this.sockets.clients) {
      socket.close(1001, 'the gateway is stopping');
      setTimeout(() => { socket.terminate(); }, closingGrace).unref();
    }
    this.sockets.close();
  }

  /** Only our path: socket.io shares the server and answers its own. */
  private readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== this.options.path) return;
    socket.on('error', ignore);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    // RFC 7118, 4.1: without the subprotocol it is not SIP.
    if (!offered.includes('sip')) { refuse(socket, 400, 'the WebSocket subprotocol must be sip'); return; }
    this.admit(request, socket, head).catch((error: unknown) => {
      this.options.log.error({ err: error }, 'SIP socket authentication failed');
      refuse(socket, 500, 'authentication failed');
    });
  };

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const identity = await this.options.authenticate(request);
    if ('refuse' in identity) refuse(socket, identity.refuse, identity.detail);
    else if ((this.perAgent.get(identity.agentId) ?? 0) >= connectionsPerAgent) refuse(socket, 429, 'too many connections of this agent');
    else if (!socket.destroyed) this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.accept(webSocket, request, identity));
  }

  private accept(socket: WebSocket, request: IncomingMessage, identity: Identity): void {
    const { log, adopt } = this.options;
    this.perAgent.set(identity.agentId, (this.perAgent.get(identity.agentId) ?? 0) + 1);
    this.serial += 1;
    const handler = adopt({
      serial: this.serial,
      transport: 'encrypted' in request.socket ? 'WSS' : 'WS',
      secure: 'encrypted' in request.socket,
      local: { address: request.socket.localAddress ?? '', port: request.socket.localPort ?? 0 },
      remote: { address: request.socket.remoteAddress ?? '', port: request.socket.remotePort ?? 0 },
      get open() { return socket.readyState === socket.OPEN; },
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    }, identity);

    let alive = true;
    const pinger = setInterval(() => {
      if (!alive) { socket.terminate(); return; }
      alive = false;
      socket.ping();
    }, pingInterval);
    pinger.unref();
    socket.on('pong', () => { alive = true; });

    let windowStart = Date.now();
    let inWindow = 0;
    socket.on('message', (data: RawData, isBinary) => {
      alive = true;
      const now = Date.now();
      if (now - windowStart > rateWindow) { windowStart = now; inWindow = 0; }
      inWindow += 1;
      if (inWindow > rateLimit) { socket.close(1008, 'too many messages'); return; }
      if (socket.readyState !== socket.OPEN) return;
      // RFC 7118 allows binary frames; what they hold is the same text.
      const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)).toString('utf8');
      try {
        handler.onMessage(text);
      } catch (error) {
        log.warn({ agentId: identity.agentId, err: error, binary: isBinary }, 'SIP message not handled');
      }
    });
    // A broken frame or one too large: ws closes the connection by itself.
    socket.on('error', (error) => log.debug({ agentId: identity.agentId, err: error }, 'SIP socket'));
    socket.once('close', () => {
      clearInterval(pinger);
      const left = (this.perAgent.get(identity.agentId) ?? 1) - 1;
      if (left > 0) this.perAgent.set(identity.agentId, left);
      else this.perAgent.delete(identity.agentId);
      handler.onClose();
    });
  }
}

function refuse(socket: Duplex, status: number, detail: string): void {
  const body = JSON.stringify({ type: '/problems/sip-socket', title: 'SIP socket refused', status, detail });
  socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function ignore(): void { /* a peer that goes away during the upgrade */ }
