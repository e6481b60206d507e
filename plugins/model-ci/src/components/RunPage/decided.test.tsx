import { screen, within } from '@testing-library/react';
import { pipeline, run, runStage } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { RunPage } from './RunPage';

const decided = {
  decision: 'continue' as const,
  by: ['user:default/jo'],
  at: '2026-05-01T12:01:00.000Z',
};

/** Worked for a minute, with two hours of waiting in between. */
const letThrough = run({
  startedAt: '2026-05-01T10:00:00.000Z',
  finishedAt: '2026-05-01T12:01:00.000Z',
  decided,
  waited: { milliseconds: 2 * 60 * 60 * 1000 },
  stages: [runStage({ name: 'evaluate', decided })],
});

const show = (language: string, shown = letThrough) =>
  renderPage(<RunPage runId="run-7" />, {
    api: {
      getRun: async () => shown,
      getPipeline: async () => pipeline(),
      listTests: async () => ({ items: [] }),
      readLog: async () => ({
        offset: 0,
        text: '',
        nextOffset: 0,
        size: 0,
        ended: true,
        attempt: 1,
      }),
    },
    language,
  });

describe('A run that a person let through', () => {
  it('says so in its header and its graph', async () => {
    await show('en');
    const note = await screen.findByText(/let through by/, {
      selector: '[role=note]',
    });
    expect(within(note).getByText('jo')).toBeInTheDocument();
    expect(
      screen.getByRole('button', {
        name: /Stage evaluate: Succeeded · let through by jo/,
      }),
    ).toBeInTheDocument();
  });

  it('does not count the time that it waited as its duration', async () => {
    await show('en');
    expect(
      await screen.findByText(/waited 2 h 0 m for a decision/),
    ).toHaveTextContent('1 m 0 s (waited 2 h 0 m for a decision)');
  });

  it('says so in Chinese', async () => {
    await show('zh');
    expect(
      await screen.findByText(/由 .*放行/, { selector: '[role=note]' }),
    ).toBeInTheDocument();
  });

  it('says where nobody decided in time', async () => {
    await show('en', {
      ...letThrough,
      status: 'failed',
      decided: { ...decided, decision: 'stop', by: [] },
    });
    expect(
      await screen.findByText('stopped because nobody decided in time'),
    ).toBeInTheDocument();
  });
});
