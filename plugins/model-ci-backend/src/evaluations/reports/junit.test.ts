import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJunitReader } from './junit';
import type { JunitReport } from './junitSuites';
import { MalformedReportError } from './ReportReader';
import { TestBudget } from './TestBudget';

const fixture = (name: string) =>
  readFileSync(join(__dirname, '__fixtures__', name));

function read(
  xml: string | Buffer,
  options: {
    chunk?: number;
    maxTestCases?: number;
    budget?: TestBudget;
  } = {},
): JunitReport {
  const bytes = Buffer.from(xml);
  const reader = createJunitReader(
    options.budget ?? new TestBudget(options.maxTestCases),
  );
  const step = options.chunk ?? bytes.length;
  for (let start = 0; start < bytes.length; start += step) {
    reader.write(bytes.subarray(start, start + step));
  }
  return reader.end();
}

function problemOf(
  xml: string | Buffer,
  options?: { maxTestCases?: number; budget?: TestBudget },
): string {
  try {
    read(xml, options);
  } catch (error) {
    if (error instanceof MalformedReportError) {
      const [
        {
          line,
          reason: { text: message },
        },
      ] = error.problems;
      return `${line}: ${message}`;
    }
    throw error;
  }
  throw new Error('the report was taken');
}

const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="2" tests="5" time="0.142" timestamp="2026-01-05T10:00:00.000000+00:00" hostname="node-a"><testcase classname="tests.test_model" name="test_fit" time="0.010" /><testcase classname="tests.test_model" name="test_predict[3-&lt;4&gt;]" time="0.020"><failure message="AssertionError: assert 3 == 4&#10; + where 3 = f()">def test_predict():
&gt;       assert 3 == 4
E       assert 3 == 4

tests/test_model.py:9: AssertionError</failure><system-out>fitting
</system-out></testcase><testcase classname="tests.test_model" name="test_gpu" time="0.000"><skipped type="pytest.skip" message="no GPU">/w/tests/test_model.py:12: no GPU</skipped></testcase><testcase classname="tests.test_model" name="test_later" time="0.000"><skipped type="pytest.xfail" message="" /></testcase><testcase classname="" name="tests.test_broken" time="0.000"><error message="collection failure">ImportError while importing test module</error></testcase></testsuite></testsuites>`;

const SUREFIRE = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/surefire-test-report.xsd" version="3.0" name="com.example.ModelTest" time="1,234.5" tests="4" errors="1" skipped="0" failures="1">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="fits" classname="com.example.ModelTest" time="1,200.25"/>
  <testcase name="diverges" classname="com.example.ModelTest" time="0.1">
    <failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="org.opentest4j.AssertionFailedError"><![CDATA[org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
	at com.example.ModelTest.diverges(ModelTest.java:14)
]]></failure>
    <rerunFailure message="expected: &lt;1&gt; but was: &lt;3&gt;" type="org.opentest4j.AssertionFailedError"><stackTrace><![CDATA[again]]></stackTrace><system-out>noise</system-out></rerunFailure>
    <system-out><![CDATA[captured]]></system-out>
  </testcase>
  <testcase name="isFlaky" classname="com.example.ModelTest" time="0.2">
    <flakyFailure message="first" type="x"><stackTrace>trace</stackTrace></flakyFailure>
    <flakyError message="second" type="y"/>
  </testcase>
  <testcase name="throws" classname="com.example.ModelTest">
    <error type="java.lang.IllegalStateException"/>
    <system-err>what went wrong</system-err>
  </testcase>
</testsuite>`;

const JEST = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="2" failures="1" errors="0" time="1.5">
  <testsuite name="model" errors="0" failures="1" skipped="0" timestamp="2026-01-05T10:00:00" time="1.4" tests="2">
    <testcase classname="model fits" name="model fits" time="0.004"></testcase>
    <testcase classname="model predicts" name="model predicts" time="0.002">
      <failure>Error: \u001b[31mexpect\u001b[39m(received).toBe(expected)
    at Object.toBe (model.test.js:3:3)</failure>
    </testcase>
  </testsuite>
</testsuites>`;

describe('createJunitReader', () => {
  it('reads what pytest writes', () => {
    const report = read(PYTEST);

    expect(report).toMatchObject({
      tests: 5,
      failures: 1,
      errors: 1,
      skipped: 2,
      duration: 0.142,
    });
    expect(report.testCases).toEqual([
      {
        suite: 'pytest',
        classname: 'tests.test_model',
        name: 'test_fit',
        status: 'passed',
        duration: 0.01,
      },
      {
        suite: 'pytest',
        classname: 'tests.test_model',
        name: 'test_predict[3-<4>]',
        status: 'failed',
        duration: 0.02,
        message: 'AssertionError: assert 3 == 4\n + where 3 = f()',
        details: expect.stringContaining(
          'tests/test_model.py:9: AssertionError',
        ),
      },
      expect.objectContaining({
        name: 'test_gpu',
        status: 'skipped',
        message: 'no GPU',
      }),
      expect.objectContaining({
        name: 'test_later',
        status: 'skipped',
        message: 'pytest.xfail',
      }),
      {
        suite: 'pytest',
        name: 'tests.test_broken',
        status: 'errored',
        duration: 0,
        message: 'collection failure',
        details: 'ImportError while importing test module',
      },
    ]);
  });

  it('reads what Maven Surefire writes: a suite as root, CDATA, reruns, separators of thousands', () => {
    const report = read(SUREFIRE);

    expect(report).toMatchObject({
      tests: 4,
      failures: 1,
      errors: 1,
      skipped: 0,
    });
    expect(report.duration).toBe(1234.5);
    const [fits, diverges, flaky, throwing] = report.testCases;
    expect(fits).toMatchObject({ status: 'passed', duration: 1200.25 });
    expect(diverges).toMatchObject({
      status: 'failed',
      message: 'expected: <1> but was: <2>',
      details: expect.stringMatching(/ModelTest\.java:14\)$/),
    });
    expect(flaky).toMatchObject({
      status: 'passed',
      message: 'passed after 2 failed tries',
    });
    expect(throwing).toEqual({
      suite: 'com.example.ModelTest',
      classname: 'com.example.ModelTest',
      name: 'throws',
      status: 'errored',
      duration: undefined,
      message: 'java.lang.IllegalStateException',
      details: 'what went wrong',
    });
  });

  it('reads what jest-junit writes, and keeps ANSI colours that XML forbids', () => {
    const report = read(JEST);

    expect(report).toMatchObject({ tests: 2, failures: 1, duration: 1.4 });
    expect(report.testCases[1]).toMatchObject({
      suite: 'model',
      status: 'failed',
      message: 'Error: \u001b[31mexpect\u001b[39m(received).toBe(expected)',
    });
  });

  it.each([
    ['pytest', PYTEST],
    ['Surefire', SUREFIRE],
    ['jest-junit', JEST],
  ])('reads the report of %s alike in pieces of any size', (_, xml) => {
    const whole = read(xml);
    for (const chunk of [1, 7, 64, 300])
      expect(read(xml, { chunk })).toEqual(whole);
  });

  it('takes the outcome from attributes, as GoogleTest writes them', () => {
    const report = read(fixture('gtest.xml'));
    expect(report).toMatchObject({ tests: 3, failures: 0, skipped: 2 });
    expect(report.testCases.map(({ status }) => status)).toEqual([
      'passed',
      'skipped',
      'skipped',
    ]);
  });

  it.each([
    ['status="fail"', 'failed'],
    ['status="run"', 'passed'],
    ['status="notrun"', 'skipped'],
    ['status="disabled"', 'skipped'],
    ['result="Failed"', 'failed'],
    ['result="not_run"', 'skipped'],
    ['status="run" result="completed"', 'passed'],
    ['status="passed" result="error"', 'errored'],
    ['status="whatever"', 'passed'],
  ])('takes %s for %s', (attributes, status) => {
    const [testCase] = read(
      `<testsuite><testcase name="t" ${attributes}/></testsuite>`,
    ).testCases;
    expect(testCase.status).toBe(status);
  });

  it('takes the reason from the elements of a test that its attributes call failed', () => {
    const [testCase] = read(
      `<testsuite><testcase name="t" status="fail"><failure message="3 != 4">trace</failure></testcase></testsuite>`,
    ).testCases;
    expect(testCase).toMatchObject({
      status: 'failed',
      message: '3 != 4',
      details: 'trace',
    });
  });

  it('reads times with decimal commas, and none where there is no number', () => {
    const report = read(fixture('decimal-comma.xml'));
    expect(report.testCases.map(({ duration }) => duration)).toEqual([
      0.16,
      0.16,
      25.357,
      undefined,
      2120.532,
    ]);
    expect(report.duration).toBeCloseTo(2146.209);
  });

  it.each([
    ['1,234,567', 1234567],
    ['1.234,5', 1234.5],
    ['1 234,5', 1234.5],
    ["1'234.5", 1234.5],
    ['1,5', 1.5],
    ['1e308', undefined],
    ['1e999', undefined],
    ['-1', undefined],
    ['Infinity', undefined],
    ['', undefined],
  ])('reads the time %j', (time, duration) => {
    const report = read(
      `<testsuite time="${time}"><testcase name="t" time="${time}"/><testcase name="u" time="${time}"/></testsuite>`,
    );
    expect(report.testCases[0].duration).toBe(duration);
    expect(report.duration).toBe(2 * (duration ?? 0));
  });

  it('keeps what a suite has written for the tests that do not say why they failed', () => {
    const [{ status, message, details }] = read(
      fixture('suite-output.xml'),
    ).testCases;
    expect(status).toBe('errored');
    expect(message).toBe('exited with error code 1');
    expect(details).toContain('AssertionError: 3 != 4 in adder');
  });

  it('reads UTF-8 that calls itself UTF-16, and UTF-16 without a mark', () => {
    const [{ name }] = read(fixture('declared-utf16.xml')).testCases;
    expect(name).toBe('größe');
    const wide = Buffer.from(
      '<?xml version="1.0" encoding="utf-16"?><testsuite><testcase name="größe"/></testsuite>',
      'utf16le',
    );
    expect(read(wide).testCases[0].name).toBe('größe');
    expect(read(wide.swap16()).testCases[0].name).toBe('größe');
  });

  it.each([
    '<!DOCTYPE testsuites>',
    '<!DOCTYPE testsuite [<!ELEMENT testsuite (testcase*)><!ATTLIST testcase name CDATA #IMPLIED>]>',
  ])('takes %s, which says nothing', doctype => {
    expect(
      read(`${doctype}<testsuite><testcase name="t"/></testsuite>`).tests,
    ).toBe(1);
  });

  it.each([
    '<!DOCTYPE testsuite SYSTEM "http://169.254.169.254/junit.dtd">',
    '<!DOCTYPE testsuite PUBLIC "-//X//Y" "file:///etc/passwd">',
    '<!DOCTYPE testsuite [<!ENTITY % all SYSTEM "x"> %all;]>',
  ])('refuses %s', doctype => {
    expect(problemOf(`${doctype}<testsuite/>`)).toMatch(
      /document type declarations with entities or parts in other files/,
    );
  });

  it('names nested suites by their way', () => {
    const report = read(
      `<testsuites><testsuite name="a"><testsuite name="b"><testcase name="t" time="2"/></testsuite><testsuite name="c" time="3"/></testsuite></testsuites>`,
    );
    expect(report.testCases[0].suite).toBe('a / b');
    expect(report.duration).toBe(5);
  });

  it('counts an error outside of any test as one', () => {
    const report = read(
      `<testsuite name="loads"><error message="cannot load">trace</error><testcase name="t"/></testsuite>`,
    );
    expect(report).toMatchObject({ tests: 2, errors: 1 });
    expect(report.testCases[0]).toMatchObject({
      name: 'loads',
      status: 'errored',
      message: 'cannot load',
    });
  });

  it('takes Windows line ends, a byte order mark and a report without tests', () => {
    expect(
      read('\uFEFF<?xml version="1.0"?>\r\n<testsuites>\r\n</testsuites>\r\n')
        .tests,
    ).toBe(0);
  });

  it('reads other encodings that the declaration names', () => {
    const xml = `<?xml version="1.0" encoding="ISO-8859-1"?><testsuite name="s"><testcase name="größe"/></testsuite>`;
    expect(read(Buffer.from(xml, 'latin1')).testCases[0].name).toBe('größe');
    const utf16 = Buffer.from(
      `\uFEFF<?xml version="1.0" encoding="UTF-16"?><testsuite><testcase name="größe"/></testsuite>`,
      'utf16le',
    );
    expect(read(utf16).testCases[0].name).toBe('größe');
  });

  it('replaces what a database cannot store', () => {
    const [{ name, message }] = read(
      `<testsuite><testcase name="a\u0000b"><failure message="&#0;&#27;[31m"/></testcase></testsuite>`,
    ).testCases;
    expect(name).toBe('a\uFFFDb');
    expect(message).not.toContain('\u0000');
  });

  it('keeps the beginning and the end of a long text', () => {
    const [{ details }] = read(
      `<testsuite><testcase name="t"><failure>first ${'x'.repeat(
        100_000,
      )} last</failure></testcase></testsuite>`,
      { chunk: 4096 },
    ).testCases;
    expect(details).toMatch(/^first x+\n… \d+ characters left out …\nx+ last$/);
    expect(details!.length).toBeLessThan(33_000);
  });

  it('keeps a bounded amount of text of all tests together', () => {
    const one = `<testcase name="t"><failure>${'y'.repeat(
      32_000,
    )}</failure></testcase>`;
    const { testCases } = read(`<testsuite>${one.repeat(600)}</testsuite>`);
    const kept = testCases.reduce((sum, t) => sum + t.details!.length, 0);
    expect(kept).toBeLessThan(17 * 1024 * 1024);
    expect(testCases[599].details).toMatch(/download the report/);
  });

  it('refuses a billion laughs', () => {
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>\n<testsuite name="&lol2;"/>`;
    expect(problemOf(bomb)).toMatch(/document type declarations with entities/);
  });

  it('refuses entities of its own and of files', () => {
    expect(problemOf(`<testsuite name="&secret;"/>`)).toMatch(
      /undefined entity/,
    );
    expect(
      problemOf(
        `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite>&x;</testsuite>`,
      ),
    ).toMatch(/document type/);
  });

  it('refuses elements nested without end', () => {
    expect(problemOf('<testsuite>'.repeat(100_000))).toMatch(
      /nested more than 100 deep/,
    );
  });

  it('refuses more test cases than are kept', () => {
    expect(
      problemOf(`<testsuite>${'<testcase name="t"/>'.repeat(4)}</testsuite>`, {
        maxTestCases: 3,
      }),
    ).toMatch(/more than 3 test cases/);
  });

  it('counts the test cases of all files of a stage while it reads them', () => {
    const budget = new TestBudget(3);
    const xml = `<testsuite>${'<testcase name="t"/>'.repeat(2)}</testsuite>`;
    expect(read(xml, { budget }).tests).toBe(2);
    expect(problemOf(xml, { budget })).toMatch(/more than 3 test cases/);
  });

  it('keeps details of all files of a stage together within their bound', () => {
    const budget = new TestBudget();
    const failure = `<testcase name="t"><failure>${'x'.repeat(
      32 * 1024,
    )}</failure></testcase>`;
    const xml = `<testsuite>${failure.repeat(300)}</testsuite>`;
    const cases = [
      ...read(xml, { budget }).testCases,
      ...read(xml, { budget }).testCases,
    ];
    const kept = cases.filter(({ details }) => details?.startsWith('xxx'));
    expect(kept).toHaveLength(512);
    expect(cases[599].details).toMatch(/download the report/);
  });

  it.each([
    [
      'an HTML page',
      '<html><body/></html>',
      /1: the outermost element is "html", but should be testsuites or testsuite/,
    ],
    ['an empty file', '', /must contain a root element/],
    [
      'a file that was cut off',
      '<testsuite>\n<testcase name="a">\n<failure>tra',
      /3: not well-formed XML: .*cut off/,
    ],
    ['JSON', '{"tests": 1}', /text data outside of root node/],
    ['two roots', '<testsuite/>\n<testsuite/>', /2: .*only one root/],
    [
      'crossed tags',
      '<testsuite><testcase></testsuite></testcase>',
      /not well-formed XML/,
    ],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x3c, 0x74, 0x65, 0x73, 0x74, 0xff, 0xfe]),
      /not UTF-8/,
    ],
    [
      'an encoding that nobody knows',
      '<?xml version="1.0" encoding="EBCDIC-X"?><testsuite/>',
      /1: the encoding 'ebcdic-x' is not known/,
    ],
  ])('refuses %s and says where', (_, xml, problem) => {
    expect(problemOf(xml)).toMatch(problem);
  });

  it('gives no test case a name or a status by attributes with names of Object.prototype', () => {
    const report = read(
      `<testsuite __proto__="x" constructor="y"><testcase name="__proto__" toString="z"/></testsuite>`,
    );
    expect(report.testCases).toHaveLength(1);
    expect(report.testCases[0].name).toBe('__proto__');
  });
});
