import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import FirstPageIcon from '@material-ui/icons/FirstPage';
import ChevronLeftIcon from '@material-ui/icons/ChevronLeft';
import ChevronRightIcon from '@material-ui/icons/ChevronRight';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { CursorPaging } from '../../hooks/useCursorPaging';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    justifyContent: 'flex-end',
    padding: theme.spacing(0.5),
  },
}));

/** Buttons between the pages of a list; nothing where there is only one page. */
export function Pager(props: { paging: CursorPaging }) {
  const { toFirst, toPrevious, toNext } = props.paging;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  if (!toFirst && !toNext) {
    return null;
  }
  const buttons = [
    { label: t('paging.newest'), go: toFirst, icon: <FirstPageIcon /> },
    { label: t('paging.previous'), go: toPrevious, icon: <ChevronLeftIcon /> },
    { label: t('paging.next'), go: toNext, icon: <ChevronRightIcon /> },
  ];
  return (
    <nav className={classes.root} aria-label={t('paging.label')}>
      {buttons.map(({ label, go, icon }) => (
        <IconButton
          key={label}
          size="small"
          aria-label={label}
          title={label}
          disabled={!go}
          onClick={go}
        >
          {icon}
        </IconButton>
      ))}
    </nav>
  );
}
