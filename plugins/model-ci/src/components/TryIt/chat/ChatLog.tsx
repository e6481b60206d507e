import { useEffect, useRef } from 'react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../../translation';
import { ChatMessages } from './ChatMessages';
import type { ChatTurn } from './useChat';

/** So near to the end, in pixels, somebody reads what comes. */
const NEAR_END = 48;

const useStyles = makeStyles(theme => ({
  log: {
    flex: 1,
    overflow: 'auto',
    padding: theme.spacing(1, 0),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  },
  hidden: {
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
}));

/** The conversation. It stays at its end while it grows, unless the reader has scrolled away from there. */
export function ChatLog(props: {
  turns: ChatTurn[];
  answering: boolean;
  /** Absent while nothing can be asked. */
  onRetry?: () => void;
}) {
  const { turns, answering, onRetry } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const newest = turns[turns.length - 1]?.id;
  useEffect(() => {
    follows.current = true;
  }, [newest]);
  useEffect(() => {
    const toEnd = () => {
      if (log.current && follows.current) {
        log.current.scrollTop = log.current.scrollHeight;
      }
    };
    toEnd();
    // Settings that open, or a narrower window, take room from it.
    const observer = new ResizeObserver(toEnd);
    if (log.current) {
      observer.observe(log.current);
    }
    return () => observer.disconnect();
  }, [turns]);
  return (
    <>
      {/* Busy until the answer is whole: read out token by token, nobody would understand it. */}
      <div
        ref={log}
        role="log"
        aria-live="polite"
        aria-busy={answering}
        aria-label={t('chat.log')}
        className={classes.log}
        // A place that scrolls must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={({
          currentTarget: { scrollHeight, scrollTop, clientHeight },
        }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {turns.length === 0 && (
          <Typography color="textSecondary">{t('chat.empty')}</Typography>
        )}
        {turns.map(turn => (
          <ChatMessages
            key={turn.id}
            turn={turn}
            answering={answering && turn.id === newest}
            onRetry={turn.id === newest ? onRetry : undefined}
          />
        ))}
      </div>
      <div role="status" className={classes.hidden}>
        {answering && t('chat.answering')}
      </div>
    </>
  );
}
