import { describe, expect, it } from 'vitest';
import { readTestResults } from './test-results.ts';

function report(...files: ReadonlyArray<{ readonly status: string; readonly tests: readonly string[] }>): string {
  return JSON.stringify({
    testResults: files.map(({ status, tests }, at) => ({ name: `${at}.test.ts`, status, message: '', assertionResults: tests.map((test, nth) => ({ fullName: `test ${nth}`, status: test })) })),
  });
}

describe('results of a test run', () => {
  it('OP12 counts passed and failed tests', () => {
    expect(readTestResults(report({ status: 'failed', tests: ['passed', 'failed'] }, { status: 'passed', tests: ['passed'] }), 1)).toEqual({ passed: 2, failed: 1, remarks: [] });
  });

  it('OP12 counts as failed what is skipped, does not load, ends badly or never ran', () => {
    expect(readTestResults(report({ status: 'passed', tests: ['passed', 'pending'] }), 0)).toMatchObject({ passed: 1, failed: 1 });
    expect(readTestResults(report({ status: 'failed', tests: [] }, { status: 'passed', tests: ['passed'] }), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(readTestResults(report({ status: 'failed', tests: ['passed'] }), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(readTestResults(report({ status: 'passed', tests: ['passed'] }), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(readTestResults(report({ status: 'passed', tests: ['passed'] }), null)).toMatchObject({ passed: 1, failed: 1 });
    expect(readTestResults(report(), 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(readTestResults(null, 1)).toMatchObject({ passed: 0, failed: 1 });
  });
});
