/** How long the softphone waits before it tries to connect again: never for ever, and never all desks in the same moment. */

const longestMilliseconds = 5000;

/**
 * @param failures how many attempts failed in a row, from 1. The second attempt follows at once: it brings a ticket where the first
 *   had the cookie only, and a browser does not say whether a WebSocket was refused or unreachable.
 * @param random in [0, 1).
 */
export function backOffMilliseconds(failures: number, random: number): number {
  if (failures <= 1) return 0;
  return Math.round(Math.min(longestMilliseconds, 250 * 2 ** (failures - 2)) * (0.75 + random / 4));
}
