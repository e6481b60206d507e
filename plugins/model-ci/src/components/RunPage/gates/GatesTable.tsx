import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatLimits } from '../../../format';
import { VERDICT_LOOKS } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { ToneBadge } from '../../common';
import {
  FlippedExamples,
  hasFlippedExamples,
  type GateOwner,
} from './FlippedExamples';
import { GateFacts } from './GateFacts';
import { IntervalPicture } from './IntervalPicture';
import { judgedTogether } from './together';
import { edgesOf } from '../../gates/shownInterval';
import { useRuleText } from '../../gates/useRuleText';
import { MetricName } from '../../metrics';

/** Of the table of one stage. */
const COLUMNS = 5;

const useStyles = makeStyles(theme => ({
  // The picture stands above the words that explain it.
  reason: { minWidth: 310 },
  subject: { minWidth: 130 },
  continued: { '& > td': { borderBottom: 'none' } },
  // As far in as the text of the cells above.
  legend: { padding: theme.spacing(1, 2) },
  // A phone shows each gate as a block, its reason below the rest: beside it nobody would find it.
  table: {
    [theme.breakpoints.down('xs')]: {
      '&, & > tbody': { display: 'block' },
      '& > thead': { position: 'absolute', clip: 'rect(0 0 0 0)' },
      '& > tbody > tr': {
        display: 'flex',
        flexWrap: 'wrap',
        borderBottom: `1px solid ${theme.palette.divider}`,
      },
      '& > tbody > tr > td': {
        borderBottom: 'none',
        padding: theme.spacing(0.5, 1),
        minWidth: 0,
      },
      '& > tbody > tr > $reason, & > tbody > tr > td[colspan]': {
        flexBasis: '100%',
      },
      '& > tbody > $continued': { borderBottom: 'none' },
    },
  },
}));

interface GatesTableProps {
  gates: GateResult[];
  /** Where they are those of several stages. */
  withStages?: boolean;
  /** Where they are those of a run that is looked at. */
  of?: GateOwner;
}

/** What came of gates, with what stands behind each verdict. */
export function GatesTable(props: GatesTableProps) {
  const { gates, withStages } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  const hasPictures = gates.some(({ estimate }) => estimate !== undefined);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={`${classes.table} ${own.table}`}>
        <caption>
          {t(withStages ? 'version.gates.caption' : 'run.gates.caption')}
        </caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.gates.column.verdict')}</TableCell>
            {withStages && <TableCell>{t('run.gates.column.stage')}</TableCell>}
            <TableCell>{t('run.gates.column.metric')}</TableCell>
            <TableCell>{t('run.gates.column.rule')}</TableCell>
            <TableCell>{t('run.gates.column.value')}</TableCell>
            <TableCell>{t('run.gates.column.message')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {gates.map((gate, index) => (
            <GateRows key={index} gate={gate} {...props} />
          ))}
        </TableBody>
      </Table>
      {hasPictures && (
        <div className={own.legend}>
          <PictureLegend />
        </div>
      )}
    </div>
  );
}

/** One gate, and below it over the whole width the examples that it turned on, which need the room. */
function GateRows(props: GatesTableProps & { gate: GateResult }) {
  const { gate, gates, withStages, of } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  const ruleText = useRuleText();
  const hasExamples = of && hasFlippedExamples(gate);
  return (
    <>
      <TableRow className={hasExamples ? own.continued : undefined}>
        <TableCell>
          <ToneBadge
            {...VERDICT_LOOKS[gate.verdict]}
            label={t(`run.gates.verdict.${gate.verdict}`)}
          />
        </TableCell>
        {withStages && (
          <TableCell>
            {gate.stage}
            {gate.instance !== undefined && (
              <div className={classes.muted}>{gate.instance}</div>
            )}
          </TableCell>
        )}
        <TableCell className={own.subject}>
          <GateSubject gate={gate} />
        </TableCell>
        <TableCell>{ruleText(gate.demand)}</TableCell>
        <TableCell className={classes.nowrap}>
          <GateValue gate={gate} />
        </TableCell>
        <TableCell className={own.reason}>
          <IntervalPicture gate={gate} together={judgedTogether(gate, gates)} />
          <ReasonText reason={gate.reason} />
          <GateFacts gate={gate} />
        </TableCell>
      </TableRow>
      {hasExamples && (
        <TableRow>
          <TableCell colSpan={COLUMNS + (withStages ? 1 : 0)}>
            <FlippedExamples gate={gate} of={of} />
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

/** What is what in the picture of an interval. */
export function PictureLegend() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <Typography variant="caption" component="p" color="textSecondary">
      {t('run.gates.legend')}
    </Typography>
  );
}

export function GateSubject(props: {
  gate: { metric: string; dataset?: string; slice?: string };
}) {
  const { metric, dataset, slice } = props.gate;
  const classes = useTableStyles();
  return (
    <>
      <MetricName metric={metric} dataset={dataset} />
      {slice && <div className={classes.muted}>{slice}</div>}
    </>
  );
}

function GateValue({ gate }: { gate: GateResult }) {
  const { demand, baseline } = gate;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  const [value, before] = formatLimits([gate.value, baseline?.value], {
    edges: demand.baseline === undefined ? edgesOf(gate) : [],
    language,
  });
  return (
    <>
      {value ?? t('run.gates.noValue')}
      {before !== undefined && (
        <div className={classes.muted}>
          {t('run.gates.before', {
            name: baseline?.name ?? '',
            value: before,
          })}
        </div>
      )}
    </>
  );
}
