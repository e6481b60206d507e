import Chip from '@material-ui/core/Chip';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GitPullRequestState } from '@model-ci/backstage-plugin-model-ci-common';
import { gitHostTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => {
  const tone = theme.palette.type === 'dark' ? 'light' : 'dark';
  const toned = (color: string) => ({ color, borderColor: 'currentColor' });
  return {
    chip: { margin: 0, fontWeight: 600 },
    open: toned(theme.palette.success[tone]),
    merged: toned(theme.palette.info[tone]),
    closed: toned(theme.palette.text.secondary),
  };
});

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
