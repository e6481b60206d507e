import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import Button from '@material-ui/core/Button';
import IconButton from '@material-ui/core/IconButton';
import InputAdornment from '@material-ui/core/InputAdornment';
import LinearProgress from '@material-ui/core/LinearProgress';
import Paper from '@material-ui/core/Paper';
import TextField from '@material-ui/core/TextField';
import ChevronRightIcon from '@material-ui/icons/ChevronRight';
import ClearIcon from '@material-ui/icons/Clear';
import FirstPageIcon from '@material-ui/icons/FirstPage';
import SearchIcon from '@material-ui/icons/Search';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import useDebounce from 'react-use/esm/useDebounce';
import {
  EmptyState,
  ErrorNotice,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';
import { usePageStyles } from '../common/usePageStyles';
import { PageFrame } from '../GitPage/PageFrame';
import { RepositoriesTable } from './RepositoriesTable';

const PAGE_SIZE = 25;
const TYPING_PAUSE = 250;

/** All repositories that the user may see, searched and paged by the server; both are in the URL. */
export function RepositoriesPage() {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = usePageStyles();
  const api = useApi(gitHostApiRef);
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get('q') ?? '';
  const cursor = parameters.get('cursor') ?? undefined;
  const [typed, setTyped] = useState(q);
  const search = (text: string) => {
    setTyped(text);
    setParameters(text ? { q: text } : {}, { replace: true });
  };
  useDebounce(() => typed !== q && search(typed), TYPING_PAUSE, [typed]);

  const page = useAsyncRetry(
    () => api.listRepositories({ q, cursor, limit: PAGE_SIZE }),
    [api, q, cursor],
  );
  const next = page.value?.nextCursor;

  return (
    <PageFrame>
      <Paper>
        <div className={classes.toolbar}>
          <TextField
            placeholder={t('repositories.search')}
            inputProps={{ 'aria-label': t('repositories.search') }}
            value={typed}
            onChange={event => setTyped(event.target.value)}
            InputProps={{
              startAdornment: (
                <InputAdornment position="start">
                  <SearchIcon />
                </InputAdornment>
              ),
              endAdornment: typed && (
                <IconButton
                  size="small"
                  aria-label={t('repositories.clearSearch')}
                  onClick={() => search('')}
                >
                  <ClearIcon fontSize="small" />
                </IconButton>
              ),
            }}
          />
        </div>
        {page.loading && <LinearProgress />}
        {page.error && (
          <div className={classes.notice}>
            <ErrorNotice error={page.error} onRetry={page.retry} />
          </div>
        )}
        {page.value && page.value.items.length === 0 && !page.loading && (
          <EmptyState
            title={t(
              q ? 'repositories.noMatch.title' : 'repositories.empty.title',
            )}
            description={t(
              q
                ? 'repositories.noMatch.description'
                : 'repositories.empty.description',
            )}
            action={
              q && (
                <Button color="primary" onClick={() => search('')}>
                  {t('repositories.clearSearch')}
                </Button>
              )
            }
          />
        )}
        {page.value && page.value.items.length > 0 && (
          <RepositoriesTable repositories={page.value.items} />
        )}
        {(cursor || next) && (
          <nav className={classes.pager} aria-label={t('paging.label')}>
            <IconButton
              size="small"
              aria-label={t('paging.first')}
              disabled={!cursor}
              onClick={() => setParameters(q ? { q } : {})}
            >
              <FirstPageIcon />
            </IconButton>
            <IconButton
              size="small"
              aria-label={t('paging.next')}
              disabled={!next}
              onClick={() =>
                next && setParameters({ ...(q && { q }), cursor: next })
              }
            >
              <ChevronRightIcon />
            </IconButton>
          </nav>
        )}
      </Paper>
    </PageFrame>
  );
}
