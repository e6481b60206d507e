import { z } from 'zod';
import { listCursor } from './cursor';

const schema = z.tuple([z.string(), z.number().int()]);
const cursor = listCursor('runs', schema);

describe('cursors', () => {
  it('come back as they went', () => {
    expect(cursor.decode(cursor.encode(['é/ü', 7]))).toEqual(['é/ü', 7]);
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('[1').toString('base64url')],
    ['of another list', listCursor('versions', schema).encode(['a', 1])],
    ['of another shape', Buffer.from('["runs",1,2]').toString('base64url')],
    ['no list', Buffer.from('{"0":"runs"}').toString('base64url')],
    ['with a NUL', cursor.encode(['a\0b', 1])],
  ])('that are %s are refused', (_, text) => {
    expect(() => cursor.decode(text)).toThrow(/'cursor'/);
  });
});
