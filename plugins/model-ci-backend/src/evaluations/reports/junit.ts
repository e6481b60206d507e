import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { Masks } from '../../masking/Masks';
import { type JunitReport, JunitSuites } from './junitSuites';
import { malformed, quote, type ReportReader } from './ReportReader';
import type { TestBudget } from './TestBudget';
import { createXmlDecoder } from './xmlDecoder';

/** No test runner nests deeper; a file that does is an attack or no report. */
const MAX_DEPTH = 100;

/**
 * What runners write although XML forbids it: control characters, raw or as references, in captured
 * output. It harms nothing, so it is let through.
 */
const TOLERATED = /: (disallowed character|malformed character entity)\.$/;

/** What could multiply, or reach for something else. The rest of a document type says nothing that is read here. */
const HARMFUL_DOCTYPE = /ENTITY|SYSTEM|PUBLIC|NOTATION|%/i;

/**
 * Reads JUnit XML as pytest, Maven Surefire, jest-junit, GoogleTest and CTest write it. It knows no entities but those
 * of XML itself. Secrets are masked once more in what it reads, where references and CDATA no longer hide them.
 */
export function createJunitReader(
  budget: TestBudget,
  masks = Masks.none,
): ReportReader<JunitReport> {
  const suites = new JunitSuites(budget);
  const parser = new SaxesParser({ xmlns: false, position: true });
  const decoder = createXmlDecoder();
  let depth = 0;

  const fail = (why: Reason) =>
    malformed(why, { line: parser.line, column: parser.column });
  parser.on('error', error => {
    if (TOLERATED.test(error.message)) return;
    throw fail(
      reason('report.xml', {
        error: error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''),
      }),
    );
  });
  parser.on('doctype', declaration => {
    if (HARMFUL_DOCTYPE.test(declaration)) {
      throw fail(reason('report.doctype'));
    }
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    if (depth === 0 && tag.name !== 'testsuites' && tag.name !== 'testsuite') {
      throw fail(reason('report.rootElement', { element: quote(tag.name) }));
    }
    depth += 1;
    if (depth > MAX_DEPTH) {
      throw fail(reason('report.deepElements', { max: MAX_DEPTH }));
    }
    const error = suites.open(tag.name, maskValues(tag.attributes, masks));
    if (error) throw fail(error);
  });
  parser.on('closetag', tag => {
    depth -= 1;
    suites.close(tag.name);
  });
  parser.on('text', text => suites.text(masks.text(text)));
  parser.on('cdata', text => suites.text(masks.text(text)));

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

function maskValues(
  attributes: Record<string, string>,
  masks: Masks,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      masks.text(value),
    ]),
  );
}
