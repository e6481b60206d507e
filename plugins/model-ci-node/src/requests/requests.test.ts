import { z } from 'zod';
import { invalidRequest } from './invalidRequest';
import { parseInput, readQuery, readRequest } from './readRequest';
import { countSchema, textSchema } from './schemas';
import { explainInvalidRequests } from './explainInvalidRequests';

const query = z.strictObject({
  limit: countSchema(1, 10).optional(),
  kind: z.enum(['a', 'b', 'c']).optional(),
  name: textSchema(5).optional(),
});

function requestOf(
  changes: Partial<Parameters<typeof readRequest>[0]> = {},
): Parameters<typeof readRequest>[0] {
  return { method: 'GET', url: '/', params: {}, headers: {}, ...changes };
}

describe('readRequest', () => {
  it('reads every part', () => {
    const req = requestOf({
      method: 'POST',
      url: '/runs?limit=3&name=a+%C3%A9',
      params: { id: '7' },
      headers: { 'content-type': 'application/json', 'content-length': '9' },
      body: { from: 'a' },
    });
    expect(
      readRequest(req, {
        path: z.object({ id: countSchema(0, 9) }),
        query,
        body: z.strictObject({ from: z.string() }),
      }),
    ).toEqual({
      path: { id: 7 },
      query: { limit: 3, name: 'a é' },
      body: { from: 'a' },
    });
  });

  it.each([
    ['limit=', "'limit': must be a whole number from 1 to 10"],
    ['limit=11', "'limit': must be a whole number from 1 to 10"],
    ['limit=1&limit=2', "'limit': must be given once"],
    ['kind=d', "'kind': must be 'a', 'b' or 'c'"],
    ['name=', "'name': must not be empty"],
    ['name=abcdef', "'name': must have at most 5 characters"],
    ['name=%00', "'name': must have no control characters"],
    ['name=%E0%A4%A', "'name': must be percent-encoded UTF-8"],
    ['%FF=1', "'%FF': must be percent-encoded UTF-8"],
    [
      '__proto__=1',
      "'__proto__': is unknown; the parameters here are 'limit', 'kind', 'name'",
    ],
    ['a[b]=1', "'a[b]': is unknown"],
    ['a%0Ab=1', "'a\\nb': is unknown"],
    [`${'x'.repeat(200)}=1`, `'${'x'.repeat(100)}…': is unknown`],
    [
      Array.from({ length: 12 }, (_, n) => `x${n}=1`).join('&'),
      'is unknown; the parameters here are',
    ],
  ])('reports the error in ?%s', (text, message) => {
    const read = () => readQuery(requestOf({ url: `/?${text}` }), query);
    expect(read).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
    expect(read).toThrow(/^Invalid query: /);
  });

  it('reports ten errors and counts the others', () => {
    const url = `/?${Array.from({ length: 12 }, (_, n) => `x${n}`).join('&')}`;
    expect(() => readRequest(requestOf({ url }), {})).toThrow(
      /'x9': is unknown; there are no parameters here; and 2 more$/,
    );
  });

  it('takes no body where none is read, and none that is not JSON', () => {
    const post = (type: string | undefined, body?: unknown) =>
      requestOf({
        method: 'POST',
        headers: { 'content-length': '7', 'content-type': type },
        body,
      });
    expect(() => readRequest(post('application/json', { a: 1 }), {})).toThrow(
      "Invalid body: 'a': is unknown; there are no fields here",
    );
    expect(() => readRequest(post('text/plain'), {})).toThrow(
      "Invalid headers: 'Content-Type': must be application/json",
    );
    expect(() => readRequest(post(undefined), {})).toThrow('Content-Type');
    expect(() => readRequest(post('application/json', []), {})).toThrow(
      'Invalid body: must be a JSON object',
    );
    readRequest(requestOf({ method: 'POST' }), {});
  });

  it('reports what is missing, and of which type it would be', () => {
    const schema = z.strictObject({
      version: z.number().int().min(1).max(9),
      tags: z.array(z.string()).min(1).max(2),
      dry: z.boolean(),
    });
    expect(() => parseInput(schema, {}, 'body')).toThrow(
      "Invalid body: 'version': is required; 'tags': is required; 'dry': is required",
    );
    expect(() =>
      parseInput(schema, { version: 1.5, tags: [1], dry: 'no' }, 'body'),
    ).toThrow(
      "'version': must be a whole number; 'tags.0': must be text; 'dry': must be true or false",
    );
    expect(() =>
      parseInput(
        schema,
        { version: 10, tags: ['a', 'b', 'c'], dry: true },
        'body',
      ),
    ).toThrow(
      "'version': must be at most 9; 'tags': must have at most 2 entries",
    );
  });
});

describe('explainInvalidRequests', () => {
  const answerTo = (error: unknown) => {
    const next = jest.fn();
    explainInvalidRequests(error, {}, {}, next);
    return next.mock.calls[0][0];
  };

  it('says what Express and its body parser mean', () => {
    expect(
      answerTo(new URIError("Failed to decode param '%E0'")),
    ).toMatchObject({
      name: 'InputError',
      message: "Invalid path: '%E0' must be percent-encoded UTF-8",
    });
    expect(
      answerTo(
        Object.assign(new SyntaxError('Unexpected end'), {
          type: 'entity.parse.failed',
        }),
      ),
    ).toMatchObject({
      name: 'InputError',
      message: 'Invalid body: must be a JSON object: Unexpected end',
    });
    expect(
      answerTo(
        Object.assign(new Error('too large'), {
          type: 'entity.too.large',
          status: 413,
          limit: 7,
        }),
      ),
    ).toMatchObject({
      status: 413,
      message: expect.stringContaining('7 bytes'),
    });
  });

  it('leaves everything else as it is', () => {
    for (const error of [
      invalidRequest('body', 'a', 'b'),
      new URIError('x'),
      'x',
    ]) {
      expect(answerTo(error)).toBe(error);
    }
  });
});
