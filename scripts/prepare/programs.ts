/** Runs other programs: with their words collected, or shown as they come. */
import { spawn } from 'node:child_process';

export interface Outcome {
  /** Null: ended by a signal, or never started. */
  readonly code: number | null;
  /** Both streams in the order in which they came; at most the last 200,000 characters. */
  readonly output: string;
}

const longest = 200_000;

/** Never throws: a program that is not there ends with code null and says so in `output`. */
export function run(program: string, args: readonly string[], options: {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly shown?: boolean;
  readonly limit?: number;
  readonly onText?: (text: string) => void;
} = {}): Promise<Outcome> {
  return new Promise((ended) => {
    const child = spawn(program, [...args], {
      stdio: options.shown === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'], timeout: options.limit,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }), ...(options.env === undefined ? {} : { env: options.env }),
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      const text = chunk.toString('utf8');
      output = (output + text).slice(-longest);
      options.onText?.(text);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', (error) => ended({ code: null, output: error.message }));
    child.once('close', (code) => ended({ code, output }));
  });
}
