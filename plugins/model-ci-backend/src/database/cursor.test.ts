import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor';

const schema = z.tuple([z.string(), z.number().int()]);

describe('cursors', () => {
  it('come back as they went', () => {
    expect(decodeCursor(encodeCursor(['é/ü', 7]), schema)).toEqual(['é/ü', 7]);
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('[1').toString('base64url')],
    ['of another list', encodeCursor([1, 2])],
    ['with a NUL', encodeCursor(['a\0b', 1])],
  ])('that are %s are refused', (_, cursor) => {
    expect(() => decodeCursor(cursor, schema)).toThrow(/'cursor'/);
  });
});
