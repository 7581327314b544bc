/** Two kinds of tests: `unit` beside the code, pure and quick; `integration` with real servers, sockets and browsers, one file at a time. */
import { configDefaults, defineConfig } from 'vitest/config';

const integration = '**/*.it.test.ts';
const exclude = [...configDefaults.exclude, '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      // The limit is for a machine that does something else too.
      { test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, integration], testTimeout: 30_000 } },
      {
        test: {
          name: 'integration', include: [integration], exclude,
          // Two cores carry one browser well and two badly, and a test that times a call wants the machine for itself.
          fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000,
          // What a poll waits for may hang on the sweeper, which looks once a second, on a machine that does something else too.
          expect: { poll: { timeout: 10_000, interval: 25 } },
          // Two browsers, their encoders and the gateway on two cores: once in some hundred tests the machine is busy elsewhere for seconds.
          // What is broken fails twice.
          retry: 1,
        },
      },
    ],
  },
});
