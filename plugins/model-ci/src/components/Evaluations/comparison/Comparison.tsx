import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import {
  usePipeline,
  useUrlState,
  useVersionComparison,
  useVersions,
} from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { ResourceView, Select } from '../../common';
import { Examples } from '../examples/Examples';
import { parseVersions } from '../versions';
import { ComparisonTable } from './ComparisonTable';

const useStyles = makeStyles(theme => ({
  paper: { marginBottom: theme.spacing(2) },
  hint: { padding: theme.spacing(2) },
  add: { minWidth: 120 },
}));

/** The chosen versions side by side, each against the first one, and two of them example by example. */
export function Comparison({ pipelineRef }: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params } = useUrlState();
  const versions = parseVersions(params.get('compare'));
  return (
    <>
      <Paper className={classes.paper}>
        <Toolbar pipelineRef={pipelineRef} versions={versions} />
        {versions.length < 2 ? (
          <Typography color="textSecondary" className={classes.hint}>
            {t('compare.hint')}
          </Typography>
        ) : (
          <SideBySide pipelineRef={pipelineRef} versions={versions} />
        )}
      </Paper>
      {versions.length >= 2 && (
        <Examples pipelineRef={pipelineRef} versions={versions} />
      )}
    </>
  );
}

function SideBySide(props: { pipelineRef: string; versions: number[] }) {
  const { pipelineRef, versions } = props;
  const { params, set } = useUrlState();
  const comparison = useVersionComparison(pipelineRef, versions);
  const sourceUrl = usePipeline(pipelineRef).data?.sourceUrl;
  const choose = (chosen: number[]) =>
    set({ compare: chosen.join(',') || undefined });
  return (
    <ResourceView resource={comparison}>
      {data => (
        <ComparisonTable
          pipelineRef={pipelineRef}
          comparison={data}
          sourceUrl={sourceUrl}
          onlyDifferent={params.get('different') === 'true'}
          onRemove={version =>
            choose(versions.filter(other => other !== version))
          }
          onReference={version =>
            choose([version, ...versions.filter(other => other !== version)])
          }
        />
      )}
    </ResourceView>
  );
}

function Toolbar(props: { pipelineRef: string; versions: number[] }) {
  const { pipelineRef, versions } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  const { params, set } = useUrlState();
  const known = useVersions(pipelineRef, { limit: 100 }).data?.items ?? [];
  const others = known.filter(({ version }) => !versions.includes(version));
  return (
    <div className={classes.filters}>
      <Typography variant="h6" component="h3">
        {t('compare.title')}
      </Typography>
      <Select
        className={own.add}
        label={t('compare.add')}
        value=""
        onChange={value => set({ compare: [...versions, value].join(',') })}
      >
        <option value="">–</option>
        {others.map(({ version, aliases }) => (
          <option key={version} value={version}>
            {[`v${version}`, ...aliases].join(' · ')}
          </option>
        ))}
      </Select>
      <FormControlLabel
        control={
          <Checkbox
            checked={params.get('different') === 'true'}
            onChange={event =>
              set({ different: event.target.checked ? 'true' : undefined })
            }
          />
        }
        label={t('compare.onlyDifferent')}
      />
      <span className={classes.spacer} />
      <Button
        size="small"
        disabled={versions.length === 0}
        onClick={() => set({ compare: undefined })}
      >
        {t('compare.clear')}
      </Button>
    </div>
  );
}
