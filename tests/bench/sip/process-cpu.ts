/** CPU time of a process and its children, from /proc: for figures that other work on the machine does not change. */
import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms on every machine we run on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** Seconds of user and system time that the process has used so far, all its threads together. */
export function cpuSeconds(pid: number): number {
  // The name in parentheses may hold spaces; the fields are counted behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The process and all that it has started, directly or not. */
export function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((text) => text !== '').map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

export function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}
