import { parsePointer } from './pointer';

const oid = 'a'.repeat(64);
const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12\n`;

describe('parsePointer', () => {
  it('reads a pointer', () => {
    const pointer = { oid, size: 12 };
    expect(parsePointer(Buffer.from(text))).toEqual(pointer);
    expect(parsePointer(Buffer.from(text.replaceAll('\n', '\r\n')))).toEqual(
      pointer,
    );
    expect(
      parsePointer(Buffer.from(text.replace('oid', 'ext-0-x sha256:b\noid'))),
    ).toEqual(pointer);
  });

  it.each([
    '',
    'version 1\n',
    text.replace(oid, 'a'),
    text.replace('size 12', 'size x'),
    `x${text}`,
    text + ' '.repeat(1024),
  ])('takes %j for what it is', content => {
    expect(parsePointer(Buffer.from(content))).toBeUndefined();
  });
});
