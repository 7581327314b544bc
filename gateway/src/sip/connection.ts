/** One stream connection that carries whole SIP messages, authenticated as one agent. The WebSocket server makes them; TCP could. */
export interface Connection {
  /** Rises with every connection accepted: of two connections of one page, the higher is the later. */
  readonly serial: number;
  readonly secure: boolean;
  readonly open: boolean;
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
