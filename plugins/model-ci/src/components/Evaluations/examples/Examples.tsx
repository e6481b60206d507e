import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ExampleComparison,
  ExampleMismatch,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useCursorPaging, useExamples, useUrlState } from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { Pager, ResourceView } from '../../common';
import { ExampleFilters } from './ExampleFilters';
import { ExamplesTable } from './ExamplesTable';
import { ExampleVerdict } from './ExampleVerdict';
import { Ledger } from './Ledger';
import { readExampleQuery } from './query';

const useStyles = makeStyles(theme => ({
  head: { padding: theme.spacing(2, 2, 0) },
  body: { padding: theme.spacing(0, 2, 1) },
}));

/** Two of the chosen versions, example by example: the first one and another. */
export function Examples(props: { pipelineRef: string; versions: number[] }) {
  const { pipelineRef, versions } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params } = useUrlState();
  const asked = Number(params.get('with'));
  const candidate = versions.slice(1).includes(asked) ? asked : versions[1];
  const query = readExampleQuery(params);
  const examples = useExamples(pipelineRef, [versions[0], candidate], query);
  return (
    <Paper>
      <Typography variant="h6" component="h3" className={classes.head}>
        {t('examples.title', {
          baseline: String(versions[0]),
          candidate: String(candidate),
        })}
      </Typography>
      <ResourceView resource={examples}>
        {data =>
          data.set === undefined ? (
            <Typography color="textSecondary" className={classes.head}>
              {t('examples.noSets')}
            </Typography>
          ) : (
            <ComparedExamples
              pipelineRef={pipelineRef}
              versions={versions}
              data={data}
            />
          )
        }
      </ResourceView>
    </Paper>
  );
}

function ComparedExamples(props: {
  pipelineRef: string;
  versions: number[];
  data: ExampleComparison;
}) {
  const { pipelineRef, versions, data } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params, set } = useUrlState();
  const nameOf = (version: number) =>
    t('evaluations.versionLabel', { version: String(version) });
  const paging = useCursorPaging(data.nextCursor, 'cursor');
  const example = params.get('example');
  return (
    <>
      <ExampleFilters versions={versions} data={data} />
      <div className={classes.body}>
        <Mismatches data={data} />
        <ExampleVerdict data={data} />
      </div>
      {data.counts && (
        <>
          <ExamplesTable
            examples={data.items}
            names={{
              baseline: nameOf(data.versions[0]),
              candidate: nameOf(data.versions[1]),
            }}
            isDirectionKnown={data.higherIsBetter !== undefined}
            onOpen={id => set({ example: id }, { replace: false })}
          />
          <Pager paging={paging} />
        </>
      )}
      {example && (
        <Ledger
          pipelineRef={pipelineRef}
          id={example}
          set={data.set}
          metric={data.metric}
          onClose={() => set({ example: undefined })}
        />
      )}
    </>
  );
}

/** That the two are not the same data, and why. */
function Mismatches({ data }: { data: ExampleComparison }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (data.mismatches.length === 0) {
    return null;
  }
  return (
    <Alert severity="warning" variant="outlined">
      {t('examples.notSame')}
      <ul>
        {data.mismatches.map(mismatch => (
          <li key={mismatch.reason}>
            <MismatchText mismatch={mismatch} />
          </li>
        ))}
      </ul>
      {t('examples.common', { count: data.common })}
    </Alert>
  );
}

/** As many as a sentence has room for. */
const SHOWN_IDS = 5;

function MismatchText({ mismatch }: { mismatch: ExampleMismatch }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (!('count' in mismatch)) {
    return <>{t(`examples.mismatch.${mismatch.reason}`)}</>;
  }
  const { reason, count } = mismatch;
  const ids = mismatch.ids.slice(0, SHOWN_IDS).join(', ');
  return (
    <>{t(`examples.mismatch.${reason}`, { number: String(count), ids })}</>
  );
}
