import { useRef, type KeyboardEvent } from 'react';
import { makeStyles } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import useLocalStorage from 'react-use/esm/useLocalStorage';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { saveBlob } from '../../download';
import { modelCiTranslationRef } from '../../translation';
import { LogLines } from './LogLines';
import { LogStatus } from './LogStatus';
import { LogToolbar } from './LogToolbar';
import type { LogWindow } from './LogWindow';
import { useFolding } from './sections/useFolding';
import { useLog, type LogOf } from './useLog';
import { useLogNavigation } from './useLogNavigation';
import { useLogSearch } from './useLogSearch';
import { useLogTimes } from './useLogTimes';

const useStyles = makeStyles(theme => ({
  root: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    overflow: 'hidden',
  },
}));

export interface LogViewerProps extends LogOf {
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
  const { stage, attempt, line, onLine, lineUrl } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [, copy] = useCopyToClipboard();
  const { wrap, setWrap, times, setTimes } = useSettings();
  const { source, log, snapshot } = useLog(props, line);
  const place = useLogNavigation(log, line === undefined);
  const folding = useFolding(snapshot.lines);
  const search = useLogSearch({
    source,
    snapshot,
    firstVisible: place.firstVisible,
    onShow: match => place.show(match.offset, match.number),
  });
  const timeOf = useLogTimes({ ...props, shown: times, ended: snapshot.ended });
  const download = useDownload(props);
  const linkTo = (offset: number) => {
    onLine(offset);
    copy(lineUrl(offset));
  };
  const searchInput = useRef<HTMLInputElement>(null);

  return (
    <div
      className={classes.root}
      onKeyDown={event => focusOnFind(event, searchInput.current)}
      role="presentation"
    >
      <LogToolbar
        search={search}
        searchRef={searchInput}
        folding={folding}
        follow={snapshot.ended ? undefined : place.follow}
        onFollow={on => (on ? place.toEnd() : place.setFollow(false))}
        wrap={wrap}
        onWrap={setWrap}
        times={times}
        onTimes={setTimes}
        onStart={place.toStart}
        onEnd={place.toEnd}
        onCopyLink={() => linkTo(line ?? place.firstVisible())}
        onDownload={download.run}
        downloading={download.pending}
      />
      <LogError log={log} download={download} />
      <LogLines
        control={place.control}
        label={t('log.label', { stage, attempt: String(attempt) })}
        log={log}
        snapshot={snapshot}
        folding={folding}
        wrap={wrap}
        timeOf={timeOf}
        follow={place.follow}
        onFollow={place.setFollow}
        onEnd={place.toEnd}
        words={search.words.toLocaleLowerCase('en-US')}
        currentMatch={search.found.matches[search.current]}
        line={line}
        lineUrl={lineUrl}
        onLine={linkTo}
      />
      <LogStatus snapshot={snapshot} />
    </div>
  );
}

/** How the reader wants to see logs, remembered by the browser. */
function useSettings() {
  const [wrap = false, setWrap] = useLocalStorage('model-ci.log.wrap', false);
  const [times = false, setTimes] = useLocalStorage(
    'model-ci.log.times',
    false,
  );
  return { wrap, setWrap, times, setTimes };
}

function LogError(props: {
  log: LogWindow;
  download: ReturnType<typeof useDownload>;
}) {
  const { log, download } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const failed = log.getSnapshot().error;
  const error = failed ?? download.error;
  if (!error) {
    return null;
  }
  const retry = () => {
    download.reset();
    if (failed) {
      log.openEnd();
    }
  };
  return (
    <ErrorNotice error={error} title={t('log.earlierFailed')} onRetry={retry} />
  );
}

function useDownload({ runId, stage, attempt }: LogOf) {
  const api = useApi(modelCiApiRef);
  return useAction(async () => {
    const blob = await api.downloadLog(runId, stage, { attempt });
    saveBlob(blob, `${stage}-${attempt}.log`);
  });
}

/** The browser's own search would find only the lines that are drawn. */
function focusOnFind(event: KeyboardEvent, input: HTMLInputElement | null) {
  if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
    event.preventDefault();
    input?.focus();
    input?.select();
  }
}
