import { useMemo, useState } from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  stageKey,
  type VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useRun } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { Training } from '../Training';

const useStyles = makeStyles(theme => ({
  closed: { padding: theme.spacing(0, 2, 2) },
}));

/** The training curves of what the version was made of; read once somebody wants to see them. */
export function VersionTraining({ lineage }: { lineage: VersionLineage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [open, setOpen] = useState(false);
  return open ? (
    <Curves lineage={lineage} />
  ) : (
    <div className={classes.closed}>
      <Button size="small" variant="outlined" onClick={() => setOpen(true)}>
        {t('version.training.show')}
      </Button>
    </div>
  );
}

function Curves({ lineage: { version, stages } }: { lineage: VersionLineage }) {
  const run = useRun(version.runId);
  // Instances that were not selected are no part of the version.
  const keys = useMemo(
    () => stages.map(({ name, instance }) => stageKey(name, instance)),
    [stages],
  );
  return (
    <ResourceView resource={run}>
      {data => <Training run={data} stages={keys} />}
    </ResourceView>
  );
}
