/** What stands between `npm install` and a running gateway, on small stand-ins for the real worker and pages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureMediaWorker } from '../prepare/media-worker.ts';
import { buildPages } from '../prepare/pages.ts';
import { run } from '../prepare/programs.ts';
import { root } from '../prepare/project.ts';
import { ensureSystemPackages } from '../prepare/system-packages.ts';
import { Trouble } from '../prepare/trouble.ts';

let directory: string;
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'gethelp-prepare-')); });
afterEach(() => rm(directory, { recursive: true, force: true }));

async function put(name: string, text: string, mode = 0o644): Promise<string> {
  const file = join(directory, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

describe('the runner of npm scripts', () => {
  /** An older Node is played by telling this one that it is older. */
  const older = ['--import', 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.9.0"})'];

  it.each([['on Node 24', []], ['from an older Node', older]])('OP13 returns the exit code and hands arguments on, %s', async (_, flags) => {
    const script = await put('script.ts', 'const seven: number = 7; console.log(process.version, ...process.argv.slice(2)); process.exit(seven);');
    const { code, output } = await run(process.execPath, [...flags, join(root, 'scripts/run.mjs'), script, 'one', 'two']);
    expect({ code, output }).toEqual({ code: 7, output: expect.stringMatching(/^v24\.\S+ one two\n$/) });
  });

  it('OP13 passes a signal on and waits for the program to end by itself', async () => {
    const script = await put('script.ts', `process.on('SIGTERM', () => { console.log('told'); process.exit(5); }); setInterval(() => {}, 1000); console.log('up');`);
    const child = spawn(process.execPath, [...older, join(root, 'scripts/run.mjs'), script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'up\n') child.kill('SIGTERM');
    });
    const [code] = await once(child, 'close');
    expect({ code, output }).toEqual({ code: 5, output: 'up\ntold\n' });
  });

  it('OP13 says what to do when nothing is installed', async () => {
    const runner = await put('scripts/run.mjs', await readFile(join(root, 'scripts/run.mjs'), 'utf8'));
    const { code, output } = await run(process.execPath, [...older, runner, 'scripts/start.ts']);
    expect({ code, output }).toEqual({ code: 1, output: 'The packages are not installed. Run "npm install" first.\n' });
  });
});

describe('the pages', () => {
  const pages = [{ name: 'small', package: 'small', uses: ['common'] }];

  it('OP14 are built when they are new, changed or gone, and otherwise left', async () => {
    await put('package-lock.json', '{}');
    await put('common/words.js', `export const words = 'one';`);
    await put('small/index.html', '<script type="module" src="./main.js"></script>');
    await put('small/main.js', `import { words } from '../common/words.js'; document.title = words;`);
    await put('small/vite.config.ts', `export default { root: import.meta.dirname, build: { outDir: '../dist/small', emptyOutDir: true } };`);
    expect(await buildPages(directory, pages)).toEqual(['small']);
    expect(await buildPages(directory, pages)).toEqual([]);
    await put('small/small.test.ts', 'a test is no input');
    expect(await buildPages(directory, pages)).toEqual([]);
    await put('common/words.js', `export const words = 'two';`);
    expect(await buildPages(directory, pages)).toEqual(['small']);
    await rm(join(directory, 'dist'), { recursive: true });
    expect(await buildPages(directory, pages)).toEqual(['small']);

    await put('small/main.js', 'this is no JavaScript');
    await expect(buildPages(directory, pages)).rejects.toThrow(/small\/vite\.config\.ts could not be built.*mend it/s);
    await put('small/main.js', 'document.title = "mended";');
    expect(await buildPages(directory, pages)).toEqual(['small']);
  });
});

describe('the media worker', () => {
  const good = '#!/bin/sh\nexit 41\n';
  const broken = '#!/bin/sh\nexit 127\n';
  const inPlace = 'mediasoup/worker/out/Release/mediasoup-worker';
  const offline = 'http://127.0.0.1:1';
  const origin = () => ({ packageDirectory: join(directory, 'mediasoup'), recipe: join(directory, 'recipe'), systemPackages: [] });
  const ensure = (base: string) => ensureMediaWorker({ XDG_CACHE_HOME: join(directory, 'cache'), MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: base }, origin());
  const recipe = (worker: string) => put('recipe/Makefile', `build:\n\t@mkdir -p $(BUILD); printf '${worker.replaceAll('\n', String.raw`\n`)}' > $(BUILD)/mediasoup-worker; chmod +x $(BUILD)/mediasoup-worker\ncount:\n\t@echo 1\n`);
  beforeEach(() => put('mediasoup/package.json', '{"version":"9.9.9"}'));

  it('OP15 is left alone where it runs', async () => {
    await put(inPlace, `${good}# mine`, 0o755);
    await ensure(offline);
    expect(await readFile(join(directory, inPlace), 'utf8')).toBe(`${good}# mine`);
  });

  it('OP15 is built where nothing else is to be had, replacing one that does not run, and then comes from the cache', async () => {
    await put(inPlace, broken, 0o755);
    await recipe(good);
    await ensure(offline);
    expect(await readFile(join(directory, inPlace), 'utf8')).toBe(good);
    expect(await readdir(join(directory, 'cache/gethelp'))).toEqual([expect.stringContaining('mediasoup-worker-9.9.9-')]);

    // A new checkout, whose build would fail for want of a make rule.
    await rm(join(directory, 'mediasoup/worker'), { recursive: true });
    const [cached = ''] = await readdir(join(directory, 'cache/gethelp'));
    await put(`cache/gethelp/${cached}`, `${good}# from the cache`, 0o755);
    await ensure(offline);
    expect(await readFile(join(directory, inPlace), 'utf8')).toBe(`${good}# from the cache`);
  });

  it('OP15 is built again from a changed recipe', async () => {
    await recipe(good);
    await ensure(offline);
    await rm(join(directory, 'mediasoup/worker'), { recursive: true });
    await recipe(`${good}# changed\n`);
    await ensure(offline);
    expect(await readFile(join(directory, inPlace), 'utf8')).toContain('# changed');
  });

  it('OP15 is taken from upstream where it can be fetched and runs', async () => {
    await recipe(broken);
    await put('upstream/mediasoup-worker', `${good}# prebuilt`);
    await run('tar', ['-czf', join(directory, 'worker.tgz'), '-C', join(directory, 'upstream'), 'mediasoup-worker']);
    const archive = await readFile(join(directory, 'worker.tgz'));
    const asked: string[] = [];
    const server = createServer((request, response) => { asked.push(request.url ?? ''); response.end(archive); }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await ensure(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.close();
    }
    expect(asked).toEqual([expect.stringMatching(/^\/9\.9\.9\/mediasoup-worker-9\.9\.9-.+\.tgz$/)]);
    expect(await readFile(join(directory, inPlace), 'utf8')).toBe(`${good}# prebuilt`);
  });

  it('OP15 that cannot be had is a failure that says what to do, and the next run mends it', async () => {
    await recipe(broken);
    await expect(ensure(offline)).rejects.toThrow(/could not be built.*Run the same command again/s);
    await expect(readFile(join(directory, inPlace))).rejects.toThrow('ENOENT');
    await recipe(good);
    await ensure(offline);
    expect(await readFile(join(directory, inPlace), 'utf8')).toBe(good);
  });
});

describe('system packages', () => {
  it('OP16 that are missing are named with the command where we may not install them', async () => {
    const failure = await ensureSystemPackages(['gethelp-no-such-package', 'libc6'], 'test this', false).then(() => null, (error: unknown) => error);
    expect(failure).toBeInstanceOf(Trouble);
    expect(String(failure)).toBe('Trouble: System packages needed to test this are missing. As root: apt-get update && apt-get install -y --no-install-recommends gethelp-no-such-package');
    await ensureSystemPackages(['libc6'], 'test this', false);
  });
});
