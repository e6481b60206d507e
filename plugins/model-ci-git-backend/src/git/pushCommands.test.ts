import {
  describeRefs,
  findForbiddenRefs,
  formatRefusal,
  readPushHead,
} from './pushCommands';

const A = 'a'.repeat(40);
const NONE = '0'.repeat(40);

function packets(...lines: string[]): Buffer {
  return Buffer.from(
    lines
      .map(line =>
        line === ''
          ? '0000'
          : (line.length + 4).toString(16).padStart(4, '0') + line,
      )
      .join(''),
  );
}

const read = (head: Buffer) => readPushHead(head, { maxRefs: 2 });

describe('readPushHead', () => {
  it('reads commands and capabilities up to the end of the commands', () => {
    const head = packets(
      `${NONE} ${A} refs/heads/main\0 report-status side-band-64k agent=git/2`,
      `${A} ${NONE} refs/tags/v1\n`,
      '',
    );
    expect(read(Buffer.concat([head, Buffer.from('PACK')]))).toEqual({
      type: 'complete',
      request: {
        commands: [
          { ref: 'refs/heads/main', before: undefined, after: A },
          { ref: 'refs/tags/v1', before: A, after: undefined },
        ],
        capabilities: ['report-status', 'side-band-64k', 'agent=git/2'],
        options: [],
      },
    });
    for (const cut of [0, 3, 60, head.length - 1]) {
      expect(read(head.subarray(0, cut))).toEqual({ type: 'incomplete' });
    }
  });

  it('reads the options that follow where the client says so', () => {
    const head = packets(
      `${NONE} ${A} refs/heads/main\0 report-status push-options`,
      '',
      'ci.skip\n',
      'data=1',
      '',
    );
    expect(read(Buffer.concat([head, Buffer.from('PACK')]))).toMatchObject({
      type: 'complete',
      request: { options: ['ci.skip', 'data=1'] },
    });
    for (let cut = 0; cut < head.length; cut++) {
      expect(read(head.subarray(0, cut))).toEqual({ type: 'incomplete' });
    }
  });

  it.each([
    ['text', Buffer.from('GET / HTTP'), /no push/],
    ['a command that is none', packets('hello', ''), /no push/],
    [
      'too many refs',
      packets(...['a', 'b', 'c'].map(ref => `${NONE} ${A} refs/heads/${ref}`)),
      /at most 2 branches and tags/,
    ],
    ['a shallow clone', packets(`shallow ${A}`, ''), /unshallow/],
    ['a signed push', packets('push-cert \0report-status', ''), /signed/],
  ])('refuses %s', (_, head, reason) => {
    expect(read(head)).toMatchObject({
      type: 'invalid',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('findForbiddenRefs', () => {
  it.each([
    `refs/replace/${A}`,
    'refs/notes/commits',
    'refs/model-ci/imports/1',
    'refs/heads/../x',
    `refs/heads/${'x'.repeat(201)}`,
    'refs/headsx',
    'HEAD',
    '',
  ])('finds %j', ref => {
    expect(findForbiddenRefs([{ ref: 'refs/heads/main' }, { ref }])).toMatch(
      /only branches and tags/,
    );
  });

  it.each(['refs/heads', 'refs/tags'])(
    'finds the id of a commit as a name in %s, which can be deleted',
    folder => {
      const ref = `${folder}/${A}`;
      expect(findForbiddenRefs([{ ref, after: A }])).toMatch(/ids of commits/);
      expect(findForbiddenRefs([{ ref, before: A }])).toBeUndefined();
    },
  );

  it('takes branches and tags', () => {
    expect(
      findForbiddenRefs([{ ref: 'refs/heads/a/b' }, { ref: 'refs/tags/v1.0' }]),
    ).toBeUndefined();
  });
});

it('names some refs of many', () => {
  const commands = Array.from({ length: 25 }, (_, index) => ({
    ref: `refs/heads/${index}`,
    after: A,
  }));
  const refs = describeRefs(commands);
  expect(refs).toHaveLength(21);
  expect(refs[0]).toBe(`refs/heads/0 none..${A}`);
  expect(refs[20]).toBe('and 5 more');
});

it('writes a refusal as git reads it', () => {
  const request = {
    commands: [{ ref: 'refs/heads/a' }],
    capabilities: ['report-status', 'side-band-64k'],
    options: [],
  };
  const report = packets('unpack no\n', 'ng refs/heads/a refused\n', '');
  expect(formatRefusal(request, 'no')).toEqual(packets(`\u0001${report}`, ''));
  expect(
    formatRefusal({ ...request, capabilities: ['report-status'] }, 'no'),
  ).toEqual(report);
});
