/** Keeps one unused RTCPeerConnection with its certificate ready: making them at the INVITE would cost tens of milliseconds. */

const certificateKind: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };

export class SparePeer {
  #certificate: RTCCertificate | null = null;
  #spare: RTCPeerConnection | null = null;
  #warmed = false;

  async warm(): Promise<void> {
    this.#warmed = true;
    this.#certificate ??= await RTCPeerConnection.generateCertificate(certificateKind);
    if (this.#warmed) this.#spare ??= this.#make();
  }

  take(): RTCPeerConnection {
    const peer = this.#spare ?? this.#make();
    this.#spare = null;
    setTimeout(() => { if (this.#warmed) this.#spare ??= this.#make(); }, 2000);
    return peer;
  }

  discard(): void {
    this.#warmed = false;
    this.#spare?.close();
    this.#spare = null;
  }

  #make(): RTCPeerConnection {
    // No iceServers: the gateway is ICE-lite with public candidates, so there is nothing to gather but host candidates.
    return new RTCPeerConnection({
      bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', ...(this.#certificate === null ? {} : { certificates: [this.#certificate] }),
    });
  }
}
