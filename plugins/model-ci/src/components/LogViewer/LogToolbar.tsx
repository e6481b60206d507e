import type { KeyboardEvent, Ref } from 'react';
import IconButton from '@material-ui/core/IconButton';
import InputBase from '@material-ui/core/InputBase';
import Tooltip from '@material-ui/core/Tooltip';
import { makeStyles } from '@material-ui/core/styles';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Switch from '@material-ui/core/Switch';
import GetAppIcon from '@material-ui/icons/GetApp';
import KeyboardArrowDownIcon from '@material-ui/icons/KeyboardArrowDown';
import KeyboardArrowUpIcon from '@material-ui/icons/KeyboardArrowUp';
import LinkIcon from '@material-ui/icons/Link';
import SearchIcon from '@material-ui/icons/Search';
import VerticalAlignBottomIcon from '@material-ui/icons/VerticalAlignBottom';
import VerticalAlignTopIcon from '@material-ui/icons/VerticalAlignTop';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import type { LogMatches } from './logSearch';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0.5, 1),
    borderBottom: `1px solid ${theme.palette.divider}`,
  },
  search: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    paddingLeft: theme.spacing(1),
    '&:focus-within': { borderColor: theme.palette.primary.main },
  },
  input: { width: 200 },
  count: {
    color: theme.palette.text.secondary,
    fontSize: theme.typography.caption.fontSize,
    whiteSpace: 'nowrap',
    minWidth: 64,
    textAlign: 'right',
  },
  spacer: { flexGrow: 1 },
  toggle: {
    marginLeft: 0,
    marginRight: theme.spacing(1),
    '& .MuiFormControlLabel-label': {
      fontSize: theme.typography.body2.fontSize,
    },
  },
}));

export interface LogToolbarProps {
  search: string;
  onSearch: (text: string) => void;
  searchRef: Ref<HTMLInputElement>;
  found: LogMatches;
  /** Index of the match in sight, or -1. */
  current: number;
  onStep: (step: 1 | -1) => void;
  /** Undefined once nothing will be added. */
  follow?: boolean;
  onFollow: (follow: boolean) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  onStart: () => void;
  onEnd: () => void;
  onCopyLink: () => void;
  onDownload: () => void;
  downloading: boolean;
}

/** What can be done with a log. */
export function LogToolbar(props: LogToolbarProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      props.onStep(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      props.onSearch('');
    }
  };
  const none = props.found.matches.length === 0;
  const buttons = [
    {
      label: t('log.toStart'),
      icon: <VerticalAlignTopIcon fontSize="small" />,
      act: props.onStart,
    },
    {
      label: t('log.toEnd'),
      icon: <VerticalAlignBottomIcon fontSize="small" />,
      act: props.onEnd,
    },
    {
      label: t('log.copyLinkUnnumbered'),
      icon: <LinkIcon fontSize="small" />,
      act: props.onCopyLink,
    },
    {
      label: t('log.download'),
      icon: <GetAppIcon fontSize="small" />,
      act: props.onDownload,
      disabled: props.downloading,
    },
  ];

  return (
    <div className={classes.root}>
      <div className={classes.search} role="search">
        <SearchIcon fontSize="small" color="action" aria-hidden />
        <InputBase
          className={classes.input}
          placeholder={t('log.search')}
          value={props.search}
          onChange={event => props.onSearch(event.target.value)}
          onKeyDown={onKeyDown}
          inputRef={props.searchRef}
          inputProps={{ 'aria-label': t('log.search'), spellCheck: false }}
        />
        <span className={classes.count} aria-live="polite">
          <SearchCount {...props} />
        </span>
        <IconButton
          size="small"
          disabled={none}
          aria-label={t('log.search.previous')}
          onClick={() => props.onStep(-1)}
        >
          <KeyboardArrowUpIcon fontSize="small" />
        </IconButton>
        <IconButton
          size="small"
          disabled={none}
          aria-label={t('log.search.next')}
          onClick={() => props.onStep(1)}
        >
          <KeyboardArrowDownIcon fontSize="small" />
        </IconButton>
      </div>
      <span className={classes.spacer} />
      {props.follow !== undefined && (
        <FormControlLabel
          className={classes.toggle}
          title={t('log.followHelp')}
          control={
            <Switch
              size="small"
              color="primary"
              checked={props.follow}
              onChange={event => props.onFollow(event.target.checked)}
            />
          }
          label={t('log.follow')}
        />
      )}
      <FormControlLabel
        className={classes.toggle}
        control={
          <Switch
            size="small"
            color="primary"
            checked={props.wrap}
            onChange={event => props.onWrap(event.target.checked)}
          />
        }
        label={t('log.wrap')}
      />
      {buttons.map(({ label, icon, act, disabled }) => (
        <Tooltip key={label} title={label}>
          <span>
            <IconButton
              size="small"
              aria-label={label}
              disabled={disabled}
              onClick={act}
            >
              {icon}
            </IconButton>
          </span>
        </Tooltip>
      ))}
    </div>
  );
}

function SearchCount(
  props: Pick<LogToolbarProps, 'search' | 'found' | 'current'>,
) {
  const { search, found, current } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const total = found.matches.length;
  if (search === '') {
    return null;
  }
  if (found.progress < 1) {
    return (
      <>
        {t('log.search.scanning', {
          percent: String(Math.floor(found.progress * 100)),
        })}
      </>
    );
  }
  if (total === 0) {
    return <>{t('log.search.none')}</>;
  }
  const values = { current: String(current + 1), total: String(total) };
  return (
    <>
      {found.limited
        ? t('log.search.countLimited', values)
        : t('log.search.count', values)}
    </>
  );
}
