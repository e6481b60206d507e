import { LogScreen } from '../terminal/LogScreen';
import { findSections, unfoldedLines } from './findSections';

function sectionsOf(log: string) {
  const screen = new LogScreen(0);
  const lines = screen.push(log, Buffer.byteLength(log));
  lines.push(...screen.pending());
  const sections = findSections(lines);
  return {
    lines,
    sections,
    shown: (
      unfoldedLines(lines.length, sections) ?? lines.map((_, index) => index)
    ).map(index => lines[index].text),
  };
}

describe('findSections', () => {
  it('lets a command end where the next one begins, with what it left open', () => {
    const { sections, shown } = sectionsOf(
      [
        'before',
        '##[model-ci.command 1/2] one',
        '::group::inner',
        'a',
        '##[model-ci.command 2/2] two',
        'b',
      ].join('\n'),
    );
    expect(
      sections.map(({ start, end, depth }) => [start, end, depth]),
    ).toEqual([
      [1, 4, 0],
      [2, 4, 1],
      [4, 6, 0],
    ]);
    expect(shown).toEqual(['before', '$ one', '$ two']);
  });

  it('matches ends by name, and ignores those of nothing', () => {
    const { sections, lines } = sectionsOf(
      [
        'section_end:1:nothing\r\u001b[0K',
        'section_start:1:outer\r\u001b[0KOuter',
        'section_start:1:inner\r\u001b[0KInner',
        'a',
        'section_end:1:outer\r\u001b[0K',
        'after',
      ].join('\n'),
    );
    expect(
      sections.map(({ start, end }) => [
        lines[start].text,
        lines[end - 1].text,
      ]),
    ).toEqual([
      ['Outer', 'a'],
      ['Inner', 'a'],
    ]);
  });

  it('folds what was left open to the last line', () => {
    expect(sectionsOf('::group::x\na\nb').shown).toEqual(['x']);
    expect(sectionsOf('a\nb').shown).toEqual(['a', 'b']);
  });
});
