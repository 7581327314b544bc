/** Pictures and fonts over the relay's sockets: taken from sharers piece by piece, handed to viewers who ask by hash. */
import { z } from 'zod';
import { assetTypes } from '../policy/assets.ts';
import { assetChunkBytes, maxAssetBytes } from '../policy/limits.ts';
import { AssetUpload, type SessionAssets } from './asset-store.ts';
import { problems } from './problems.ts';
import type { RelaySocket } from './viewer-link.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const offerSchema = z.strictObject({ hash: hashSchema, type: z.enum(assetTypes), size: z.int().min(12).max(maxAssetBytes) });
const pieceSchema = z.strictObject({ hash: hashSchema, offset: z.int().nonnegative(), bytes: z.instanceof(Buffer).refine((bytes) => bytes.length <= assetChunkBytes) });

/** One upload at a time for a page: it sends in turn anyway, and a second one would only take memory. */
export function takeAssets(socket: RelaySocket, assets: SessionAssets): void {
  let upload: AssetUpload | null = null;
  socket.on('offerAsset', (raw: unknown, acknowledge: unknown) => {
    if (!isAcknowledge(acknowledge)) return;
    const offer = offerSchema.safeParse(raw);
    if (!offer.success) return acknowledge({ ok: false, problem: problems.badAsset });
    const judgement = assets.judge(offer.data);
    if (judgement === 'full') return acknowledge({ ok: false, problem: problems.assetsFull });
    upload = judgement === 'wanted' ? new AssetUpload(offer.data) : null;
    return acknowledge({ ok: true, value: { wanted: judgement === 'wanted' } });
  });
  socket.on('assetPiece', (raw: unknown, acknowledge: unknown) => {
    if (!isAcknowledge(acknowledge)) return;
    const piece = pieceSchema.safeParse(raw);
    if (!piece.success || upload?.offer.hash !== piece.data.hash) {
      upload = null;
      return acknowledge({ ok: false, problem: problems.badAsset });
    }
    const arrival = upload.take(piece.data.offset, piece.data.bytes);
    const done = arrival === 'more' ? null : upload;
    if (done !== null) upload = null;
    if (arrival === 'bad') return acknowledge({ ok: false, problem: problems.badAsset });
    if (done !== null) {
      // Room may have been taken by another tab in the meantime.
      if (assets.judge(done.offer) === 'full') return acknowledge({ ok: false, problem: problems.assetsFull });
      assets.add(done.offer.hash, done.asset());
    }
    return acknowledge({ ok: true, value: null });
  });
  socket.on('dropAsset', (raw: unknown) => {
    const hash = hashSchema.safeParse(raw);
    if (hash.success) assets.drop(hash.data);
  });
}

export function giveAssets(socket: RelaySocket, assets: SessionAssets): void {
  socket.on('fetchAsset', (raw: unknown, acknowledge: unknown) => {
    if (!isAcknowledge(acknowledge)) return;
    const hash = hashSchema.safeParse(raw);
    const asset = hash.success ? assets.get(hash.data) : null;
    acknowledge(asset === null ? { ok: false, problem: problems.noAsset } : { ok: true, value: asset });
  });
}

function isAcknowledge(value: unknown): value is (reply: unknown) => void {
  return typeof value === 'function';
}
