/** `npm run chaos [kills]`: kills a gateway under load, 200 times unless told otherwise, and says what of its promises broke. */
import { killAtRandom } from './kill.ts';

const kills = Number(process.argv[2] ?? 200);
const outcome = await killAtRandom({ kills, customers: 12, say: (line) => process.stdout.write(`${line}\n`) });
const starts = outcome.starts.toSorted((a, b) => a - b);
process.stdout.write(`${outcome.kills} kills; acknowledged: ${JSON.stringify(outcome.acknowledged)}; ready again after ${Math.round(starts[Math.floor(starts.length / 2)] ?? 0)} ms in the median, ${Math.round(starts.at(-1) ?? 0)} ms at the most\n`);
process.stdout.write(outcome.broken.length === 0 ? 'Nothing was lost, doubled, stuck or out of order.\n' : `BROKEN:\n${outcome.broken.join('\n')}\n`);
process.exitCode = outcome.broken.length === 0 ? 0 : 1;
