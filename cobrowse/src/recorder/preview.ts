/**
 * What an agent would see of this page, for whoever writes the portal's rules: the recorder and its sanitizer run as they do for a customer, and
 * what would go to the relay goes to a function here instead. Nothing leaves the page.
 */
import type { AssetOffer, CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import type { RecordedAsset } from '#shared/cobrowse-recording.ts';
import type { CobrowseRules } from '#shared/cobrowse-rules.ts';
import { minSnapshotInterval } from '../policy/limits.ts';
import { eventTypes } from '../policy/sanitizer.ts';
import { AddressWatch } from './address-watch.ts';
import { AssetSender } from './asset-sender.ts';
import { startRecording, type Recording } from './recording.ts';
import { RulesInPage } from './rules-in-page.ts';

export interface PreviewPort {
  handleFrame(frame: CobrowseFrame): void;
  handleAsset(asset: RecordedAsset): void;
  /** Whether the page that is open now may be shared at all. */
  handleShared(isShared: boolean): void;
}

export interface PagePreview {
  stop(): void;
}

/** @throws DOMException where the browser does not understand one of the selectors. */
export function previewPage(given: CobrowseRules, port: PreviewPort): PagePreview {
  const rules = new RulesInPage(given, location.href);
  let recording: Recording | null = null;
  let seq = 0;
  let snapshotEpoch = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const takeSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      recording?.takeSnapshot();
    }, minSnapshotInterval);
  };
  const begin = (): void => {
    port.handleShared(rules.isShared);
    if (!rules.isShared) return;
    recording = startRecording({
      handleEvent: (event) => {
        if (event.type === eventTypes.meta) snapshotEpoch += 1;
        port.handleFrame({ envelope: { tab: 'preview', pageEpoch: 'preview', seq, snapshotEpoch }, event });
        seq += 1;
      },
      handleWeight: () => {}, handleRedaction: () => {}, handleTooLarge: () => {}, dropAsset: () => {}, handleStale: takeSoon,
      assets: new AssetSender(shelf(port)),
    }, rules);
  };
  const halt = (): void => {
    recording?.stop();
    recording = null;
  };
  const address = new AddressWatch((href) => {
    if (!rules.moveTo(href)) return;
    halt();
    begin();
  });
  begin();
  return {
    stop: () => {
      halt();
      address.close();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Takes pictures and fonts as the relay would. */
function shelf(port: PreviewPort): ConstructorParameters<typeof AssetSender>[0] {
  const coming = new Map<string, { readonly offer: AssetOffer; readonly bytes: Uint8Array }>();
  return {
    quiet: async () => {},
    offer: async (offer) => {
      coming.set(offer.hash, { offer, bytes: new Uint8Array(offer.size) });
      return { ok: true, value: { wanted: true } };
    },
    sendPiece: async ({ hash, offset, bytes }) => {
      const asset = coming.get(hash);
      asset?.bytes.set(new Uint8Array(bytes), offset);
      if (asset && offset + bytes.byteLength >= asset.offer.size) {
        coming.delete(hash);
        port.handleAsset({ hash, type: asset.offer.type, data: btoa(Array.from(asset.bytes, (byte) => String.fromCharCode(byte)).join('')) });
      }
      return { ok: true, value: null };
    },
  };
}
