import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError } from './describeError';

const failure = (path: string) =>
  readFile(path).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('describeError', () => {
  it('says what the system refused, and not where', async () => {
    expect(
      describeError(await failure(join(tmpdir(), 'no', 'such', 'file'))),
    ).toBe('ENOENT: no such file or directory (open)');
  });

  it.each([
    ["cannot read '/var/lib/model-ci/ab/cdef' now", "cannot read '…/cdef' now"],
    [`${process.cwd()}/src/secret.ts is odd`, '…/secret.ts is odd'],
    [String.raw`C:\Users\me\model.bin is odd`, '…/model.bin is odd'],
    ['file:///opt/app/index.js:3', '…/index.js:3'],
    ['failed\n    at run (/srv/app/a.js:1:2)\n    at b (c.js:3:4)', 'failed'],
    // What callers know themselves stays.
    ['GET /healthz answered 503', 'GET /healthz answered 503'],
    ['/api/model-ci/runs/1 is gone', '/api/model-ci/runs/1 is gone'],
    [
      'https://git.example/home/repo/tree is not there',
      'https://git.example/home/repo/tree is not there',
    ],
    ['model/data/weights.bin is missing', 'model/data/weights.bin is missing'],
    ["There is no image 'registry/x:1'", "There is no image 'registry/x:1'"],
    ['a\0b', 'ab'],
  ])('makes of %j %j', (message, expected) => {
    expect(describeError(new Error(message))).toBe(expected);
  });

  it('hides nothing from a developer', () => {
    const message = "cannot read '/var/lib/model-ci/ab'";
    expect(describeError(new Error(message), { isDevelopment: true })).toBe(
      message,
    );
  });
});
