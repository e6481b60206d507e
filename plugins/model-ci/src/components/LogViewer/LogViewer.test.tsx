import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { LogTime } from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../__testUtils__/renderPage';
import { LogViewer } from './LogViewer';
import { numberedLines, TestLog } from './__testUtils__/TestLog';

const ESC = '\u001b';

// There is no layout in these tests; the list of lines needs the size of its box to know which are in sight.
const sizes: jest.SpyInstance[] = [];
beforeEach(() => {
  const give = (name: 'offsetHeight' | 'offsetWidth', size: number) =>
    sizes.push(
      jest.spyOn(HTMLElement.prototype, name, 'get').mockReturnValue(size),
    );
  give('offsetHeight', 400);
  give('offsetWidth', 800);
  sizes.push(
    jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400),
    jest.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800),
  );
  window.localStorage.clear();
});
afterEach(() => {
  for (const size of sizes.splice(0)) {
    size.mockRestore();
  }
});

function setUp(log: TestLog, line?: number) {
  const api = {
    readLog: jest.fn(
      (
        _run: string,
        _stage: string,
        query: { offset?: number; limit?: number } = {},
      ) => log.read(query.offset ?? 0, query.limit ?? 0),
    ),
    followLog: jest.fn(
      (
        _run: string,
        _stage: string,
        query: { offset?: number } = {},
        options: {
          signal?: AbortSignal;
          onReconnect?: (error: Error) => void;
        } = {},
      ) =>
        log.follow(query.offset ?? 0, options.signal!, error =>
          options.onReconnect?.(error),
        ),
    ),
    downloadLog: jest.fn(async () => new Blob(['all'])),
    readLogTimes: jest.fn(
      async (): Promise<LogTime[]> => [
        [0, '2026-05-01T10:00:00.000Z'],
        [4, '2026-05-01T10:00:07.000Z'],
      ],
    ),
  };
  const onLine = jest.fn();
  const view = renderPage(
    <LogViewer
      runId="run-7"
      stage="test"
      attempt={2}
      line={line}
      onLine={onLine}
      lineUrl={offset => `http://localhost/?line=${offset}`}
    />,
    { api },
  );
  return { api, onLine, ...view };
}

describe('LogViewer', () => {
  it('reads the attempt that it was asked for, from its end', async () => {
    const { api } = setUp(new TestLog('hello\n'));
    expect(await screen.findByText('hello')).toBeInTheDocument();
    expect(api.readLog).toHaveBeenCalledWith(
      'run-7',
      'test',
      expect.objectContaining({ attempt: 2, offset: expect.any(Number) }),
      expect.anything(),
    );
    expect(api.readLog.mock.calls[0][2]?.offset).toBeLessThan(0);
    expect(screen.getByText('End of the log')).toBeInTheDocument();
  });

  it('draws colours, and shows markup of the log as text', async () => {
    const { container } = setUp(
      new TestLog(`${ESC}[31mred${ESC}[0m <img src=x onerror="alert(1)">\n`),
    );
    expect(await screen.findByText('red')).toHaveStyle({ color: '#b3261e' });
    expect(screen.getByText(/<img src=x/)).toBeInTheDocument();
    expect(container.querySelector('[role=log] img')).toBeNull();
  });

  it('draws only the lines in sight', async () => {
    setUp(new TestLog(numberedLines(5000)));
    await waitFor(() =>
      expect(
        screen.getByRole('log').querySelectorAll('[data-index]').length,
      ).toBeGreaterThan(0),
    );
    expect(
      screen.getByRole('log').querySelectorAll('[data-index]').length,
    ).toBeLessThan(100);
  });

  it('says why nothing comes while it cannot be followed', async () => {
    const log = new TestLog('hello\n', false);
    setUp(log);
    await screen.findByText('Live');
    act(() => log.onReconnect?.(new Error('cut')));
    expect(screen.getByText(/^Connection lost/)).toBeInTheDocument();
    const refusal = Object.assign(new Error('429'), { statusCode: 429 });
    act(() => log.onReconnect?.(refusal));
    expect(
      screen.getByText(/^Paused: you follow too many logs/),
    ).toBeInTheDocument();
    act(() => log.append('more\n'));
    expect(await screen.findByText('Live')).toBeInTheDocument();
  });

  it('says that there is no output yet, and that there was none', async () => {
    const log = new TestLog('', false);
    setUp(log);
    expect(await screen.findByText('No output yet')).toBeInTheDocument();
    expect(screen.getByText('Live')).toBeInTheDocument();
    act(() => log.end());
    expect(
      await screen.findByText('The stage ended without output'),
    ).toBeInTheDocument();
  });

  it('shows what is written while one looks', async () => {
    const log = new TestLog('first\n', false);
    setUp(log);
    await screen.findByText('first');
    act(() => log.append('10%\r20%\rdone\nsecond'));
    expect(await screen.findByText('second')).toBeInTheDocument();
    expect(screen.getByText('done')).toBeInTheDocument();
    expect(screen.queryByText(/10%/)).not.toBeInTheDocument();
    expect(screen.getByLabelText('Follow')).toBeChecked();
  });

  it('searches, counts and steps through matches', async () => {
    setUp(new TestLog('alpha\nbeta Alpha\ngamma\n'));
    await screen.findByText('gamma');
    await userEvent.type(screen.getByLabelText('Search the log'), 'alpha');
    await waitFor(() => expect(screen.getByText('0 of 2')).toBeInTheDocument());
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Next match' }));
    expect(await screen.findByText('2 of 2')).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Previous match' }),
    );
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    expect(screen.getByRole('log').querySelectorAll('mark')).toHaveLength(2);
    await userEvent.clear(screen.getByLabelText('Search the log'));
    await userEvent.type(screen.getByLabelText('Search the log'), 'nowhere');
    expect(await screen.findByText('No matches')).toBeInTheDocument();
  });

  it('folds the commands of a stage, and opens them for a match that they hide', async () => {
    setUp(
      new TestLog(
        '##[model-ci.command 1/2] pip install\ncollecting\n##[model-ci.command 2/2] pytest\n1 passed\n',
      ),
    );
    await screen.findByText('1 passed');
    const section = screen.getByRole('button', {
      name: 'Section: $ pip install',
    });
    expect(section).toHaveAttribute('aria-expanded', 'true');
    await userEvent.click(section);
    expect(screen.queryByText('collecting')).not.toBeInTheDocument();
    expect(section).toHaveAttribute('aria-expanded', 'false');
    expect(screen.getByText('1 line')).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Collapse all sections' }),
    );
    expect(screen.queryByText('1 passed')).not.toBeInTheDocument();

    await userEvent.type(
      screen.getByLabelText('Search the log'),
      'collecting{Enter}',
    );
    await screen.findByText(/of 1/);
    await userEvent.keyboard('{Enter}');
    expect(
      await screen.findByText('collecting', { selector: 'mark' }),
    ).toBeInTheDocument();
    expect(screen.queryByText('1 passed')).not.toBeInTheDocument();
  });

  it('shows when each line came, on demand', async () => {
    const { api } = setUp(new TestLog('one\ntwo\nthree\n'));
    await screen.findByText('three');
    expect(api.readLogTimes).not.toHaveBeenCalled();
    await userEvent.click(screen.getByLabelText('Times'));
    await waitFor(() =>
      expect(
        [...screen.getByRole('log').querySelectorAll('time')].map(time =>
          time.getAttribute('datetime'),
        ),
      ).toEqual([
        '2026-05-01T10:00:00.000Z',
        '2026-05-01T10:00:07.000Z',
        '2026-05-01T10:00:07.000Z',
      ]),
    );
  });

  it('gives each line a link', async () => {
    // What this browser lacks for a copy; without it the user would be asked to copy by hand.
    const execCommand = jest.fn(() => true);
    Object.assign(document, { execCommand });
    const { onLine } = setUp(new TestLog('one\ntwo\n'));
    const link = await screen.findByLabelText('Copy link to line 2');
    expect(link).toHaveAttribute('href', 'http://localhost/?line=4');
    await userEvent.click(link);
    expect(onLine).toHaveBeenCalledWith(4);
    expect(execCommand).toHaveBeenCalledWith('copy');
  });

  it('shows why a log cannot be read, and tries again', async () => {
    const log = new TestLog('back again\n');
    const { read } = log;
    log.read = jest
      .fn()
      .mockRejectedValueOnce(new Error('log store is away'))
      .mockImplementation(read);
    setUp(log);
    expect(await screen.findByText('log store is away')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('back again')).toBeInTheDocument();
  });
});
