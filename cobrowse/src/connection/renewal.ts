/**
 * Gets a fresh token for a reconnection. The one who has it to give (the customer's or the desktop's own connection) comes back from the
 * same lost network at its own pace, so a first refusal is no reason to give up.
 */

/** Waits between the tries, in milliseconds. Together well under the 45 s in which socket.io's server expects the token. */
const waits = [500, 1_000, 2_000, 4_000, 8_000];

/** Answers null when there is none to be had, or `isOver` in the meantime. */
export async function renewPatiently(renew: () => Promise<string | null>, isOver: () => boolean): Promise<string | null> {
  for (const wait of [...waits, null]) {
    const token = await renew().catch(() => null);
    if (isOver()) return null;
    if (token !== null) return token;
    if (wait !== null) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return null;
}
