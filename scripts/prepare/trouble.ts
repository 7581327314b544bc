/** Something that whoever ran the command can mend; its message says how. Anything else that is thrown is a bug of ours. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
}

/** Ends a script by what it came to: a Trouble in plain words, a bug with its stack. */
export async function withTroublesTold(title: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const words = error instanceof Trouble ? error.message : error instanceof Error ? error.stack ?? error.message : String(error);
    process.stderr.write(`\n${title}\n${words}\n`);
    process.exitCode = 1;
  }
}
