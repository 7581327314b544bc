/** `npm run dev`: the whole playground with the demo's contact center. The gateway restarts, and pages are built again, when their files change. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { allPages, buildPages } from './prepare/pages.ts';
import { prepare } from './prepare/prepare.ts';
import { say } from './prepare/progress.ts';
import { root } from './prepare/project.ts';
import { Trouble, withTroublesTold } from './prepare/trouble.ts';

/** An editor writes several files at once. */
const settled = 200;

await withTroublesTold('The playground could not start.', async () => {
  await prepare(process.env);
  const gateway = spawn(process.execPath, ['--watch', '--watch-preserve-output', join(root, 'gateway/src/main.ts')], { stdio: 'inherit' });
  watchPages();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => gateway.kill(signal));
  gateway.once('exit', (code) => process.exit(code ?? 0));
});

function watchPages(): void {
  let timer: NodeJS.Timeout | null = null;
  let building = Promise.resolve();
  const rebuild = (): void => { building = building.then(() => buildPages()).then((built) => { if (built.length > 0) say('Pages are up to date; reload the browser'); }, tell); };
  for (const folder of new Set(allPages.flatMap((pages) => [pages.package, ...pages.uses]))) {
    watch(join(root, folder), { recursive: true }, () => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(rebuild, settled);
    });
  }
}

/** A typing mistake in a page is no reason to end: the next save builds again. */
function tell(error: unknown): void {
  process.stderr.write(`${error instanceof Trouble ? error.message : String(error)}\n`);
}
