/** A short recording of a page, as the gateway hands it out: a heading that changes after two seconds, and a pause. */
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import type { PageRecording, RecordedItem } from '#shared/cobrowse-recording.ts';

const frame = (seq: number, type: number, data: unknown): CobrowseFrame => ({ envelope: { tab: 't', pageEpoch: 'p', seq, snapshotEpoch: 1 }, event: { type, timestamp: 1_000 + seq, data } });
const text = (id: number, textContent: string) => ({ type: 3, id, textContent });
const element = (id: number, tagName: string, attributes: Record<string, string>, childNodes: readonly object[]) => ({ type: 2, id, tagName, attributes, childNodes });

const page = {
  type: 0, id: 1, childNodes: [element(2, 'html', {}, [element(3, 'head', {}, []), element(4, 'body', { style: 'font-family: sans-serif; margin: 40px; background: #f4f6fa' }, [
    element(5, 'h1', { 'data-gethelp-unmask': '' }, [text(6, 'New transfer')]),
    element(7, 'p', {}, [text(8, '••••••')]),
    element(9, 'input', { value: '••••••', style: 'padding: 10px; width: 320px' }, []),
    element(10, 'button', { 'data-gethelp-unmask': '', style: 'padding: 10px 24px; margin-left: 12px' }, [text(11, 'Continue')]),
  ])])],
};

export const fakeRecording: PageRecording = { id: 'r1', startedAt: '2026-11-20T09:12:00Z', endedAt: '2026-11-20T09:12:09Z', expiresAt: '2026-12-20T09:12:00Z', bytes: 4_812 };

/** In parts. */
export const fakeParts: ReadonlyArray<readonly RecordedItem[]> = [
  [
    { at: 0, frames: [frame(0, 4, { href: 'https://bank.example/transfer', width: 900, height: 500 }), frame(1, 2, { node: page, initialOffset: { top: 0, left: 0 } })] },
    { at: 2_000, frames: [frame(2, 3, { source: 0, texts: [{ id: 6, value: 'Check your transfer' }], attributes: [], removes: [], adds: [] })] },
  ],
  [{ at: 8_000, state: { name: 'paused', reason: 'customer' } }, { at: 9_000, state: { name: 'stopped' } }],
];
