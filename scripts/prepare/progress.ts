/** Progress on the console: one line that counts where somebody watches, a line now and then where the output goes to a file. */
const silence = 10_000;

export interface Progress {
  /** @param detail e.g. `12 of 201 files` */
  update(detail: string): void;
  done(detail: string): void;
}

export function progress(title: string, out: NodeJS.WriteStream = process.stdout): Progress {
  let last = Date.now();
  const line = (detail: string, end: string): void => { out.write(out.isTTY ? `\r  ${title}: ${detail}\u001B[K${end}` : `  ${title}: ${detail}\n`); };
  return {
    update: (detail) => {
      if (!out.isTTY && Date.now() - last < silence) return;
      last = Date.now();
      line(detail, '');
    },
    done: (detail) => line(detail, '\n'),
  };
}

export function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}
