import { makeStyles } from '@material-ui/core/styles';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { CopyButton } from '@model-ci/backstage-plugin-model-ci-react';
import { shortCommit, shortDigest } from '../../format';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles({
  root: { display: 'inline-flex', alignItems: 'center', whiteSpace: 'nowrap' },
  code: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: '0.95em',
  },
});

/** A commit's first digits, to copy, linked to the code host where its address is known. */
export function CommitLink(props: { commit: string; url?: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const short = shortCommit(props.commit);
  return (
    <span className={classes.root}>
      {props.url ? (
        <Link to={props.url} className={classes.code} title={props.commit}>
          {short}
        </Link>
      ) : (
        <span className={classes.code} title={props.commit}>
          {short}
        </span>
      )}
      <CopyButton
        text={props.commit}
        label={t('common.copyCommit', { commit: short })}
      />
    </span>
  );
}

/** The first digits of the id of a commit's tree, to copy. */
export function TreeId({ tree }: { tree: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const short = shortCommit(tree);
  return (
    <span className={classes.root}>
      <span className={classes.code} title={tree}>
        {short}
      </span>
      <CopyButton text={tree} label={t('common.copyTree', { tree: short })} />
    </span>
  );
}

/** A digest's first digits, to copy. */
export function Digest(props: { digest: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const short = shortDigest(props.digest);
  return (
    <span className={classes.root}>
      <span className={classes.code} title={props.digest}>
        {short}
      </span>
      <CopyButton
        text={props.digest}
        label={t('common.copyDigest', { digest: short })}
      />
    </span>
  );
}
