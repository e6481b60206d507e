import { createPredictionsReader } from './predictions';
import { MemoryArtifactStore } from '../../engine/testing/MemoryArtifactStore';
import { exampleRows } from '../../examples/exampleRows';
import { openExampleSet } from '../../examples/openExampleSet';
import { writeExampleSet } from '../../examples/writeExampleSet';
import { MalformedReportError } from './ReportReader';

type Limits = Parameters<typeof createPredictionsReader>[0];

function read(text: string | Buffer, chunk = 16, limits: Limits = {}) {
  const reader = createPredictionsReader(limits);
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += chunk) {
    reader.write(bytes.subarray(start, start + chunk));
  }
  return reader.end();
}

function problemsOf(text: string | Buffer, limits: Limits = {}): string[] {
  try {
    read(text, 16, limits);
  } catch (error) {
    if (error instanceof MalformedReportError) {
      return error.problems.map(
        ({ line, reason }) => `${line}: ${reason.text}`,
      );
    }
    throw error;
  }
  throw new Error('the report was taken');
}

describe('createPredictionsReader', () => {
  it.each([1, 2, 16, 1000])(
    'counts predictions in pieces of %d bytes',
    chunk => {
      const text =
        '\uFEFF{"id": 1, "prediction": 3.5, "target": 4}\r\n{"id": "zwei", "prediction": "cat"}\n{"id":"3","prediction":[0.1,0.9],"slice":"x"}\n\n  \n';
      expect(read(text, chunk).count).toBe(3);
    },
  );

  it('needs no line break at the end, and takes false and zero as predictions', () => {
    expect(
      read('{"id":0,"prediction":0}\n{"id":1,"prediction":false}').count,
    ).toBe(2);
  });

  it('names each error with its line', () => {
    const lines = [
      '{"id": "a", "prediction": 1}',
      '{"id": "a", "prediction": 2}',
      '{"id": "b"}',
      '{"prediction": 1}',
      '',
      '{"id": "c", "prediction": NaN}',
      'id,prediction',
      '[1, 2]',
      '{"id": null, "prediction": 1}',
      '{"id": "d", "prediction": null}',
      '{"id": "e", "prediction": 1e999}',
      '{"id": 1e999, "prediction": 1}',
    ];
    expect(problemsOf(lines.join('\n'))).toEqual([
      '2: the id "a" appears in an earlier line; every id may appear once',
      '3: "prediction" is missing',
      '4: "id" must be a text or a number',
      '5: the line is blank; blank lines may only be at the end',
      '6: NaN and Infinity are not JSON; leave the line out or write a finite number',
      '7: not JSON: "id,prediction"',
      '8: expected an object {"id", "prediction"}, found "[1, 2]"',
      '9: "id" must be a text or a number',
      '10: "prediction" is missing',
      '11: "prediction" is too large a number',
      '12: "id" is too large a number',
    ]);
  });

  it('takes a score that is NaN or null for one that was not measured, and nothing else', () => {
    const examples = read(
      '{"id": 1, "prediction": 1, "score": NaN}\n{"id": 2, "prediction": "NaN", "score": null}\n{"id": 3, "prediction": 1, "score": -Infinity}',
    );
    expect(examples.count).toBe(3);
    for (const line of [
      '"prediction": [NaN]',
      '"prediction": 1, "target": NaN',
      '"prediction": 1, "slices": {"a": NaN}',
    ]) {
      expect(problemsOf(`{"id": 1, ${line}}`)).toEqual([
        '1: NaN and Infinity are not JSON; leave the line out or write a finite number',
      ]);
    }
  });

  it('refuses what is nested so deep that it could not be written down again', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(problemsOf(`{"id": 1, "prediction": ${deep}}`)).toEqual([
      '1: values are nested more than 64 deep',
    ]);
  });

  it('takes the same id as text and as number for one', () => {
    expect(
      problemsOf('{"id":7,"prediction":1}\n{"id":"7","prediction":1}'),
    ).toEqual([
      '2: the id "7" appears in an earlier line; every id may appear once',
    ]);
  });

  it('takes scores, groups and slices for what they are', async () => {
    const store = new MemoryArtifactStore();
    const text = [
      '{"id":"b","text":"A  picture","prediction":"cat","target":"dog","score":0,"group":7,"slices":{"age":65,"__proto__":"x"}}',
      '{"id":"a","prediction":2,"score":true,"group":null,"slices":{"age":null}}',
      '{"id":"c","prediction":[1,2],"score":null,"slices":{}}',
    ].join('\n');
    const { digest } = await writeExampleSet(read(text), store);
    const set = await openExampleSet(store, digest);
    expect(await exampleRows(set, [0, 1, 2])).toEqual([
      {
        id: 'a',
        prediction: '2',
        target: undefined,
        scores: { score: 1 },
        group: undefined,
        slices: {},
      },
      {
        id: 'b',
        text: 'A picture',
        prediction: 'cat',
        target: 'dog',
        scores: { score: 0 },
        group: '7',
        slices: Object.fromEntries([
          ['age', '65'],
          ['__proto__', 'x'],
        ]),
      },
      {
        id: 'c',
        prediction: '[1,2]',
        target: undefined,
        scores: { score: NaN },
        group: undefined,
        slices: {},
      },
    ]);
  });

  it.each([
    ['"score":"high"', '"score" must be a number'],
    ['"score":1e999', '"score" is too large a number'],
    ['"group":["x"]', '"group" must be a text'],
    [
      '"group":"\\n"',
      '"group" cannot be "\\n": use 1 to 200 visible characters without line breaks',
    ],
    [
      '"slices":["x"]',
      '"slices" must be an object such as {"region": "north"}',
    ],
    ['"slices":{"age":{}}', 'slice "age" must be a text'],
    [
      '"slices":{"age":"6\\u200d5"}',
      'slice "age" cannot be "6\\u200d5": use 1 to 200 visible characters without line breaks',
    ],
    [
      '"slices":{"a=b":1}',
      'a slice cannot be called "a=b": use 1 to 200 visible characters without line breaks and without =',
    ],
  ])('refuses %s', (field, message) => {
    expect(problemsOf(`{"id":1,"prediction":1,${field}}`)).toEqual([
      `1: ${message}`,
    ]);
  });

  it('takes joiners in labels of languages that are written with them', () => {
    const slices = '{"language":"فارسی\\u200cها"}';
    expect(
      read(`{"id":1,"prediction":"\\u200b","slices":${slices}}`).count,
    ).toBe(1);
  });

  it('refuses an id that would not be itself once it is stored', () => {
    expect(problemsOf('{"id":"\\ud800","prediction":1}')).toEqual([
      '1: the id "\\ud800" holds half a character',
    ]);
  });

  it('refuses more different slices than a comparison can show', () => {
    const slices = Array.from({ length: 65 }, (_, i) => `"s${i}":1`);
    expect(problemsOf(`{"id":1,"prediction":1,"slices":{${slices}}}`)).toEqual([
      '1: more than 64 different names of scores or slices; write only a sample of them',
    ]);
  });

  it('refuses a slice that is an id', () => {
    const lines = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `{"id":${i},"prediction":1,"slices":{"a":${i},"b":1}}`,
      ).join('\n');
    expect(read(lines(10_000), 65_536).count).toBe(10_000);
    expect(problemsOf(lines(10_001))).toEqual([
      '10001: more than 10000 different values of one slice; write only a sample of them',
    ]);
  });

  it('finds long ids again', () => {
    const id = 'x'.repeat(5000);
    const line = `{"id":"${id}","prediction":1}`;
    const other = `{"id":"${id}y","prediction":1}`;
    expect(read(`${line}\n${other}`, 1000).count).toBe(2);
    expect(problemsOf(`${line}\n${line}`)[0]).toMatch(/^2: the id "x{80}…"/);
  });

  it('names the line that is not UTF-8', () => {
    expect(
      problemsOf(
        Buffer.concat([
          Buffer.from('{"id":1,"prediction":1}\n{"id":2,"prediction":"'),
          Buffer.from([0xc3, 0x28]),
          Buffer.from('"}\n'),
        ]),
      ),
    ).toEqual(['2: the text is not UTF-8; write the file in UTF-8']);
  });

  it('refuses a file without predictions', () => {
    expect(problemsOf('')[0]).toMatch(/holds no prediction/);
    expect(problemsOf('\n\n')[0]).toMatch(/holds no prediction/);
  });

  it('refuses a line without end before it fills the memory', () => {
    const reader = createPredictionsReader({ maxLineBytes: 100 });
    expect(() => reader.write(Buffer.alloc(101, 'a'))).toThrow(
      'more than 100 bytes',
    );
  });

  it('refuses more predictions than it can tell apart', () => {
    const text = Array.from(
      { length: 4 },
      (_, id) => `{"id":${id},"prediction":1}`,
    ).join('\n');
    expect(problemsOf(text, { maxPredictions: 3 })).toEqual([
      '4: more than 3 predictions; write only a sample of them',
    ]);
  });

  it('stops at the twentieth error and says so', () => {
    const problems = problemsOf('x\n'.repeat(100));
    expect(problems).toHaveLength(21);
    expect(problems[20]).toBe('21: and there are more errors from here on');
  });

  it('refuses deep nesting quietly', () => {
    const deep = '['.repeat(400_000);
    expect(problemsOf(`{"id":1,"prediction":${deep}`)[0]).toMatch(
      /^1: not JSON/,
    );
  });
});
