/**
 * Runs one of our TypeScript programs under the Node 24 that npm installed, on a machine whose own Node may be older (20 and up).
 *   node scripts/run.mjs scripts/start.ts [arguments]
 * Plain JavaScript, because the older Node reads it. npm links `node_modules/.bin/node`, but npm 10 takes that link away again when it
 * skips the other platforms' packages, so the binary is looked up where the package has it (docs/decisions/0010).
 */
import { spawn } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = 24;
const packaged = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
const bin = join(root, 'node_modules/.bin');

const [, , name, ...args] = process.argv;
if (name === undefined) fail('usage: node scripts/run.mjs <script.ts> [arguments]');
const script = resolve(name);

if (Number.parseInt(process.versions.node, 10) >= wanted) {
  // Already right: no second process between npm and the program.
  usePath(dirname(process.execPath));
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
} else if (existsSync(packaged)) {
  linkBin();
  usePath(dirname(packaged));
  await passOn(spawn(packaged, [script, ...args], { stdio: 'inherit' }));
} else if (!existsSync(bin)) {
  fail('The packages are not installed. Run "npm install" first.');
} else {
  fail(`Node ${wanted} is needed, this is ${process.version}, and npm did not install its own for ${process.platform}-${process.arch}.\n`
    + `Run "npm install" again; where npm has none for this platform, install Node ${wanted} and run this command with it.`);
}

/** Programs started from here find the same Node, and the tools that npm installed. */
function usePath(nodeDirectory) {
  process.env.PATH = [nodeDirectory, bin, process.env.PATH].join(delimiter);
}

/** So that a shell with node_modules/.bin in its PATH has Node 24 with npm 10 too. */
function linkBin() {
  try {
    symlinkSync(relative(bin, packaged), join(bin, 'node'));
  } catch (error) {
    if (error.code !== 'EEXIST' && error.code !== 'EACCES' && error.code !== 'EROFS') throw error;
  }
}

/** The child decides when and how this ends: signals go to it, its exit code comes back. */
function passOn(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((ended) => {
    child.once('error', (error) => fail(`${packaged} does not run: ${error.message}`));
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
      ended();
    });
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
