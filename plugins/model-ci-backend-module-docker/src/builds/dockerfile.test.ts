import { baseImages, demandNoFetch, parseDockerfile } from './dockerfile';

describe('Dockerfiles', () => {
  it('are read as the steps of the builder, with their lines', () => {
    expect(
      parseDockerfile(
        '# syntax=x\nARG A=1\n\nFROM a AS b\nRUN one && \\\n  # why\n\n  two\n  copy x y\n',
      ),
    ).toEqual([
      { line: 2, name: 'ARG', text: 'A=1' },
      { line: 4, name: 'FROM', text: 'a AS b' },
      { line: 5, name: 'RUN', text: 'one &&   two' },
      { line: 9, name: 'COPY', text: 'x y' },
    ]);
    expect(
      parseDockerfile('# escape=\\\r\nRUN a \\\r\n  b\r\nRUN c\r\n'),
    ).toMatchObject([{ text: 'a   b' }, { line: 4, text: 'c' }]);
  });

  it('have no other escape character', () => {
    expect(() =>
      parseDockerfile('# syntax=a b\n# escape=`\nRUN a `\n  b\n'),
    ).toThrow('escape character');
  });

  it.each([
    'ADD http://x/y /',
    'add HTTP://x/y /',
    'ADD --chown=1:1 $X /',
    'ADD "ht"tp://x /',
    'ADD ["https://x", "/"]',
    'ADD ["$X", "/"]',
    'ADD h\\\nttp://x /',
    'ONBUILD ADD http://x /',
    'onbuild add ${X} /',
    'ONBUILD ONBUILD RUN x',
  ])('have the engine fetch nothing: %s', line => {
    expect(() =>
      demandNoFetch(parseDockerfile(`FROM a\n${line}\n`), 'Dockerfile'),
    ).toThrow('Dockerfile');
  });

  it.each(['ADD . /app', 'ADD ["a b.tar", "/x/"]', 'ADD model/*.json /m/'])(
    'may add files of the context: %s',
    line => {
      expect(() => demandNoFetch(parseDockerfile(line), 'x')).not.toThrow();
    },
  );

  it('name the images that they start from', () => {
    const text = [
      'ARG TAG=3.11 OTHER',
      'ARG IMAGE',
      'FROM --platform=linux/amd64 python:${TAG} AS Base',
      'FROM base',
      'FROM ${IMAGE:-busybox}',
      'COPY --from=0 a b',
      'COPY --from=tools:1 a b',
      'FROM scratch',
      'FROM $OTHER',
    ].join('\n');
    const images = (args: Record<string, string>) =>
      baseImages(parseDockerfile(text), args).map(({ image }) => image);
    expect(images({})).toEqual([
      'python:3.11',
      'busybox',
      'tools:1',
      undefined,
    ]);
    expect(images({ TAG: '4', OTHER: 'o', IMAGE: 'i' })).toEqual([
      'python:4',
      'i',
      'tools:1',
      'o',
    ]);
  });
});
