import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSecrets } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
import { SetSecretButton } from './SetSecretButton';
import { useUsers } from './useUsers';

const useStyles = makeStyles(theme => ({
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 2, 1),
  },
}));

/** What the default branch asks for and would not get. */
export function MissingSecrets(props: {
  pipelineRef: string;
  data: PipelineSecrets;
  onChange: () => void;
}) {
  const { data } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const users = useUsers(data);
  return (
    <>
      {missingIn(data).map(name => (
        <div key={name} className={classes.row} role="alert">
          <Typography>
            {t('secrets.missing', { name, users: users(name) })}
          </Typography>
          {data.canWrite && data.isReady && (
            <SetSecretButton {...props} name={name}>
              {t('secrets.setIt', { name })}
            </SetSecretButton>
          )}
        </div>
      ))}
    </>
  );
}

/** A service may have its own in each environment: whether one of these lacks it, a deployment tells. */
function missingIn({ items, usedBy }: PipelineSecrets): string[] {
  return Object.entries(usedBy)
    .filter(([name, { stages }]) => {
      const usable = items.filter(item => item.name === name && item.isAllowed);
      return stages.length > 0
        ? usable.every(({ scope }) => scope === 'environment')
        : usable.length === 0;
    })
    .map(([name]) => name);
}
