import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { BuiltImage } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
import { Digest } from './CommitLink';

const useStyles = makeStyles(theme => ({
  place: { color: theme.palette.text.secondary, overflowWrap: 'anywhere' },
}));

/** An image that a stage has built: its digest, and where it is. */
export function BuiltImageText({ image }: { image: BuiltImage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <>
      <Digest digest={image.id} />{' '}
      <span className={classes.place}>
        {image.reference ?? t('image.onlyOn', { node: image.node ?? '' })}
      </span>
    </>
  );
}
