import { useState, type FormEvent } from 'react';
import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RepositoryAnalysis } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { useUrlState } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { Analysis } from './Analysis';

const useStyles = makeStyles(theme => ({
  // Tables and files scroll within it on a phone.
  page: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: theme.spacing(3),
  },
  form: { display: 'grid', gap: theme.spacing(2), padding: theme.spacing(2) },
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(2),
  },
  url: { flex: '1 1 20rem' },
}));

/** Registers the pipelines of an existing repository: find them, describe what the catalog does not know, register. */
export function RegisterPage() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const api = useApi(modelCiApiRef);
  const { params } = useUrlState();
  const [url, setUrl] = useState(params.get('url') ?? '');
  const [found, setFound] = useState<RepositoryAnalysis>();
  const search = useAction(async (text: string) => {
    setFound(await api.analyzeRepository(text));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFound(undefined);
    search.run(url.trim());
  };
  return (
    <PageFrame title={t('register.title')}>
      <div className={classes.page}>
        <Paper component="form" className={classes.form} onSubmit={submit}>
          <Typography>{t('register.description')}</Typography>
          <div className={classes.row}>
            <TextField
              id="model-ci-register-url"
              className={classes.url}
              label={t('register.url')}
              placeholder="https://github.com/example/house-price"
              value={url}
              onChange={event => setUrl(event.target.value)}
              InputLabelProps={{ shrink: true }}
              inputProps={{ maxLength: 2000, spellCheck: false }}
            />
            <Button
              type="submit"
              variant="contained"
              color="primary"
              disabled={url.trim() === '' || search.pending}
            >
              {t('register.submit')}
            </Button>
          </div>
          {search.error && <ErrorNotice error={search.error} />}
        </Paper>
        {found && (
          <Analysis
            found={found}
            pending={search.pending}
            onCheckAgain={() => search.run(found.repositoryUrl)}
          />
        )}
      </div>
    </PageFrame>
  );
}
