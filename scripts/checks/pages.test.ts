/** The pages that people read lead to what is there. */
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../prepare/project.ts';

const pages = new Map(await Promise.all(['README.md', 'CHANGELOG.md', ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
  .map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)));
const { version, scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string; readonly scripts: Readonly<Record<string, string>> };

/** As GitHub makes a heading's anchor. */
function anchors(text: string): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-'));
}

async function isThere(path: string): Promise<boolean> {
  return access(join(root, path)).then(() => true, () => false);
}

describe('the pages', () => {
  it('OP35 link to pages, files and headings that are there', async () => {
    const broken: string[] = [];
    for (const [name, text] of pages) {
      for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(link)) continue;
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? name : join(dirname(name), path);
        if (!await isThere(target) || (anchor !== undefined && !anchors(pages.get(target) ?? '').includes(anchor))) broken.push(`${name}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('OP35 name files of ours that are there', async () => {
    const broken: string[] = [];
    for (const [name, text] of pages) {
      // The rules speak of what is served, not of sources.
      if (name === 'docs/spec.md') continue;
      for (const [, file = ''] of text.matchAll(/`([a-z][\w-]*(?:\/[\w.-]+)*\/?[\w.-]*\.(?:ts|tsx|js|yaml|cfg|list))`/g)) {
        const places = ['', 'gateway/src/', 'gateway/src/contact/', 'gateway/test/support/', 'cobrowse/', 'cobrowse/src/', 'docs/', 'docs/kamailio/'].map((folder) => folder + file);
        if (!(await Promise.all(places.map(isThere))).includes(true)) broken.push(`${name}: ${file}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('OP35 name npm commands that are there, and every one of them', () => {
    const text = [...pages.values()].join('\n');
    const named = new Set(Array.from(text.matchAll(/\bnpm (?:run (?:-s )?([a-z][a-z:-]*)|(start|test)\b)/g), ([, script, short]) => script ?? short));
    expect(named).toEqual(new Set(Object.keys(scripts)));
  });

  it('OP36 tell one version: package, API and the newest entry of the changelog', async () => {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as { readonly version: string };
    const [, newest] = /^## (\S+) \(\d{4}-\d\d-\d\d\)$/m.exec(pages.get('CHANGELOG.md') ?? '') ?? [];
    const [, api] = /apiVersion = '([^']+)'/.exec(await readFile(join(root, 'gateway/src/http/app.ts'), 'utf8')) ?? [];
    expect([lock.version, newest, api]).toEqual([version, version, version]);
  });

  it('OP37 cite rules that are there', () => {
    const rules = new Set(Array.from((pages.get('docs/spec.md') ?? '').matchAll(/^- \*\*([A-Z]{2,3}\d+)\*\*/gm), ([, rule = '']) => rule));
    const cited = Array.from(pages, ([, text]) => Array.from(text.matchAll(/\b(?:CT|RT|TR|SE|ST|SIP|MD|WG|AD|CB|OP)\d+\b/g), ([rule]) => rule)).flat();
    expect(cited.filter((rule) => !rules.has(rule))).toEqual([]);
  });
});
