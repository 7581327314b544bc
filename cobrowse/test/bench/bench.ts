/**
 * `npm run bench:cobrowse`: how fast and how dear co-browse is. In Chromium: from a change in the customer's page to its being painted in the viewer, joining late,
 * beside the page's opening by itself, bytes on the wire, and the page's own cost beside rrweb alone, interleaved. On Node: how many sessions a core of the relay carries, beside a bare socket.io relay.
 * `npm run bench:cobrowse 5`: five rounds of what is done thirty times otherwise.
 */
import { Browsers, type PageCost, type Recording } from './browsers.ts';
import { measureRelay } from './relay-load.ts';

const rounds = Number(process.argv[2] ?? 30);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const at = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] ?? 0;
const median = (values: readonly number[]): number => at(values, 0.5);

const browsers = await Browsers.open();
try {
  const delays = await browsers.changeToPaint(rounds * 10);
  say(`change in the page → painted in the viewer: p50 ${median(delays).toFixed(0)} ms, p99 ${at(delays, 0.99).toFixed(0)} ms of ${delays.length} (aims 60 and 200)`);
  for (const [elements, aim] of [[5_000, 300], [25_000, 1_500]] as const) {
    const joins = await browsers.lateJoin(elements, Math.max(3, Math.ceil(rounds / 3)));
    const alone = median(await browsers.openAlone(elements, 3));
    const [stands, painted] = [joins.map((join) => join.stands), joins.map((join) => join.painted)];
    say(`late join, ${elements} elements: stands after p50 ${median(stands).toFixed(0)} ms, worst ${at(stands, 1).toFixed(0)} ms of ${joins.length} (aim ${aim}), painted after p50 ${median(painted).toFixed(0)} ms; by itself the page is painted after ${alone.toFixed(0)} ms here`);
  }
  const bytes = await browsers.bytesPerSecond(6);
  say(`bytes a second from the page: idle ${bytes.idle.toFixed(0)}, typing ${bytes.typing.toFixed(0)}, scrolling ${bytes.scrolling.toFixed(0)} (aims 0 and 5,000)`);
  const costs: Record<Recording, PageCost[]> = { nothing: [], bare: [], ours: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const recording of ['nothing', 'bare', 'ours'] as const) costs[recording].push(await browsers.pageCost(recording));
  }
  const all = (recording: Recording): number => median(costs[recording].map((cost) => cost.all));
  const worked = (recording: Recording): number => median(costs[recording].map((cost) => cost.worked));
  const above = worked('ours') - worked('bare');
  say(`the page's main thread for the same work, median of ${rounds}: alone ${all('nothing').toFixed(0)} ms, with rrweb ${all('bare').toFixed(0)} ms, shared ${all('ours').toFixed(0)} ms; of scripts, styles and layout ${above.toFixed(0)} ms more than with rrweb: ${(above / all('bare') * 100).toFixed(1)} % of all (aim 5)`);
} finally {
  await browsers.close();
}

const relays: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
for (let turn = 0; turn < Math.max(2, Math.ceil(rounds / 10)); turn += 1) {
  for (const kind of ['bare', 'ours'] as const) {
    const { sessionsPerCore, framesPerSecond } = await measureRelay(kind, { sessions: 40, seconds: 8 });
    relays[kind].push(sessionsPerCore);
    say(`relay, ${kind}: ${sessionsPerCore.toFixed(0)} sessions a core in steady use (${framesPerSecond.toFixed(0)} frames a second in this run)`);
  }
}
say(`relay: with validation and scanning ${(median(relays.ours) / median(relays.bare)).toFixed(2)} of a bare one (aim 0.8)`);
