import { createMetricsReader } from './metrics';
import { MalformedReportError } from './ReportReader';

function readReport(text: string | Buffer) {
  const reader = createMetricsReader();
  const bytes = Buffer.from(text);
  reader.write(bytes.subarray(0, 3));
  reader.write(bytes.subarray(3));
  return reader.end();
}

function read(text: string | Buffer) {
  return readReport(text).metrics;
}

function problemsOf(text: string | Buffer): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof MalformedReportError) {
      return error.problems.map(
        ({ line, column, reason }) => `${line}:${column} ${reason.text}`,
      );
    }
    throw error;
  }
  throw new Error('the report was taken');
}

describe('createMetricsReader', () => {
  it('reads an object, and knows the direction of well-known metrics only', () => {
    expect(read('{"rmse": 12.3, "R2": 0.9, "churn": -1e-3}')).toEqual([
      { metric: 'rmse', value: 12.3, higherIsBetter: false },
      { metric: 'R2', value: 0.9, higherIsBetter: true },
      { metric: 'churn', value: -0.001, higherIsBetter: undefined },
    ]);
  });

  it('reads a list with everything that an entry can say', () => {
    expect(
      read(
        `\uFEFF[\r\n {"name": "rmse", "value": 12, "dataset": "houses", "unit": "k€", "higherIsBetter": true, "stderr": 0.5, "n": 120},\r\n {"name": "rmse", "value": 13, "dataset": "flats", "unit": null}\r\n]\r\n`,
      ),
    ).toEqual([
      {
        metric: 'rmse',
        value: 12,
        dataset: 'houses',
        unit: 'k€',
        higherIsBetter: true,
        stderr: 0.5,
        n: 120,
      },
      expect.objectContaining({
        metric: 'rmse',
        dataset: 'flats',
        unit: undefined,
        higherIsBetter: false,
      }),
    ]);
  });

  it('makes dotted names of nested objects, and counts what is no number', () => {
    expect(
      readReport(
        '{"model": "tree", "eval": {"loss": 0.5, "by": {"age": {"acc": 1}}, "done": true, "best": null}, "curve": [1, [2], {"a": 3}], "n": 7}',
      ),
    ).toEqual({
      metrics: [
        { metric: 'eval.loss', value: 0.5, higherIsBetter: false },
        { metric: 'eval.by.age.acc', value: 1, higherIsBetter: true },
        { metric: 'n', value: 7, higherIsBetter: undefined },
      ],
      leftOut: 4,
    });
  });

  it('takes what Python writes for no number as not measured', () => {
    expect(read('{"loss": NaN, "a": {"b": Infinity, "c": -Infinity}}')).toEqual(
      [
        { metric: 'loss', notMeasured: true, higherIsBetter: false },
        { metric: 'a.b', notMeasured: true, higherIsBetter: undefined },
        { metric: 'a.c', notMeasured: true, higherIsBetter: undefined },
      ],
    );
    expect(
      read(
        '[{"name": "acc", "value": NaN, "stderr": NaN, "n": 3},{"name": "f1", "value": null}]',
      ),
    ).toMatchObject([
      { metric: 'acc', notMeasured: true, stderr: undefined, n: 3 },
      { metric: 'f1', notMeasured: true },
    ]);
  });

  it('reads slices', () => {
    expect(
      read(
        '[{"name": "acc", "value": 0.5, "slice": "age=65+"}, {"name": "acc", "value": 0.6}]',
      ),
    ).toMatchObject([{ slice: 'age=65+' }, { slice: undefined }]);
  });

  it.each([1, 7, 64 * 1024])('reads in pieces of %d bytes', size => {
    const bytes = Buffer.from(
      '\uFEFF{"é\\"x": {"\u{1F600}": -1.5e3, "NaN": NaN},\r\n "t": "ü\\u00e9"}',
    );
    const reader = createMetricsReader();
    for (let at = 0; at < bytes.length; at += size) {
      reader.write(bytes.subarray(at, at + size));
    }
    expect(reader.end()).toMatchObject({
      metrics: [
        { metric: 'é"x.\u{1F600}', value: -1500 },
        { metric: 'é"x.NaN', notMeasured: true },
      ],
      leftOut: 1,
    });
  });

  it('holds only the metrics of a large file', () => {
    const reader = createMetricsReader();
    reader.write(Buffer.from('{"rmse": 1, "confusion": ['));
    const rows = Buffer.from(`${'[1,2,3],'.repeat(8000)}`);
    for (let i = 0; i < 100; i += 1) {
      reader.write(rows);
    }
    reader.write(Buffer.from('[]]}'));
    expect(reader.end()).toMatchObject({ metrics: [{ value: 1 }], leftOut: 1 });
  });

  it('refuses a text without end before it fills the memory', () => {
    const reader = createMetricsReader();
    reader.write(Buffer.from('{"a": "'));
    expect(() => reader.write(Buffer.alloc(1024 * 1024 + 1, 'a'))).toThrow(
      'a text has more than',
    );
  });

  it('takes a report without metrics', () => {
    expect(read('{}')).toEqual([]);
    expect(read(' [] ')).toEqual([]);
  });

  it('takes names such as __proto__ as names', () => {
    expect(read('{"__proto__": 1, "constructor": 2}')).toMatchObject([
      { metric: '__proto__', value: 1 },
      { metric: 'constructor', value: 2 },
    ]);
  });

  it('names every error with its place at once', () => {
    expect(
      problemsOf(
        `[\n  {"name": "rmse", "value": "12.3"},\n  {"value": 1, "higher_is_better": true},\n  {"name": "mae", "value": 1, "n": 1.5, "stderr": -1},\n  7\n]`,
      ),
    ).toEqual([
      '2:29 rmse must be a number, found the text "12.3"',
      '3:3 entry 2: "name" is missing',
      '3:16 entry 2: unknown key "higher_is_better"; known are name, value, dataset, slice, unit, higherIsBetter, stderr, n',
      '4:36 n of mae must be a whole number of examples, found "1.5"',
      '4:51 stderr of mae may not be negative, found "-1"',
      '5:3 entry 4: expected an object with name and value, found the number 7',
    ]);
  });

  it.each([
    [
      'NaN in other letters',
      '{\n  "rmse": nan\n}',
      '2:11 nan is not a number that JSON knows',
    ],
    [
      'a number beyond all doubles',
      '{"rmse": 1e999}',
      '1:10 rmse is too large a number: "1e999"',
    ],
    [
      'a huge number of digits',
      `{"rmse": 1${'0'.repeat(400)}}`,
      '1:10 rmse is too large a number',
    ],
    [
      'a value that is an object',
      '[{"name": "rmse", "value": {"value": [1]}}]',
      '1:28 rmse must be a number, found an object',
    ],
    [
      'a dotted name that comes twice',
      '{"a": {"b": 1}, "a.b": 2}',
      '1:17 a.b was reported already',
    ],
    [
      'a slice without a value',
      '[{"name": "rmse", "value": 1, "slice": "north"}]',
      '1:40 "north" cannot be a slice',
    ],
    [
      'the same slice twice',
      '[{"name":"a","value":1,"slice":"x=1"},{"name":"a","value":1,"slice":"x=1"}]',
      '1:39 a · x=1 was reported already',
    ],
    [
      'a character that is cut off',
      Buffer.from('{"é').subarray(0, 3),
      '1:undefined the text is not UTF-8',
    ],
    [
      'a duplicate name',
      '{"rmse": 1,\n "rmse": 2}',
      '2:2 rmse was reported already',
    ],
    [
      'a duplicate on one data set',
      '[{"name":"a","value":1,"dataset":"d"},{"name":"a","value":2,"dataset":"d"}]',
      '1:39 a · d was reported already',
    ],
    [
      'a duplicate key',
      '[{"name":"a","value":1,"value":2}]',
      '1:24 entry 1: "value" appears twice',
    ],
    ['an empty name', '{"": 1}', '1:2 "" cannot be a metric'],
    ['a long name', `{"${'m'.repeat(201)}": 1}`, '1:2 '],
    ['a name with a NUL', '{"a\\u0000": 1}', '1:2 '],
    ['half a surrogate pair', '{"a\\ud800": 1}', '1:2 '],
    [
      'an invisible character',
      '{"acc\\u200b": 1}',
      '1:2 "acc\\u200b" cannot be a metric',
    ],
    [
      'text turned around',
      '[{"name":"a","value":1,"dataset":"\\u202etset"}]',
      '1:34 "\\u202etset" cannot be a dataset',
    ],
    [
      'a name without end',
      `{"${'m'.repeat(1001)}": [1]}`,
      '1:2 a text has more than 1,000',
    ],
    ['a text', '"rmse"', '1:1 expected an object such as {"rmse": 12.3}'],
    ['an empty file', '', '1:1 the file is empty'],
    ['only space', ' \n ', '2:2 the file is empty'],
    [
      'a file that was cut off',
      '{"rmse": 1',
      "1:11 expected ',' or '}', found the end of the file",
    ],
    [
      'a comma too many',
      '{"rmse": 1,}',
      "1:12 a comma is not allowed before '}'",
    ],
    ['single quotes', "{'rmse': 1}", '1:2 expected a name in double quotes'],
    ['a leading zero', '{"rmse": 01}', '1:10 expected a value, found'],
    [
      'a text that does not end',
      '{"rmse: 1}',
      '1:2 the text in double quotes does not end',
    ],
    ['something behind the end', '{} {}', '1:4 nothing may follow the value'],
    ['YAML', 'rmse: 12.3', '1:1 expected a value, found "rmse: 12.3"'],
    [
      'deep nesting',
      '['.repeat(1_000_000),
      '1:17 values are nested more than 16 deep',
    ],
  ])('refuses %s and says where', (_, text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  it('names the line that is not UTF-8', () => {
    expect(
      problemsOf(
        Buffer.concat([Buffer.from('{\n"a": 1,\n"'), Buffer.from([0xff])]),
      ),
    ).toEqual(['3:undefined the text is not UTF-8; write the file in UTF-8']);
  });

  it('refuses more metrics than are kept', () => {
    const many = Array.from({ length: 1001 }, (_, i) => `"m${i}": 1`).join();
    expect(problemsOf(`{${many}}`)).toEqual([
      expect.stringMatching(/^1:\d+ more than 1,000 metrics/),
    ]);
  });

  it('names at most twenty errors', () => {
    const many = Array.from({ length: 500 }, () => '7').join();
    expect(problemsOf(`[${many}]`)).toHaveLength(20);
  });
});
