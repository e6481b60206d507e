import type { TestCase } from '@model-ci/backstage-plugin-model-ci-common';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { JunitSuites } from './junitSuites';
import { malformed, quote, type ReportReader } from './ReportReader';
import { createXmlDecoder } from './xmlDecoder';

export interface JunitReport {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  /** Seconds. */
  duration: number;
  testCases: TestCase[];
}

/** No test runner nests deeper; a file that does is an attack or no report. */
const MAX_DEPTH = 100;
const MAX_TEST_CASES = 100_000;

/**
 * What runners write although XML forbids it: control characters, raw or as references, in captured
 * output. It harms nothing, so it is let through.
 */
const TOLERATED = /: (disallowed character|malformed character entity)\.$/;

/**
 * Reads JUnit XML as pytest, Maven Surefire and jest-junit write it. Document type declarations are
 * refused, and with them every entity that could multiply.
 */
export function createJunitReader(
  limits: { maxTestCases?: number } = {},
): ReportReader<JunitReport> {
  const suites = new JunitSuites(limits.maxTestCases ?? MAX_TEST_CASES);
  const parser = new SaxesParser({ xmlns: false, position: true });
  const decoder = createXmlDecoder();
  let depth = 0;

  const fail = (message: string) =>
    malformed(message, { line: parser.line, column: parser.column });
  parser.on('error', error => {
    if (TOLERATED.test(error.message)) return;
    throw fail(
      `not well-formed XML: ${error.message
        .replace(/^\d+:\d+: /, '')
        .replace(
          /\.$/,
          '',
        )}; was the file cut off, or does something else write into it?`,
    );
  });
  parser.on('doctype', () => {
    throw fail(
      'document type declarations are not accepted; write the report without <!DOCTYPE>',
    );
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    if (depth === 0 && tag.name !== 'testsuites' && tag.name !== 'testsuite') {
      throw fail(
        `the outermost element is ${quote(
          tag.name,
        )}, expected testsuites or testsuite: is this a JUnit report?`,
      );
    }
    depth += 1;
    if (depth > MAX_DEPTH) {
      throw fail(`elements are nested more than ${MAX_DEPTH} deep`);
    }
    const mistake = suites.open(tag.name, tag.attributes);
    if (mistake) throw fail(mistake);
  });
  parser.on('closetag', tag => {
    depth -= 1;
    suites.close(tag.name);
  });
  parser.on('text', text => suites.text(text));
  parser.on('cdata', text => suites.text(text));

  return {
    write(chunk) {
      parser.write(decoder.write(chunk, () => parser.line));
    },
    end() {
      parser.write(decoder.end(() => parser.line));
      parser.close();
      return suites.report();
    },
  };
}
