/** Puts a page of the demo bank together from its parts under gateway/demo: a layout, and what the page says inside it. */
import { readFile } from 'node:fs/promises';
import type { DemoCustomer } from './customers.ts';

interface DemoPage {
  readonly name: string;
  readonly title: string;
  /** File with the page's own part. */
  readonly file: string;
  /** The queue whose wait the button shows. */
  readonly queue: string;
  /** The page is for people who are logged in, and this visitor is not. */
  readonly redirect: boolean;
}

const known: Readonly<Record<string, { readonly title: string; readonly queue: string; readonly needsLogin: boolean }>> = {
  overview: { title: 'Overview', queue: 'help', needsLogin: false },
  transfer: { title: 'Transfer', queue: 'help', needsLogin: true },
  cards: { title: 'Cards', queue: 'help', needsLogin: true },
  loans: { title: 'Loans', queue: 'loans', needsLogin: false },
  contact: { title: 'Branches and contact', queue: 'night', needsLogin: false },
};

/** Null where the bank has no such page. */
export function pageNamed(name: string, loggedIn: boolean): DemoPage | null {
  const page = Object.hasOwn(known, name) ? known[name] : undefined;
  if (page === undefined) return null;
  const file = name === 'overview' && !loggedIn ? 'welcome' : name;
  return { name, title: page.title, file, queue: page.queue, redirect: page.needsLogin && !loggedIn };
}

export async function renderPage(page: DemoPage, customer: DemoCustomer | null): Promise<string> {
  const [layout, content, person] = await Promise.all([part('layout'), part(page.file), part(customer === null ? 'person-guest' : 'person-customer')]);
  const values: Readonly<Record<string, string>> = {
    title: page.title,
    queue: page.queue,
    name: customer?.session.name ?? '',
    firstName: customer?.firstName ?? '',
    initials: customer?.initials ?? '',
    customerId: customer?.session.id ?? '',
    visitor: customer === null ? 'guest' : 'customer',
  };
  const current = (place: string): string => (place === page.name ? 'aria-current="page"' : '');
  return layout
    .replace('{{content}}', () => content)
    .replace('{{person}}', () => person)
    .replace(/\{\{current:(\w+)\}\}/g, (_, place: string) => current(place))
    .replace(/\{\{(\w+)\}\}/g, (_, key: string) => escape(values[key] ?? ''));
}

async function part(name: string): Promise<string> {
  return await readFile(new URL(`../../demo/${name}.html`, import.meta.url), 'utf8');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
