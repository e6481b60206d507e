import {
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { makeStyles } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ModelCiApi } from '@model-ci/backstage-plugin-model-ci-common';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import useDebounce from 'react-use/esm/useDebounce';
import useLocalStorage from 'react-use/esm/useLocalStorage';
import { ErrorNotice } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { saveBlob } from '../../download';
import { useAction } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { LogLines, type LogLinesControl } from './LogLines';
import { LogStatus } from './LogStatus';
import { LogToolbar } from './LogToolbar';
import { LogWindow, type LogSource } from './LogWindow';
import { useLogSearch } from './useLogSearch';

const useStyles = makeStyles(theme => ({
  root: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    overflow: 'hidden',
  },
}));

const SEARCH_DELAY = 200;

export interface LogViewerProps {
  runId: string;
  stage: string;
  attempt: number;
  /** Byte at which the line begins that a link points at. */
  line?: number;
  onLine: (line: number) => void;
  /** Address of a line. */
  lineUrl: (line: number) => string;
}

/**
 * The log of one attempt. It opens at its end and reads on where the reader scrolls to, so that
 * its size does not matter; while the attempt runs, it follows it.
 */
export function LogViewer(props: LogViewerProps) {
  const { runId, stage, attempt, line, onLine, lineUrl } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const classes = useStyles();
  const [, copy] = useCopyToClipboard();

  const source = useMemo(
    () => logSource(api, runId, stage, attempt),
    [api, runId, stage, attempt],
  );
  const log = useMemo(() => new LogWindow(source), [source]);
  const snapshot = useSyncExternalStore(log.subscribe, log.getSnapshot);
  const linked = useRef(line);
  useEffect(() => {
    if (linked.current === undefined) {
      log.openEnd();
    } else {
      log.openAt(linked.current);
    }
    return () => log.close();
  }, [log]);

  const control = useRef<LogLinesControl>(null);
  const [follow, setFollow] = useState(line === undefined);
  const [wrap, setWrap] = useLocalStorage('model-ci.log.wrap', false);
  useEffect(() => log.setKeepEnd(follow), [log, follow]);

  const toEnd = async () => {
    setFollow(true);
    if (!log.getSnapshot().atEnd) {
      await log.openEnd();
    }
    control.current?.toEnd();
  };
  const toStart = async () => {
    setFollow(false);
    if (log.getSnapshot().start > 0) {
      await log.openAt(0, 1);
    }
    control.current?.show(0);
  };

  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  useDebounce(() => setWords(typed), SEARCH_DELAY, [typed]);
  const found = useLogSearch(source, snapshot, words);
  const [chosen, setChosen] = useState(-1);
  const current = Math.min(chosen, found.matches.length - 1);
  useEffect(() => setChosen(-1), [words]);

  const showMatch = async (index: number) => {
    const match = found.matches[index];
    setChosen(index);
    setFollow(false);
    const { start, end } = log.getSnapshot();
    if (match.offset < start || match.offset >= end) {
      await log.openAt(match.offset, match.number);
    }
    control.current?.show(match.offset);
  };
  const step = (direction: 1 | -1) => {
    const total = found.matches.length;
    if (total === 0) {
      return;
    }
    if (current < 0) {
      // The first step goes to what is nearest below the top of what is in sight.
      const top = control.current?.firstVisible() ?? 0;
      const next = found.matches.findIndex(match => match.offset >= top);
      showMatch(next < 0 ? total - 1 : next);
    } else {
      showMatch((current + direction + total) % total);
    }
  };

  const download = useAction(async () => {
    const blob = await api.downloadLog(runId, stage, { attempt });
    saveBlob(blob, `${stage}-${attempt}.log`);
  });
  const linkTo = (offset: number) => {
    onLine(offset);
    copy(lineUrl(offset));
  };

  const searchInput = useRef<HTMLInputElement>(null);
  return (
    <div
      className={classes.root}
      onKeyDown={event => {
        if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
          // The browser's own search would find only the lines that are drawn.
          event.preventDefault();
          searchInput.current?.focus();
          searchInput.current?.select();
        }
      }}
      role="presentation"
    >
      <LogToolbar
        search={typed}
        onSearch={setTyped}
        searchRef={searchInput}
        found={found}
        current={current}
        onStep={step}
        follow={snapshot.ended ? undefined : follow}
        onFollow={on => (on ? toEnd() : setFollow(false))}
        wrap={wrap ?? false}
        onWrap={setWrap}
        onStart={toStart}
        onEnd={toEnd}
        onCopyLink={() => linkTo(line ?? control.current?.firstVisible() ?? 0)}
        onDownload={download.run}
        downloading={download.pending}
      />
      {(snapshot.error ?? download.error) && (
        <ErrorNotice
          error={(snapshot.error ?? download.error)!}
          title={t('log.earlierFailed')}
          onRetry={() => {
            download.reset();
            if (snapshot.error) {
              log.openEnd();
            }
          }}
        />
      )}
      <LogLines
        ref={control}
        label={t('log.label', { stage, attempt: String(attempt) })}
        log={log}
        snapshot={snapshot}
        wrap={wrap ?? false}
        follow={follow}
        onFollow={setFollow}
        onEnd={toEnd}
        words={words.toLocaleLowerCase('en-US')}
        currentMatch={found.matches[current]}
        line={line}
        lineUrl={lineUrl}
        onLine={linkTo}
      />
      <LogStatus snapshot={snapshot} />
    </div>
  );
}

function logSource(
  api: ModelCiApi,
  runId: string,
  stage: string,
  attempt: number,
): LogSource {
  return {
    read: (offset, limit, signal) =>
      api.readLog(runId, stage, { attempt, offset, limit }, { signal }),
    follow: (offset, signal, onReconnect) =>
      api.followLog(runId, stage, { attempt, offset }, { signal, onReconnect }),
  };
}
