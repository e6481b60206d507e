import { parseStoredDefinition } from './stored';
import { definitionOf, reported } from './testing/reported';

const withSchedule = (schedule: string, parameters = '') =>
  `version: 1\n${parameters}triggers:\n  schedule:\n    nightly: ${schedule}\nstages:\n  train: { run: x }\n`;

const withCron = (cron: string) => withSchedule(`{ cron: '${cron}' }`);

describe('schedules of a definition', () => {
  it('have the time zone UTC unless they say another one, and stay as they are where runs keep them', () => {
    const definition = definitionOf(
      `version: 1
triggers:
  schedule:
    nightly: { cron: '0 2 * * *' }
    weekly:
      cron: '30 4 * * sun'
      timezone: Asia/Shanghai
      branch: release/2
      parameters: { epochs: 20 }
parameters:
  epochs: { type: integer, default: 1 }
stages:
  train: { run: x }
`,
    );
    expect(definition.triggers.schedule).toEqual({
      nightly: { cron: '0 2 * * *', timezone: 'UTC' },
      weekly: {
        cron: '30 4 * * sun',
        timezone: 'Asia/Shanghai',
        branch: 'release/2',
        parameters: { epochs: 20 },
      },
    });
    expect(parseStoredDefinition(JSON.stringify(definition))).toEqual(
      definition,
    );
  });

  it.each([
    '*/5 * * * *',
    '0,30 8-18/2 * * MON-FRI',
    '5/20 * * * *',
    '0 0 29 2 *',
    '0 0 31 1-12 *',
    '0 12 31 2 fri',
    '0 0 * jan,Jul 7',
    '58 23 * * *',
    '@daily',
  ])('take %s', cron => {
    expect(reported(withCron(cron))).toEqual([]);
  });

  it.each([
    ['0 2 * *', /must have five fields/],
    ['0 0 2 * * *', /must have five fields/],
    ['', /must have five fields/],
    ['@reboot', /must have five fields/],
    ['60 2 * * *', /has 60 where a value from 0 to 59 belongs/],
    ['H 2 * * *', /has H where a value from 0 to 59 belongs/],
    ['0 2 0 * *', /has 0 where a value from 1 to 31 belongs/],
    ['0 22-2 * * *', /has 22-2 where a value from 0 to 23 belongs/],
    ['0 2 L * *', /has L where/],
    ['0 2 * * 1#2', /has 1#2 where/],
    ['*/0 2 * * *', /has \*\/0 where/],
    ['0 2 ? * *', /has \? where/],
    ['0 2 1,,2 * *', /has {2}where/],
    ['0 0 30 2 *', /is a day that never comes/],
    ['0 0 31 4,6,9,11 *', /is a day that never comes/],
    ['* * * * *', /comes 1 minutes apart; leave at least 5/],
    ['0,4 2 * * *', /comes 4 minutes apart/],
    ['1,58 * * * *', /comes 3 minutes apart/],
    ['1,58 0,23 * * *', /comes 3 minutes apart/],
  ])('refuse %s at its place', (cron, problem) => {
    expect(reported(withCron(cron))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^4:\\d+ triggers\\.schedule\\.nightly\\.cron: ${problem.source}`,
        ),
      ),
    ]);
  });

  it('leave the end of an hour to times of its own where the next hour has none', () => {
    expect(reported(withCron('1,58 8,20 * * *'))).toEqual([]);
  });

  it.each(['+02:00', 'Europe/Atlantis', 'GMT+25', '../etc/passwd', ''])(
    'refuse the time zone %s',
    timezone => {
      expect(
        reported(
          withSchedule(`{ cron: '0 2 * * *', timezone: '${timezone}' }`),
        ),
      ).toEqual([expect.stringMatching(/nightly\.timezone: is no time zone/)]);
    },
  );

  it('refuse patterns of branches', () => {
    expect(
      reported(withSchedule(`{ cron: '0 2 * * *', branch: 'release/*' }`)),
    ).toEqual([expect.stringMatching(/branch: is no single branch/)]);
  });

  it('give values that the parameters take, and those that have no default', () => {
    const parameters =
      'parameters: { epochs: { type: integer, max: 9 }, note: { type: string, default: "" } }\n';
    const given = (values: string) =>
      reported(
        withSchedule(
          `{ cron: '0 2 * * *', parameters: { ${values} } }`,
          parameters,
        ),
      ).map(error => error.replace(/^[\d:]+ triggers.schedule.nightly/, ''));
    expect(given('epochs: 3')).toEqual([]);
    expect(given('epochs: 10')).toEqual([
      '.parameters.epochs: must be at most 9',
    ]);
    expect(given('note: a')).toEqual([
      expect.stringMatching(/^: gives no value for parameter 'epochs'/),
    ]);
    expect(given('epochs: 1, epoch: 2')).toEqual([
      expect.stringMatching(/^\.parameters\.epoch: is no parameter/),
    ]);
  });

  it('are ten at most', () => {
    const entries = Array.from(
      { length: 11 },
      (_, hour) => `    at-${hour}: { cron: '0 ${hour} * * *' }\n`,
    ).join('');
    expect(
      reported(
        `version: 1\ntriggers:\n  schedule:\n${entries}stages:\n  train: { run: x }\n`,
      ),
    ).toEqual([expect.stringMatching(/triggers\.schedule: .*10/)]);
  });
});
