import { LogScreen } from '../terminal/LogScreen';

const ESC = '\u001b';

function show(log: string) {
  const screen = new LogScreen(0);
  const lines = screen.push(log, Buffer.byteLength(log));
  return [...lines, ...screen.pending()].map(({ text, marks, offset }) => ({
    text,
    offset,
    ...(marks && { marks }),
  }));
}

const start = (
  kind: 'group' | 'command',
  name?: string,
  collapsed = false,
) => ({
  type: 'start',
  kind,
  ...(name && { name }),
  collapsed,
});

describe('Marks of sections', () => {
  it('are read as GitLab writes them', () => {
    const log = [
      `${ESC}[0Ksection_start:1560896352:get_sources[hide_duration=true,collapsed=true]\r${ESC}[0K${ESC}[36;1mGetting source`,
      'cloning',
      `${ESC}[0Ksection_end:1560896353:get_sources\r${ESC}[0K${ESC}[0Ksection_start:1560896353:step\r${ESC}[0KStep`,
      'work',
      `section_end:1560896360:step\r${ESC}[0K`,
      'after',
    ].join('\n');
    expect(show(log)).toEqual([
      {
        offset: 0,
        text: 'Getting source',
        marks: [start('group', 'get_sources', true)],
      },
      expect.objectContaining({ text: 'cloning' }),
      expect.objectContaining({
        text: 'Step',
        marks: [{ type: 'end', name: 'get_sources' }, start('group', 'step')],
      }),
      expect.objectContaining({ text: 'work' }),
      {
        text: 'after',
        offset: log.length - 5,
        marks: [{ type: 'end', name: 'step' }],
      },
    ]);
  });

  it('are read as GitHub and Azure Pipelines write them', () => {
    expect(
      show(
        [
          '::group::Install',
          'pip',
          '::endgroup::',
          '2026-11-26T20:00:00.123Z ##[group]Run',
          '##[endgroup]',
          'end',
        ].join('\n'),
      ),
    ).toEqual([
      { offset: 0, text: 'Install', marks: [start('group')] },
      { offset: 17, text: 'pip' },
      {
        offset: 34,
        text: '2026-11-26T20:00:00.123Z Run',
        marks: [{ type: 'end' }, start('group')],
      },
      { offset: 85, text: 'end', marks: [{ type: 'end' }] },
    ]);
  });

  it('of commands begin a line, also where the output before did not end its own', () => {
    const log = `##[model-ci.command 1/2] pip install\nok 50%##[model-ci.command 2/2] pytest\n1 passed\n`;
    expect(show(log)).toEqual([
      { offset: 0, text: '$ pip install', marks: [start('command')] },
      { offset: 37, text: 'ok 50%' },
      { offset: 43, text: '$ pytest', marks: [start('command')] },
      { offset: 75, text: '1 passed' },
    ]);
  });

  it('of commands are in no colour of the output before', () => {
    const screen = new LogScreen(0);
    const log = `${ESC}[31mred\n##[model-ci.command 2/2] pytest\nstill red\n`;
    screen.push(log, log.length);
    expect(screen.pending().map(({ colours }) => colours)).toEqual([
      `${ESC}[31m`,
      '',
      `${ESC}[31m`,
    ]);
  });

  it.each([
    'say ::group::no',
    'section_start:x:y\r',
    '##[model-ci.command 1] no total',
    'C::group::of',
  ])('are no marks: %s', line => {
    expect(show(`${line}\n`)[0].marks).toBeUndefined();
  });
});
