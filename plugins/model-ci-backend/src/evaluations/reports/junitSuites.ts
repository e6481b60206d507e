import {
  reason,
  type Reason,
  type TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import { clean, ClippedText } from './ClippedText';
import { readSeconds } from './readSeconds';
import type { TestBudget } from './TestBudget';

export interface JunitReport {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  /** Seconds. */
  duration: number;
  testCases: TestCase[];
}

type Attributes = Record<string, string>;

const MAX_NAME = 1000;
const MAX_MESSAGE = 4 * 1024;
const MAX_DETAILS = 32 * 1024;

/** What an element within a test case says about it; the graver one wins. */
const OUTCOMES = new Map<string, 'failed' | 'errored' | 'skipped'>([
  ['failure', 'failed'],
  ['error', 'errored'],
  ['skipped', 'skipped'],
]);
const GRAVITY: Array<TestCase['status']> = [
  'passed',
  'skipped',
  'errored',
  'failed',
];
/** Surefire: tries that failed before the test passed. */
const FLAKES = new Set(['flakyFailure', 'flakyError']);
const OUTPUT = new Set(['system-out', 'system-err']);

interface OpenSuite {
  name: string;
  duration: number;
  /** Sum of the test cases directly and indirectly within. */
  counted: number;
  output: ClippedText;
  /** Those directly within that went wrong and do not say why. */
  unexplained: TestCase[];
}

interface OpenCase {
  testCase: TestCase;
  /** False for a failure outside of any test, which counts as one. */
  isElement: boolean;
  /** Whether an element within has said how it ended; before that its attributes do. */
  isSettled: boolean;
  failedTries: number;
  output: ClippedText;
}

/** Builds test cases from the elements of a JUnit report, in the order in which they come. */
export class JunitSuites {
  readonly #suites: OpenSuite[] = [];
  readonly #cases: TestCase[] = [];
  #case: OpenCase | undefined;
  /** The outcome whose text is being read. */
  #outcome: { attributes: Attributes; text: ClippedText } | undefined;
  #output: ClippedText | undefined;
  #rootDuration = 0;

  constructor(private readonly budget: TestBudget) {}

  /** Answers what is wrong with the element, if something is. */
  open(name: string, attributes: Attributes): Reason | undefined {
    if (name === 'testsuite' && !this.#case) {
      this.#suites.push({
        name: clean(attributes.name ?? '', MAX_NAME),
        duration: readSeconds(attributes.time) ?? 0,
        counted: 0,
        output: new ClippedText(MAX_DETAILS),
        unexplained: [],
      });
    } else if (name === 'testcase' && !this.#case) {
      return this.#openCase(attributes, true);
    } else if (OUTCOMES.has(name) && !this.#outcome) {
      // Directly in a suite: something outside of any test failed, such as loading the file.
      if (!this.#case) {
        if (name === 'skipped') return undefined;
        const { name: suite = '' } = this.#suites.at(-1) ?? {};
        const error = this.#openCase({ name: suite }, false);
        if (error) return error;
      }
      this.#outcome = { attributes, text: new ClippedText(MAX_DETAILS) };
    } else if (FLAKES.has(name) && this.#case) {
      this.#case.failedTries += 1;
    } else if (OUTPUT.has(name) && !this.#outcome) {
      this.#output = (this.#case ?? this.#suites.at(-1))?.output;
    }
    return undefined;
  }

  text(text: string): void {
    (this.#outcome?.text ?? this.#output)?.add(text);
  }

  close(name: string): void {
    const outcome = OUTCOMES.get(name);
    if (outcome && this.#outcome && this.#case) {
      this.#closeOutcome(outcome);
    } else if (OUTPUT.has(name)) {
      this.#output = undefined;
    } else if (name === 'testcase') {
      this.#closeCase();
    } else if (name === 'testsuite' && !this.#case) {
      this.#closeSuite();
    }
  }

  report(): JunitReport {
    const count = (status: TestCase['status']) =>
      this.#cases.filter(testCase => testCase.status === status).length;
    return {
      tests: this.#cases.length,
      failures: count('failed'),
      errors: count('errored'),
      skipped: count('skipped'),
      duration: this.#rootDuration,
      testCases: this.#cases,
    };
  }

  #openCase(attributes: Attributes, isElement: boolean): Reason | undefined {
    if (!this.budget.takeTestCase()) {
      return reason('report.manyTests', { max: this.budget.maxTestCases });
    }
    const classname = clean(attributes.classname ?? '', MAX_NAME);
    this.#case = {
      isElement,
      testCase: {
        suite: this.#suites
          .map(suite => suite.name)
          .filter(Boolean)
          .join(' / ')
          .slice(0, MAX_NAME),
        classname: classname || undefined,
        name:
          clean(attributes.name ?? '', MAX_NAME) || classname || '(no name)',
        status: isElement ? statusOf(attributes) : 'passed',
        duration: readSeconds(attributes.time),
      },
      isSettled: false,
      failedTries: 0,
      output: new ClippedText(MAX_DETAILS),
    };
    return undefined;
  }

  #closeOutcome(status: 'failed' | 'errored' | 'skipped'): void {
    const { attributes, text } = this.#outcome!;
    const open = this.#case!;
    const { testCase, isElement } = open;
    this.#outcome = undefined;
    const gravity = GRAVITY.indexOf(status) - GRAVITY.indexOf(testCase.status);
    const graver = open.isSettled ? gravity > 0 : gravity >= 0;
    const details = text.read();
    if (graver) {
      open.isSettled = true;
      testCase.status = status;
      testCase.message = summary(attributes, details);
      testCase.details = details || undefined;
    } else if (details) {
      // A second failure of the same test, such as one of its clean-up.
      testCase.details = [testCase.details, details]
        .filter(Boolean)
        .join('\n\n');
    }
    if (!isElement) this.#closeCase();
  }

  #closeCase(): void {
    const open = this.#case;
    if (!open) return;
    this.#case = undefined;
    this.#output = undefined;
    const { testCase } = open;
    if (testCase.status === 'passed' && open.failedTries > 0) {
      testCase.message = `passed after ${open.failedTries} failed ${
        open.failedTries === 1 ? 'try' : 'tries'
      }`;
    }
    const suite = this.#suites.at(-1);
    if (testCase.status === 'failed' || testCase.status === 'errored') {
      testCase.details ??= open.output.read() || undefined;
      if (testCase.details === undefined) {
        suite?.unexplained.push(testCase);
      }
    }
    testCase.details = this.#withinBudget(testCase.details);
    if (suite) suite.counted += testCase.duration ?? 0;
    else this.#rootDuration += testCase.duration ?? 0;
    this.#cases.push(testCase);
  }

  #closeSuite(): void {
    const suite = this.#suites.pop();
    if (!suite) return;
    const output = suite.output.read() || undefined;
    for (const testCase of suite.unexplained) {
      testCase.details = this.#withinBudget(output);
    }
    // Suites count set-up that no case counts; some runners give no time to one or the other.
    const duration = Math.max(suite.duration, suite.counted);
    const parent = this.#suites.at(-1);
    if (parent) parent.counted += duration;
    else this.#rootDuration += duration;
  }

  #withinBudget(details: string | undefined): string | undefined {
    if (details === undefined) return undefined;
    if (!this.budget.takeDetails(details.length)) {
      return 'The report holds more text than is kept per test; download the report to read it.';
    }
    return details;
  }
}

function summary(attributes: Attributes, details: string): string | undefined {
  const text =
    attributes.message || details.split('\n', 1)[0] || attributes.type;
  return clean(text ?? '', MAX_MESSAGE).trim() || undefined;
}

/** Attributes in which GoogleTest, CTest and others say how a test ended. */
const STATUS_ATTRIBUTES = ['status', 'result', 'outcome'];
const STATUSES = new Map<string, TestCase['status']>([
  ...['skipped', 'skip', 'notrun', 'suppressed', 'disabled', 'ignored'].map(
    word => [word, 'skipped'] as const,
  ),
  ...['pending', 'todo', 'inconclusive'].map(
    word => [word, 'skipped'] as const,
  ),
  ...['fail', 'failed', 'failure', 'notok'].map(
    word => [word, 'failed'] as const,
  ),
  ...['error', 'errored', 'timeout', 'timedout', 'aborted', 'crashed'].map(
    word => [word, 'errored'] as const,
  ),
]);

/** How a test ended by its attributes, the gravest of several; other words stand for what its elements say. */
function statusOf(attributes: Attributes): TestCase['status'] {
  const said = STATUS_ATTRIBUTES.map(name => {
    const word = attributes[name]?.toLowerCase().replace(/[\s_-]/g, '');
    return STATUSES.get(word) ?? 'passed';
  });
  return said.reduce((worst, status) =>
    GRAVITY.indexOf(status) > GRAVITY.indexOf(worst) ? status : worst,
  );
}
