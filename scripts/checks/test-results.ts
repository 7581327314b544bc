/** What a run of vitest came to, out of its JSON report. */
import { z } from 'zod';

const reportSchema = z.object({
  testResults: z.array(z.object({
    name: z.string(),
    status: z.string(),
    message: z.string().nullish(),
    assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
  })),
});

export interface TestResults {
  readonly passed: number;
  readonly failed: number;
  /** One line for each thing that counts as failed and that vitest itself may not call so. */
  readonly remarks: readonly string[];
}

/**
 * A test that was skipped counts as failed: what this machine lacks must not look like a success. So does a file that did not load, a run
 * that ended badly though its tests passed (an unhandled error), and one that left no report.
 *
 * @param report the file's text, or null when there is none
 * @param code vitest's exit code; null when it was cut off
 */
export function readTestResults(report: string | null, code: number | null): TestResults {
  if (report === null) return { passed: 0, failed: 1, remarks: ['the run left no report'] };
  const { testResults } = reportSchema.parse(JSON.parse(report));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const notLoaded = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'));
  const failed = tests.length - passed + notLoaded.length;
  const remarks = [
    ...skipped.map(({ fullName }) => `skipped, which counts as failed: ${fullName}`),
    ...notLoaded.map(({ name, message }) => `failed as a file: ${name} ${message ?? ''}`.trim()),
  ];
  if (tests.length === 0 && failed === 0) return { passed, failed: 1, remarks: ['no test ran'] };
  if (code !== 0 && failed === 0) return { passed, failed: 1, remarks: [`all tests passed, but the run ended with ${code ?? 'a time limit'}: see the errors above`] };
  return { passed, failed, remarks };
}
