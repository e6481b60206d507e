import Chip from '@material-ui/core/Chip';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GitPullRequestState } from '@model-ci/backstage-plugin-model-ci-common';
import { gitHostTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  chip: { margin: 0, fontWeight: 600 },
  open: { color: theme.palette.success.dark, borderColor: 'currentColor' },
  merged: { color: theme.palette.info.dark, borderColor: 'currentColor' },
  closed: {
    color: theme.palette.text.secondary,
    borderColor: 'currentColor',
  },
}));

/** Whether a pull request is open, merged or closed. */
export function StateChip(props: { state: GitPullRequestState }) {
  const { state } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  return (
    <Chip
      size="small"
      variant="outlined"
      className={`${classes.chip} ${classes[state]}`}
      label={t(`pullRequest.state.${state}`)}
    />
  );
}
