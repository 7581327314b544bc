/** Debian packages that a step needs: installed where we may, named in one line where we may not. */
import { readdir } from 'node:fs/promises';
import { say } from './progress.ts';
import { run } from './programs.ts';
import { Trouble } from './trouble.ts';

const installLimit = 15 * 60_000;
// Another apt-get may run; waiting for it beats failing.
const patient = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=2'];

/** What `npm test` needs on top: the one list, for browsers and SIP peers. */
export const testPackages = ['chromium', 'sip-tester', 'baresip', 'baresip-ffmpeg', 'kamailio'] as const;
/** What building the media worker needs (scripts/media-worker). */
export const buildPackages = ['g++', 'make', 'pkg-config', 'libuv1-dev', 'libssl-dev', 'libsrtp2-dev', 'libabsl-dev', 'libflatbuffers-dev', 'flatbuffers-compiler'] as const;

/**
 * @param purpose completes "needed to …", e.g. `build the media worker`
 * @throws Trouble naming the packages
 */
export async function ensureSystemPackages(names: readonly string[], purpose: string, mayInstall = process.getuid?.() === 0): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  const byHand = `System packages needed to ${purpose} are missing. As root: apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!mayInstall || (await run('apt-get', ['--version'])).code !== 0) throw new Trouble(byHand);

  say(`Installing system packages to ${purpose}: ${missing.join(' ')}`);
  let outcome = await listsArePresent() ? await install(missing) : null;
  if (outcome?.code !== 0) {
    // Lists are missing in slim images, and old ones name versions that the mirror no longer has.
    await run('apt-get', [...patient, 'update'], { limit: installLimit });
    outcome = await install(missing);
  }
  if (outcome.code !== 0) throw new Trouble(`${byHand}\n(tried, and apt-get said: ${lastLines(outcome.output)})`);
}

/** On a system without dpkg nothing is reported missing: what needs them then fails by itself. */
async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  const asked = await run('dpkg-query', ['--show', '--showformat', '${Package} ${db:Status-Status}\\n', ...names]);
  if (asked.code === null) return [];
  const installed = new Set(asked.output.split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ', 1)[0]));
  return names.filter((name) => !installed.has(name));
}

function install(names: readonly string[]): ReturnType<typeof run> {
  return run('apt-get', [...patient, 'install', '-y', '--no-install-recommends', ...names], { limit: installLimit, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

async function listsArePresent(): Promise<boolean> {
  const files = await readdir('/var/lib/apt/lists').catch(() => []);
  return files.some((file) => file.endsWith('Packages') || file.includes('Packages.'));
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ');
}
