/** What must be there before the gateway can start: the media worker and the built pages. Run again, it only looks. */
import { buildPages } from './pages.ts';
import { ensureMediaWorker } from './media-worker.ts';

export async function prepare(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  await ensureMediaWorker(environment);
  await buildPages();
}
