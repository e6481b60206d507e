import type { KeyboardEvent, ReactElement, Ref } from 'react';
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
import UnfoldLessIcon from '@material-ui/icons/UnfoldLess';
import UnfoldMoreIcon from '@material-ui/icons/UnfoldMore';
import VerticalAlignBottomIcon from '@material-ui/icons/VerticalAlignBottom';
import VerticalAlignTopIcon from '@material-ui/icons/VerticalAlignTop';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import type { Folding } from './sections/useFolding';
import type { useLogSearch } from './useLogSearch';

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
    minWidth: 0,
    maxWidth: '100%',
    '&:focus-within': { borderColor: theme.palette.primary.main },
  },
  input: { flex: '1 1 200px', minWidth: 80 },
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
  search: ReturnType<typeof useLogSearch>;
  searchRef: Ref<HTMLInputElement>;
  folding: Folding;
  /** Undefined once nothing will be added. */
  follow?: boolean;
  onFollow: (follow: boolean) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  times: boolean;
  onTimes: (times: boolean) => void;
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
  return (
    <div className={classes.root}>
      <SearchField {...props} />
      <span className={classes.spacer} />
      {props.follow !== undefined && (
        <Toggle
          label={t('log.follow')}
          help={t('log.followHelp')}
          on={props.follow}
          onChange={props.onFollow}
        />
      )}
      <Toggle
        label={t('log.times')}
        help={t('log.timesHelp')}
        on={props.times}
        onChange={props.onTimes}
      />
      <Toggle label={t('log.wrap')} on={props.wrap} onChange={props.onWrap} />
      <Buttons {...props} />
    </div>
  );
}

function SearchField({ search, searchRef }: LogToolbarProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      search.step(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      search.setTyped('');
    }
  };
  const none = search.found.matches.length === 0;
  return (
    <div className={classes.search} role="search">
      <SearchIcon fontSize="small" color="action" aria-hidden />
      <InputBase
        className={classes.input}
        placeholder={t('log.search')}
        value={search.typed}
        onChange={event => search.setTyped(event.target.value)}
        onKeyDown={onKeyDown}
        inputRef={searchRef}
        inputProps={{ 'aria-label': t('log.search'), spellCheck: false }}
      />
      <span className={classes.count} aria-live="polite">
        <SearchCount search={search} />
      </span>
      <IconButton
        size="small"
        disabled={none}
        aria-label={t('log.search.previous')}
        onClick={() => search.step(-1)}
      >
        <KeyboardArrowUpIcon fontSize="small" />
      </IconButton>
      <IconButton
        size="small"
        disabled={none}
        aria-label={t('log.search.next')}
        onClick={() => search.step(1)}
      >
        <KeyboardArrowDownIcon fontSize="small" />
      </IconButton>
    </div>
  );
}

function SearchCount({ search }: Pick<LogToolbarProps, 'search'>) {
  const { typed, found, current } = search;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const total = found.matches.length;
  if (typed === '') {
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

function Toggle(props: {
  label: string;
  help?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  const classes = useStyles();
  return (
    <FormControlLabel
      className={classes.toggle}
      title={props.help}
      control={
        <Switch
          size="small"
          color="primary"
          checked={props.on}
          onChange={event => props.onChange(event.target.checked)}
        />
      }
      label={props.label}
    />
  );
}

function Buttons(props: LogToolbarProps) {
  const { foldAll, unfoldAll } = props.folding;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      {foldAll && (
        <ToolButton
          label={t('log.section.foldAll')}
          icon={<UnfoldLessIcon fontSize="small" />}
          onClick={foldAll}
        />
      )}
      {unfoldAll && (
        <ToolButton
          label={t('log.section.unfoldAll')}
          icon={<UnfoldMoreIcon fontSize="small" />}
          onClick={unfoldAll}
        />
      )}
      <ToolButton
        label={t('log.toStart')}
        icon={<VerticalAlignTopIcon fontSize="small" />}
        onClick={props.onStart}
      />
      <ToolButton
        label={t('log.toEnd')}
        icon={<VerticalAlignBottomIcon fontSize="small" />}
        onClick={props.onEnd}
      />
      <ToolButton
        label={t('log.copyLinkUnnumbered')}
        icon={<LinkIcon fontSize="small" />}
        onClick={props.onCopyLink}
      />
      <ToolButton
        label={t('log.download')}
        icon={<GetAppIcon fontSize="small" />}
        onClick={props.onDownload}
        disabled={props.downloading}
      />
    </>
  );
}

function ToolButton(props: {
  label: string;
  icon: ReactElement;
  onClick: () => void;
  disabled?: boolean;
}) {
  return (
    <Tooltip title={props.label}>
      <span>
        <IconButton
          size="small"
          aria-label={props.label}
          disabled={props.disabled}
          onClick={props.onClick}
        >
          {props.icon}
        </IconButton>
      </span>
    </Tooltip>
  );
}
