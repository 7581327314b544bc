export type TransportName = 'WS' | 'WSS' | 'UDP' | 'TCP' | 'TLS';

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** One path on which whole SIP messages come and go: a WebSocket, a TCP or TLS connection, or a UDP socket together with one remote address. */
export interface Connection {
  /** Rises with every connection accepted: of two connections of one page, the higher is the later. */
  readonly serial: number;
  readonly transport: TransportName;
  /** Nobody on the path reads along. */
  readonly secure: boolean;
  readonly open: boolean;
  /** As Via and Contact must name it: announced, where the socket's own address is of no use to the peer. */
  readonly local: SocketAddress;
  /** Where messages really come from; what `received` and `rport` say. */
  readonly remote: SocketAddress;
  /** Only where messages can be lost. */
  readonly transactions?: UnreliableTransactions;
  send(text: string): void;
  /** @param code WebSocket close code. */
  close(code: number, reason: string): void;
}

export interface Identity {
  readonly agentId: string;
  readonly username: string;
  /** `sip:<username>@<domain>`: the one address of record this connection may register. */
  readonly aor: string;
}

export interface ConnectionHandler {
  onMessage(text: string): void;
  onClose(): void;
}

/** Beneath a connection that loses and doubles messages: keeps whoever is above from noticing (transport/udp-transactions.ts). */
export interface UnreliableTransactions {
  /** A judged message came. True: it was seen before, and what it asks for was sent again. */
  received(text: string): boolean;
  /** The request was answered and leaves nothing behind; when it comes again it is a new one. */
  forget(text: string): void;
}
