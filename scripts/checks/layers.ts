/**
 * Which way imports run. Packages import shared and, of each other, only what is listed; pure modules reach nothing outside; the
 * environment has one reader; nothing imports in a circle at run time. Tests and scripts may import what they like and are imported by nobody.
 */
import type { Import, ModuleFacts } from './module-facts.ts';

/** What the code under a path may import of ours, next to itself. Paths are starts of file names; the first that fits counts. */
const mayImport: ReadonlyArray<readonly [from: string, to: readonly string[]]> = [
  ['shared/src/', []],
  ['gateway/src/', ['shared/src/', 'cobrowse/src/server/', 'cobrowse/src/policy/', 'cobrowse/src/viewer/headers.ts']],
  ['cobrowse/src/policy/', ['shared/src/']],
  ['cobrowse/src/connection/', ['shared/src/']],
  ['cobrowse/src/dom/', []],
  ['cobrowse/src/drawing/', ['shared/src/', 'cobrowse/src/dom/']],
  // The rules of the page are asked in one place, by the recorder and by the agent's hands.
  ['cobrowse/src/control/', ['shared/src/', 'cobrowse/src/policy/', 'cobrowse/src/dom/', 'cobrowse/src/drawing/', 'cobrowse/src/recorder/rules-in-page.ts']],
  ['cobrowse/src/recorder/', ['shared/src/', 'cobrowse/src/policy/', 'cobrowse/src/connection/', 'cobrowse/src/control/', 'cobrowse/src/dom/']],
  ['cobrowse/src/server/', ['shared/src/', 'cobrowse/src/policy/']],
  ['cobrowse/src/viewer/', ['shared/src/', 'cobrowse/src/policy/', 'cobrowse/src/connection/', 'cobrowse/src/dom/', 'cobrowse/src/drawing/']],
  ['customer-widget/src/', ['shared/src/', 'cobrowse/src/viewer/handshake.ts', 'cobrowse/src/recorder/', 'cobrowse/src/policy/', 'cobrowse/src/control/serving.ts', 'cobrowse/src/drawing/']],
  ['agent-desktop/src/', ['shared/src/', 'cobrowse/src/viewer/host.ts', 'cobrowse/src/viewer/replay-host.ts']],
];
const pure = /^(gateway\/src\/(contact\/(state|transition|phases\/[^/]+)|acd\/(match|hunt|routing|ewt|durations|play-forward|queue-outlook|moment-queue|random)|flow\/[^/]+|figures\/[^/]+|journal\/[^/]+)\.ts|cobrowse\/src\/policy\/.+\.ts|cobrowse\/src\/(control\/gate|drawing\/shapes)\.ts|gateway\/src\/contact\/watching\.ts)$/;
/** Packages that only compute. */
const purePackages = new Set(['zod']);
/** What is started: each hands the environment on. */
const environmentReaders: ReadonlySet<string> = new Set(['gateway/src/main.ts', 'gateway/src/relay-main.ts']);
const asideFromLayers = /(^|\/)tests?\/|^scripts\/|\.test\.tsx?$|\.config\.ts$/;

/** @returns one line for each violation: where, what, and which way it should run */
export function layerViolations(modules: readonly ModuleFacts[]): readonly string[] {
  return [...modules.filter(({ file }) => !asideFromLayers.test(file)).flatMap((module) => [...edges(module), ...impurities(module), ...environment(module)]), ...cycles(modules)];
}

function edges({ file, imports }: ModuleFacts): readonly string[] {
  const rule = mayImport.find(([from]) => file.startsWith(from));
  if (rule === undefined) return [];
  const [own, others] = rule;
  return imports.flatMap((to) => {
    if (to.file === null) return [];
    if (!asideFromLayers.test(to.file) && [own, ...others].some((allowed) => to.file?.startsWith(allowed))) return [];
    return [`${file} imports ${to.file}: from ${own} only ${others.length === 0 ? 'itself' : others.join(', ')} may be imported`];
  });
}

function impurities({ file, imports, touches }: ModuleFacts): readonly string[] {
  if (!pure.test(file)) return [];
  const outside = imports.filter(({ typeOnly }) => !typeOnly).filter((to) => !isPure(to)).map(({ specifier }) => `imports ${specifier}`);
  return [...outside, ...touches.map((what) => `uses ${what}`)].map((what) => `${file} is pure (time, ids and data come as arguments) but ${what}`);
}

function isPure({ file, specifier }: Import): boolean {
  return file === null ? purePackages.has(specifier) : pure.test(file) || file.startsWith('shared/src/');
}

function environment({ file, touches }: ModuleFacts): readonly string[] {
  return !environmentReaders.has(file) && touches.includes('process.env') ? [`${file} reads process.env: only ${[...environmentReaders].join(' and ')} do, and hand it on`] : [];
}

/** Depth first; each circle is told once, from where it was entered. */
function cycles(modules: readonly ModuleFacts[]): readonly string[] {
  const next = new Map(modules.map(({ file, imports }) => [file, imports.filter(({ typeOnly }) => !typeOnly).flatMap(({ file: to }) => to ?? [])]));
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(`imports run in a circle: ${[...path.slice(at), file].join(' → ')}`);
    if (at >= 0 || finished.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    finished.add(file);
  };
  for (const { file } of modules) visit(file, []);
  return found;
}
