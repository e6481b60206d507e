import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useMemo } from 'react';
import type {
  HistoryPoint,
  LineHistoryQuery,
  MetricLineHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../../api';
import { formatInterval } from '../../../format';
import { usePipeline, useUrlState } from '../../../hooks';
import { commitUrl } from '../../../sourceUrls';
import { modelCiTranslationRef } from '../../../translation';
import { CommitLink, Digest, VersionLink } from '../../common';
import { MetricValue } from '../../metrics';
import { DebouncedTextField, RunLink } from '../../runs';
import { csvBlob } from '../table/csv';
import { DownloadButton } from '../table/DownloadButton';
import { pageOf, RowPager, ROWS_PER_PAGE } from '../table/RowPager';
import { SortableCell } from '../table/SortableCell';
import { parseOrder, sortRows, writeOrder } from '../table/sorting';
import { lineName } from './lineName';
import { HISTORY_COLUMNS, historyCsv, matches, sortKey } from './rows';
import { VerdictText } from './VerdictText';

/** As many as the server reads of a line. */
const ALL_POINTS = 10_000;
const NUMBERS = ['value', 'n'];

/** The values of a line: sorted, filtered, a page at a time, and as a file with all of them. */
export function HistoryTable(props: {
  pipelineRef: string;
  history: MetricLineHistory;
  query: LineHistoryQuery;
}) {
  const { pipelineRef, history, query } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const api = useApi(modelCiApiRef);
  const { params, set } = useUrlState();
  const filter = params.get('filter') ?? '';
  const order = parseOrder(
    params.get('sort'),
    { column: 'at', descending: true },
    HISTORY_COLUMNS,
  );
  const { column, descending } = order;
  const rows = useMemo(
    () =>
      sortRows(
        history.points.filter(point => matches(point, filter)),
        point => sortKey(point, column),
        descending,
      ),
    [history.points, filter, column, descending],
  );
  const page = pageOf(params.get('page'), rows.length);
  const loadCsv = async () => {
    const all =
      history.total > history.points.length
        ? await api.getLineHistory(pipelineRef, { ...query, limit: ALL_POINTS })
        : history;
    return csvBlob(
      historyCsv(all.points.filter(point => matches(point, filter))),
    );
  };
  return (
    <>
      <div className={classes.filters}>
        <DebouncedTextField
          label={t('common.filter')}
          placeholder={t('history.filterHint')}
          value={filter}
          onChange={text => set({ filter: text, page: undefined })}
        />
        <span className={classes.spacer} />
        <DownloadButton
          load={loadCsv}
          fileName={`${lineName(history.line)}.csv`}
        >
          {t('table.csv')}
        </DownloadButton>
      </div>
      <div className={classes.scroll}>
        <Table size="small" className={classes.table}>
          <caption>
            {t('history.table', { metric: lineName(history.line) })}
          </caption>
          <TableHead>
            <TableRow>
              {HISTORY_COLUMNS.map(name => (
                <SortableCell
                  key={name}
                  column={name}
                  order={order}
                  align={NUMBERS.includes(name) ? 'right' : 'left'}
                  onSort={next =>
                    set({ sort: writeOrder(next), page: undefined })
                  }
                >
                  {t(`history.column.${name}`)}
                </SortableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {rows
              .slice(page * ROWS_PER_PAGE, (page + 1) * ROWS_PER_PAGE)
              .map(point => (
                <PointRow
                  key={`${point.runId} ${point.stage}`}
                  point={point}
                  pipelineRef={pipelineRef}
                />
              ))}
          </TableBody>
        </Table>
      </div>
      <RowPager
        count={rows.length}
        page={page}
        onPage={next => set({ page: next === 0 ? undefined : String(next) })}
      />
    </>
  );
}

function PointRow(props: { point: HistoryPoint; pipelineRef: string }) {
  const { point, pipelineRef } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  const sourceUrl = usePipeline(pipelineRef).data?.sourceUrl;
  const { commit, interval } = point;
  const shown =
    interval && formatInterval(interval, { unit: point.unit, language });
  return (
    <TableRow>
      <TableCell className={classes.nowrap}>
        {point.version === undefined ? (
          <span className={classes.muted}>
            {t('evaluations.table.noVersion')}
          </span>
        ) : (
          <VersionLink pipelineRef={pipelineRef} version={point.version}>
            {t('evaluations.versionLabel', { version: String(point.version) })}
          </VersionLink>
        )}
      </TableCell>
      <TableCell>
        <RunLink runId={point.runId} number={point.runNumber} />
      </TableCell>
      <TableCell>
        {commit && (
          <CommitLink commit={commit} url={commitUrl(sourceUrl, commit)} />
        )}
      </TableCell>
      <TableCell>{point.branch}</TableCell>
      <TableCell align="right" className={classes.nowrap}>
        <MetricValue value={point.value} unit={point.unit} />
        {shown && (
          <div className={classes.muted}>
            {`${shown.lower} – ${shown.upper}`}
          </div>
        )}
      </TableCell>
      <TableCell align="right">{point.n?.toLocaleString(language)}</TableCell>
      <TableCell>
        {point.gate && <VerdictText gate={point.gate} unit={point.unit} />}
      </TableCell>
      <TableCell>
        {point.datasetDigest && <Digest digest={point.datasetDigest} />}
      </TableCell>
      <TableCell className={classes.nowrap}>
        <Timestamp time={point.at} />
      </TableCell>
    </TableRow>
  );
}
