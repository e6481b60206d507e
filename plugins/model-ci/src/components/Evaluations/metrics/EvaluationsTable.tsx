import { useMemo, type ReactNode } from 'react';
import Checkbox from '@material-ui/core/Checkbox';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  MetricHistory,
  PipelineSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useAliasesByVersion, useUrlState } from '../../../hooks';
import { commitUrl } from '../../../sourceUrls';
import { toneColor } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { AliasChips, CommitLink, VersionLink } from '../../common';
import { MetricValue } from '../../metrics';
import { DebouncedTextField, RunLink } from '../../runs';
import { csvBlob } from '../table/csv';
import { DownloadButton } from '../table/DownloadButton';
import { pageOf, RowPager, ROWS_PER_PAGE } from '../table/RowPager';
import { SortableCell } from '../table/SortableCell';
import { parseOrder, sortRows, writeOrder, type Order } from '../table/sorting';
import {
  historyKey,
  keepsGate,
  matchesRow,
  rowsCsv,
  rowSortKey,
  type EvaluationRow,
  type VersionPlaces,
} from './points';

const FIXED_COLUMNS = ['version', 'run', 'commit', 'at'];

/** All metrics of each version or run: sorted, filtered, as a file; versions can be chosen to be compared. */
export function EvaluationsTable(props: {
  pipelineRef: string;
  histories: MetricHistory[];
  rows: EvaluationRow[];
  sourceUrl?: string;
  deployed: PipelineSummary['deployed'];
  compared: number[];
  onCompare: (versions: number[]) => void;
  /** What can be done with the chosen versions. */
  action: ReactNode;
}) {
  const { pipelineRef, histories, sourceUrl, deployed } = props;
  const { compared, onCompare, action } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const theme = useTheme();
  const { params, set } = useUrlState();
  const aliasesOf = useAliasesByVersion(pipelineRef);
  const placesOf = (version: number | undefined): VersionPlaces => ({
    aliases: aliasesOf(version),
    environments: deployed.flatMap(served =>
      served.version === version ? served.environment : [],
    ),
  });
  const filter = params.get('filter') ?? '';
  const order = parseOrder(
    params.get('sort'),
    { column: 'run', descending: true },
    [...FIXED_COLUMNS, ...histories.map(historyKey)],
  );
  const { column, descending } = order;
  const rows = useMemo(
    () =>
      sortRows(
        props.rows.filter(row => matchesRow(row, filter)),
        row => rowSortKey(row, column),
        descending,
      ),
    [props.rows, filter, column, descending],
  );
  const page = pageOf(params.get('page'), rows.length);
  const sorting = {
    order,
    onSort: (next: Order) => set({ sort: writeOrder(next), page: undefined }),
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
          load={async () => csvBlob(rowsCsv(histories, rows, placesOf))}
          fileName="evaluations.csv"
        >
          {t('table.csv')}
        </DownloadButton>
        {action}
      </div>
      <div className={classes.scroll}>
        <Table size="small" className={classes.table}>
          <caption>{t('evaluations.table.caption')}</caption>
          <TableHead>
            <TableRow>
              <SortableCell column="version" {...sorting}>
                {t('evaluations.table.what')}
              </SortableCell>
              <SortableCell column="run" {...sorting}>
                {t('evaluations.table.run')}
              </SortableCell>
              <SortableCell column="commit" {...sorting}>
                {t('evaluations.table.commit')}
              </SortableCell>
              {histories.map(history => (
                <SortableCell
                  key={historyKey(history)}
                  column={historyKey(history)}
                  align="right"
                  {...sorting}
                >
                  {historyKey(history)}
                </SortableCell>
              ))}
              <SortableCell column="at" {...sorting}>
                {t('evaluations.table.at')}
              </SortableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rows
              .slice(page * ROWS_PER_PAGE, (page + 1) * ROWS_PER_PAGE)
              .map(row => (
                <TableRow key={row.runId}>
                  <TableCell className={classes.nowrap}>
                    {row.version === undefined ? (
                      <span className={classes.muted}>
                        {t('evaluations.table.noVersion')}
                      </span>
                    ) : (
                      <VersionChoice
                        pipelineRef={pipelineRef}
                        version={row.version}
                        places={placesOf(row.version)}
                        chosen={compared}
                        onChange={onCompare}
                      />
                    )}
                  </TableCell>
                  <TableCell>
                    <RunLink runId={row.runId} number={row.runNumber} />
                  </TableCell>
                  <TableCell>
                    {row.commit && (
                      <CommitLink
                        commit={row.commit}
                        url={commitUrl(sourceUrl, row.commit)}
                      />
                    )}
                  </TableCell>
                  {histories.map(history => {
                    const point = row.values.get(historyKey(history));
                    return (
                      <TableCell
                        key={historyKey(history)}
                        align="right"
                        className={classes.nowrap}
                        style={
                          point && !keepsGate(point.value, history.gate)
                            ? { color: toneColor(theme, 'bad') }
                            : undefined
                        }
                        title={
                          point && !keepsGate(point.value, history.gate)
                            ? t('evaluations.outside')
                            : undefined
                        }
                      >
                        {point?.notMeasured && t('evaluations.notMeasured')}
                        {point?.value !== undefined && (
                          <MetricValue
                            value={point.value}
                            unit={history.unit}
                          />
                        )}
                        {!point && '–'}
                      </TableCell>
                    );
                  })}
                  <TableCell className={classes.nowrap}>
                    <Timestamp time={row.at} />
                  </TableCell>
                </TableRow>
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

function VersionChoice(props: {
  pipelineRef: string;
  version: number;
  places: VersionPlaces;
  chosen: number[];
  onChange: (versions: number[]) => void;
}) {
  const { pipelineRef, version, places, chosen, onChange } = props;
  const classes = useTableStyles();
  const { t } = useTranslationRef(modelCiTranslationRef);
  const name = String(version);
  return (
    <>
      <Checkbox
        size="small"
        checked={chosen.includes(version)}
        onChange={event =>
          onChange(
            event.target.checked
              ? [...chosen, version]
              : chosen.filter(other => other !== version),
          )
        }
        inputProps={{
          'aria-label': t('evaluations.table.select', { version: name }),
        }}
      />
      <VersionLink pipelineRef={pipelineRef} version={version}>
        {t('evaluations.versionLabel', { version: name })}
      </VersionLink>{' '}
      <AliasChips aliases={places.aliases} />
      {places.environments.length > 0 && (
        <div className={classes.muted}>
          {t('evaluations.table.servesIn', {
            environments: places.environments.join(', '),
          })}
        </div>
      )}
    </>
  );
}
