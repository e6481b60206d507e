import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Link from '@material-ui/core/Link';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { LinkButton } from '@backstage/core-components';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { catalogApiRef, EntityRefLink } from '@backstage/plugin-catalog-react';
import type {
  FoundPipeline,
  RepositoryAnalysis,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { importRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { FoundPipelines } from './FoundPipelines';
import { MissingEntities } from './MissingEntities';

const useStyles = makeStyles(theme => ({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    padding: theme.spacing(2),
    overflowWrap: 'anywhere',
  },
  spacer: { flexGrow: 1 },
  actions: { padding: theme.spacing(2) },
  note: { margin: theme.spacing(2), overflowWrap: 'anywhere' },
}));

interface AnalysisProps {
  found: RepositoryAnalysis;
  pending: boolean;
  onCheckAgain(): void;
}

/** What a repository has, and what can be done with it. */
export function Analysis(props: AnalysisProps) {
  const { found, pending, onCheckAgain } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const missing = found.pipelines.filter(({ proposal }) => proposal);
  return (
    <>
      <Paper>
        <div className={classes.head}>
          <Typography variant="h6" component="h2">
            <Link href={found.repositoryUrl} target="_blank" rel="noopener">
              {found.repositoryUrl}
            </Link>
          </Typography>
          <Typography color="textSecondary">
            {t('register.branch', { branch: found.branch })}
          </Typography>
          <span className={classes.spacer} />
          <Button variant="outlined" disabled={pending} onClick={onCheckAgain}>
            {t('register.again')}
          </Button>
        </div>
        {found.isTruncated && (
          <Alert severity="info" className={classes.note}>
            {t('register.truncated')}
          </Alert>
        )}
        {found.pipelines.length > 0 ? (
          <Register found={found} onDone={onCheckAgain} />
        ) : (
          <NothingFound importable={found.importable} />
        )}
      </Paper>
      {missing.length > 0 && <MissingEntities pipelines={missing} />}
    </>
  );
}

function Register(props: { found: RepositoryAnalysis; onDone(): void }) {
  const { pipelines } = props.found;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const catalog = useApi(catalogApiRef);
  const open = pipelines.filter(isOpen);
  const [left, setLeft] = useState<string[]>([]);
  const chosen = open.filter(({ entity }) => !left.includes(entity.ref));
  const [done, setDone] = useState<string[]>([]);
  const register = useAction(async () => {
    const targets = new Set(chosen.map(({ entity }) => entity.locationUrl));
    for (const target of targets) {
      await catalog.addLocation({ type: 'url', target });
    }
    setDone(chosen.map(({ entity }) => entity.ref));
    props.onDone();
  });
  return (
    <>
      <FoundPipelines
        pipelines={pipelines}
        done={done}
        isChosen={ref => !left.includes(ref)}
        onChoose={(ref, isChosen) =>
          setLeft(
            isChosen ? left.filter(other => other !== ref) : [...left, ref],
          )
        }
      />
      {done.length > 0 && <Done refs={done} />}
      {register.error && <ErrorNotice error={register.error} />}
      {open.some(({ entity }) => !done.includes(entity.ref)) && (
        <div className={classes.actions}>
          <Button
            variant="contained"
            color="primary"
            disabled={chosen.length === 0 || register.pending}
            onClick={() => register.run()}
          >
            {t('register.register', { count: chosen.length })}
          </Button>
        </div>
      )}
    </>
  );
}

type OpenPipeline = FoundPipeline & {
  entity: NonNullable<FoundPipeline['entity']>;
};

function isOpen(pipeline: FoundPipeline): pipeline is OpenPipeline {
  const { entity } = pipeline;
  return entity !== undefined && !entity.isRegistered && !entity.isTaken;
}

function Done({ refs }: { refs: string[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <Alert severity="success" className={classes.note}>
      {t('register.done')}:{' '}
      {refs.map((ref, index) => (
        <span key={ref}>
          {index > 0 && ', '}
          <EntityRefLink entityRef={ref} hideIcon disableTooltip />
        </span>
      ))}
      <div>{t('register.doneHint')}</div>
    </Alert>
  );
}

function NothingFound({ importable }: { importable: string[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const importPage = useRouteRef(importRouteRef);
  const none = t('register.none.description');
  return (
    <EmptyState
      title={t('register.none.title')}
      description={
        importable.length > 0
          ? `${none} ${t('register.importable', {
              files: importable.slice(0, 5).join(', '),
            })}`
          : none
      }
      action={
        <LinkButton to={importPage()} variant="outlined">
          {t('import.title')}
        </LinkButton>
      }
    />
  );
}
