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
import useDebounce from 'react-use/esm/useDebounce';
import {
  EmptyState,
  ErrorNotice,
  useQueryData,
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
  const page = useQueryData({
    api,
    name: 'repositories',
    scope: '',
    key: JSON.stringify([q, cursor]),
    load: () => api.listRepositories({ q, cursor, limit: PAGE_SIZE }),
  });

  return (
    <PageFrame>
      <Paper>
        <div className={classes.toolbar}>
          <SearchField
            typed={typed}
            onType={setTyped}
            onClear={() => search('')}
          />
        </div>
        {page.fetching && <LinearProgress />}
        {page.error && (
          <div className={classes.notice}>
            <ErrorNotice error={page.error} onRetry={page.reload} />
          </div>
        )}
        {page.data && page.data.items.length === 0 && (
          <NoRepositories q={q} onClear={() => search('')} />
        )}
        {page.data && page.data.items.length > 0 && (
          <RepositoriesTable repositories={page.data.items} />
        )}
        <Paging
          cursor={cursor}
          next={page.data?.nextCursor}
          onCursor={to =>
            setParameters({ ...(q && { q }), ...(to && { cursor: to }) })
          }
        />
      </Paper>
    </PageFrame>
  );
}

function SearchField(props: {
  typed: string;
  onType: (text: string) => void;
  onClear: () => void;
}) {
  const { typed, onType, onClear } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  return (
    <TextField
      placeholder={t('repositories.search')}
      inputProps={{ 'aria-label': t('repositories.search') }}
      value={typed}
      onChange={event => onType(event.target.value)}
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
            onClick={onClear}
          >
            <ClearIcon fontSize="small" />
          </IconButton>
        ),
      }}
    />
  );
}

function NoRepositories(props: { q: string; onClear: () => void }) {
  const { q, onClear } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const reason = q ? 'repositories.noMatch' : 'repositories.empty';
  return (
    <EmptyState
      title={t(`${reason}.title`)}
      description={t(`${reason}.description`)}
      action={
        q && (
          <Button color="primary" onClick={onClear}>
            {t('repositories.clearSearch')}
          </Button>
        )
      }
    />
  );
}

function Paging(props: {
  cursor: string | undefined;
  next: string | undefined;
  onCursor: (cursor: string | undefined) => void;
}) {
  const { cursor, next, onCursor } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = usePageStyles();
  if (!cursor && !next) {
    return null;
  }
  return (
    <nav className={classes.pager} aria-label={t('paging.label')}>
      <IconButton
        size="small"
        aria-label={t('paging.first')}
        disabled={!cursor}
        onClick={() => onCursor(undefined)}
      >
        <FirstPageIcon />
      </IconButton>
      <IconButton
        size="small"
        aria-label={t('paging.next')}
        disabled={!next}
        onClick={() => onCursor(next)}
      >
        <ChevronRightIcon />
      </IconButton>
    </nav>
  );
}
